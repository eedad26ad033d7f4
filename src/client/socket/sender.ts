/** socket.io-client's ways to send, over a tab's commands. */
import type { Settlement } from '../../core/outbox.ts';
import type { Clock, SendFlags } from '../../core/ports.ts';
import { limits } from '../../protocol/limits.ts';
import { oneSocketError, toError } from '../errors.ts';
import type { Settings } from '../options.ts';
import type { Commands } from '../tab/commands.ts';
import { toPlain } from './plain-data.ts';

/** As in socket.io-client: names that only the connection itself may emit. */
export const reserved: readonly string[] = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
];

/** What `timeout`, `volatile` and `compress` say of the emits behind them. */
export interface EmitFlags extends SendFlags {
  readonly timeoutMs?: number;
}

export interface Sender {
  /** With a bound, of its own or by the option, the acknowledgement gets an error, or null, first. */
  emit(name: string, args: readonly unknown[], flags: EmitFlags): void;
  emitWithAck(name: string, args: readonly unknown[], flags: EmitFlags): Promise<unknown>;
  /** Ends what is unsettled of this sender's; what it returns tells the callers. */
  abandon(code: string): () => void;
}

interface SenderDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly commands: () => Commands;
  readonly onSend: () => void;
  /** A packet goes to the connection. */
  readonly onOutgoing: (name: string, args: readonly unknown[]) => void;
  /** Nobody is signed in: what is sent now must not wait for whoever is next. */
  readonly signedOut: () => boolean;
  readonly report: (error: unknown) => void;
  /** What acknowledgements get as `this`. */
  readonly self: () => unknown;
}

/** One emit, which may be sent more than once (`retries`). */
interface Sending {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly flags: EmitFlags;
  /** Nobody is told that the time is over. */
  readonly patient: boolean;
  readonly onSettled?: (settlement: Settlement) => void;
}

interface Ready extends Sending {
  readonly onPost: () => void;
}

export function createSender(deps: SenderDeps): Sender {
  const { settings, clock, commands, onSend, onOutgoing, signedOut, report, self } = deps;
  const pending = new Set<string>();
  /** Outcomes that are told later. */
  let held: (() => void)[] | null = null;
  /** With `retries`: one at a time, in order. */
  const queue: Ready[] = [];
  /** The companion's commands are sent again by their ids, and run once. */
  const retries = settings.companion ? 0 : settings.retries;

  function check(name: string, args: readonly unknown[]): void {
    if (reserved.includes(name)) throw oneSocketError('reserved_event', `"${name}" is a reserved event name`);
    const most = settings.companion ? 1 : limits.args;
    if (args.length <= most) return;
    const message = `"${name}" takes at most ${most} argument(s): put the ${args.length} into one object`;
    throw oneSocketError('too_many_arguments', message);
  }

  function send(sending: Sending): void {
    const { name, args, flags } = sending;
    check(name, args);
    // A parser of the app's own has rules of its own.
    const plain = settings.options.parser ? args : (toPlain(args) as readonly unknown[]);
    const ready: Ready = { ...sending, args: plain, onPost: () => onOutgoing(name, args) };
    onSend();
    if (retries === 0 || flags.volatile) post(ready);
    else if (queue.push({ ...ready, patient: true }) === 1) drain(1);
  }

  function drain(tries: number): void {
    const [first] = queue;
    if (!first) return;
    const onSettled = (settlement: Settlement): void => {
      const mayHelp = settlement.outcome === 'unknown' && settlement.code !== 'closed';
      if (mayHelp && tries <= retries) return drain(tries + 1);
      queue.shift();
      first.onSettled?.(settlement);
      drain(1);
    };
    post({ ...first, onSettled });
  }

  function post({ name, args, flags, patient, onSettled, onPost }: Ready): void {
    const id = clock.uniqueId();
    pending.add(id);
    const { timeoutMs = settings.ackTimeoutMs, ...marks } = flags;
    const modifiers = Object.keys(marks).length > 0 && { flags: marks };
    const wantsAnswer = onSettled !== undefined;
    const onEnd = (settlement: Settlement): void => {
      pending.delete(id);
      if (held) held.push(() => onSettled?.(settlement));
      else onSettled?.(settlement);
    };
    commands().emit({ id, name, args, timeoutMs, wantsAnswer, patient, ...modifiers }, onEnd, onPost);
    if (signedOut()) commands().abandon('signed_out', new Set([id]));
  }

  return {
    emitWithAck: (name, args, flags) =>
      new Promise((resolve, reject) => {
        const onSettled = (settlement: Settlement): void => {
          if (settlement.outcome === 'result') resolve(toResults(settlement)[0]);
          else reject(toError(settlement));
        };
        send({ name, args, flags, patient: false, onSettled });
      }),
    emit(name, args, flags) {
      const ack = args.at(-1);
      if (typeof ack !== 'function') return send({ name, args, flags, patient: true });
      const timed = flags.timeoutMs !== undefined || settings.ackErrors;
      const onSettled = (settlement: Settlement): void => {
        try {
          if (settlement.outcome === 'result') ack.apply(self(), [...(timed ? [null] : []), ...toResults(settlement)]);
          else if (timed) ack.call(self(), toError(settlement));
          else settings.logger.warn(`no acknowledgement for "${name}"`, toError(settlement));
        } catch (error) {
          report(error);
        }
      };
      send({ name, args: args.slice(0, -1), flags, patient: !timed, onSettled });
    },
    abandon(code) {
      const outcomes: (() => void)[] = [];
      held = outcomes;
      commands().abandon(code, new Set(pending));
      held = null;
      return () => {
        for (const tell of outcomes) tell();
      };
    },
  };

  /** A plain server acknowledges with any number of arguments, the companion with one result. */
  function toResults(settlement: Settlement & { readonly outcome: 'result' }): readonly unknown[] {
    if (settings.companion) return [settlement.result];
    return Array.isArray(settlement.result) ? settlement.result : [];
  }
}
