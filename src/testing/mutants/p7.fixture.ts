/** A handler can't hurt: throwing, slow, rejecting. */
import type { Mutant } from './mutant.fixture.ts';

export const p7: readonly Mutant[] = [
  {
    id: 'p7-throw-stops-others',
    what: 'A listener that throws keeps the others from running.',
    file: 'src/core/emitter.ts',
    find: `        } catch (error) {
          report(error);
        }`,
    replace: `        } catch (error) {
          report(error);
          return true;
        }`,
  },
  {
    id: 'p7-throw-escapes',
    what: 'What a listener throws reaches whoever emits.',
    file: 'src/core/emitter.ts',
    find: '          report(error);\n',
    replace: '          throw error;\n',
  },
  {
    id: 'p7-once-again',
    what: 'A listener for once is taken away after it ran, and stays when it throws.',
    file: 'src/core/emitter.ts',
    find: `        if (entry.once) remove(name, entry);
        try {
          entry.listener.apply(self?.(), args as never[]);`,
    replace: `        try {
          entry.listener.apply(self?.(), args as never[]);
          if (entry.once) remove(name, entry);`,
  },
  {
    id: 'p7-swallowed',
    what: 'Errors of handlers are counted, and nobody is told.',
    file: 'src/client/socket/facade.ts',
    find: '    clock.report(error);\n',
    replace: '',
  },
  {
    id: 'p7-throwing-ack',
    what: 'An acknowledgement that throws keeps the outcomes of other commands from their callers.',
    file: 'src/client/socket/sender.ts',
    find: `        } catch (error) {
          report(error);
        }`,
    replace: `        } catch (error) {
          report(error);
          throw error;
        }`,
  },
  {
    id: 'p7-throwing-subscriber',
    what: 'A subscriber of a state that throws keeps the others from hearing of it.',
    file: 'src/client/state/state.ts',
    find: `        subscriber();
      } catch (error) {
        clock.report(error);
      }`,
    replace: `        subscriber();
      } catch (error) {
        clock.report(error);
        break;
      }`,
  },
  {
    id: 'p7-throwing-reducer',
    what: 'A reducer that throws ends the delivery to the other states.',
    file: 'src/client/state/state.ts',
    find: `      if (state !== snapshot.state) set({ ...snapshot, state });
    } catch (error) {
      clock.report(error);
    }`,
    replace: `      if (state !== snapshot.state) set({ ...snapshot, state });
    } catch (error) {
      clock.report(error);
      throw error;
    }`,
  },
  {
    id: 'p7-task-kills-tasks',
    what: 'A task that throws takes those with it that wait behind it.',
    file: 'src/browser/clock.ts',
    find: `      try {
        run();
      } catch (error) {
        report(error);
      }`,
    replace: '      run();',
  },
  {
    id: 'p7-load-unbounded',
    what: 'A load that never ends is waited for.',
    file: 'src/client/state/load-once.ts',
    find: 'await Promise.race([load({ reason, signal: abort.signal }), late])',
    replace: 'await Promise.race([load({ reason, signal: abort.signal }), new Promise<never>(() => {})])',
  },
  {
    id: 'p7-loader-trusted',
    what: 'A tab that was asked to load and never answers is waited for.',
    file: 'src/client/leader/loads.ts',
    find: '    if (loader.unanswered === maxUnanswered) return failed(entry, loader.tab);\n',
    replace: '',
  },
  {
    id: 'p7-auth-unbounded',
    what: 'An `auth` that never answers is waited for.',
    file: 'src/client/auth.ts',
    find: '? clock.after(authTimeoutMs, () => fail(',
    replace: '? clock.after(authTimeoutMs * 1_000, () => fail(',
  },
  {
    id: 'p7-handler-tells-all',
    what: 'What a command handler threw is told to the client.',
    file: 'src/server/commands.ts',
    find: "return refusal('command_failed', 'The command failed');",
    replace: "return refusal('command_failed', String(error));",
  },
  {
    id: 'p7-undelivered-awaited',
    what: 'Whoever emits waits for the listeners of what could not be delivered.',
    file: 'src/server/sender.ts',
    find: '        tellUndelivered({',
    replace: '        await tellUndelivered({',
  },
  {
    id: 'p7-failure-unlogged',
    what: 'A command handler that throws is not reported on the server.',
    file: 'src/server/commands.ts',
    find: `    counters.count('command_failures');
    logger.error(`,
    replace: `    counters.count('command_failures');
    void (`,
  },
  {
    id: 'p7-late-rejection',
    what: 'What an ordinary listener rejects with after its answer is lost.',
    file: 'src/server/plain-listeners.ts',
    find: '(answered ? onLateError(error) : reject(error))',
    replace: 'reject(error)',
  },
  {
    id: 'p7-cursor-after-handlers',
    what: 'A cursor is moved after the handlers ran, over what they did meanwhile.',
    file: 'src/core/inbox.ts',
    find: `      if (!state) streams.delete(stream);
      else if (state !== before) streams.set(stream, state);
      for (const effect of effects) onEffect(stream, effect);`,
    replace: `      for (const effect of effects) onEffect(stream, effect);
      if (!state) streams.delete(stream);
      else if (state !== before) streams.set(stream, state);`,
  },
];
