/** Fail-over: the watch, the steal, the page's life, the retries. */
import type { Mutant } from './mutant.fixture.ts';

export const p5: readonly Mutant[] = [
  {
    id: 'p5-echo-for-life',
    what: 'A tab takes the echo of its own ask for a life sign of the leader.',
    file: 'src/client/watcher.ts',
    find: "dispatch({ type: 'echo' })",
    replace: "dispatch({ type: 'heard', now: clock.now() })",
  },
  {
    id: 'p5-no-loopback',
    what: 'A tab steals although it does not hear its own asks.',
    file: 'src/core/watch.ts',
    find: '  if (!state.echoed) return ask(1);\n',
    replace: '',
  },
  {
    id: 'p5-own-absence',
    what: 'A tab that was away itself takes its own absence for the silence of the leader.',
    file: 'src/core/watch.ts',
    find: 'if (lateMs > askMs) return',
    replace: 'if (lateMs > askMs * 1_000) return',
  },
  {
    id: 'p5-one-ask',
    what: 'One unanswered ask is enough.',
    file: 'src/core/watch.ts',
    find: 'if (state.asks < asksBeforeSteal) return ask(state.asks + 1);',
    replace: '',
  },
  {
    id: 'p5-lock-kept-on-leaving',
    what: 'A page that goes into the cache keeps the lock.',
    file: 'src/client/candidacy.ts',
    find: `      memory.stop();
      election?.withdraw();
    },`,
    replace: `      memory.stop();
    },`,
  },
  {
    id: 'p5-request-not-aborted',
    what: "A page that goes leaves its request in the lock's queue.",
    file: 'src/browser/lock.ts',
    find: '        abort.abort();\n',
    replace: '',
  },
  {
    id: 'p5-steal-despite-answer',
    what: 'The answer to the last ask, before the steal, is not looked at.',
    file: 'src/client/watcher.ts',
    find: 'if (heard !== before || !stopTimer',
    replace: 'if (!stopTimer',
  },
  {
    id: 'p5-frozen-looks-alive',
    what: 'An ask is answered in the channel handler, which a frozen page runs too.',
    file: 'src/client/leader.ts',
    find: "if (body.type === 'command') return courier.carry(from, body);",
    replace: `if (body.type === 'command') return courier.carry(from, body);
    if (body.type === 'ask') return answerAsk(from);`,
  },
  {
    id: 'p5-link-down-is-death',
    what: 'A leader without a connection counts as dead.',
    file: 'src/client/candidacy.ts',
    find: '      watcher.heard();\n',
    replace: "      if (message.type === 'items' || tab.link().connection === 'connected') watcher.heard();\n",
  },
  {
    id: 'p5-unbounded-steals',
    what: 'There is no bound on steals in a row.',
    file: 'src/client/candidacy.ts',
    find: ' && tab.steals() < maxSteals,',
    replace: ',',
  },
  {
    id: 'p5-hidden-watches',
    what: 'A hidden tab, whose timers are slow, watches and steals too.',
    file: 'src/client/candidacy.ts',
    find: 'if (!visible || !lock || leader) watcher.stop();',
    replace: 'if (!lock || leader) watcher.stop();',
  },
  {
    id: 'p5-shown-does-not-watch',
    what: 'A tab that becomes visible does not begin to watch.',
    file: 'src/client/candidacy.ts',
    find: '      else watcher.start();\n    },\n    revive',
    replace: '    },\n    revive',
  },
  {
    id: 'p5-attempt-not-counted',
    what: 'The second connection of a leadership goes by the attempt of the first.',
    file: 'src/client/session.ts',
    find: '    attempt += 1;\n',
    replace: '',
  },
  {
    id: 'p5-half-open-for-ever',
    what: 'A ping that is not answered has no consequence.',
    file: 'src/client/connector.ts',
    find: 'if (pingedAt !== null && heardAt < pingedAt) {',
    replace: 'if (pingedAt !== null && heardAt < pingedAt && !deps.visible()) {',
  },
  {
    id: 'p5-hint-ignored',
    what: 'A network that is back does not end the wait for the next try.',
    file: 'src/core/connection.ts',
    find: "return state.at === 'waiting' ? authorize(state.retries, state.refusals) : none;",
    replace: 'return none;',
  },
  {
    id: 'p5-bye-unheard',
    what: 'A leader that says bye is waited for as if it were there.',
    file: 'src/client/candidacy.ts',
    find: "if (body.type === 'bye' && from === tab.leader()?.tab) tab.setLeader(null);",
    replace: '',
  },
];
