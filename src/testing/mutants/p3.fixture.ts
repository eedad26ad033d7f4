/** Commands once: one run within the window, one outcome in time. */
import type { Mutant } from './mutant.fixture.ts';

export const p3: readonly Mutant[] = [
  {
    id: 'p3-after-window',
    what: 'A command that is sent again after the window runs again.',
    file: 'src/server/command-store.ts',
    find: 'const tooLate = sentAt < now - windowMs || sentAt <=',
    replace: 'const tooLate = sentAt <=',
  },
  {
    id: 'p3-forgotten-runs',
    what: 'A command whose record made room for others runs again.',
    file: 'src/server/command-store.ts',
    find: '    user.forgottenUpTo = Math.max(user.forgottenUpTo, record.sentAt);\n',
    replace: '',
  },
  {
    id: 'p3-stamped-anew',
    what: 'Each sending stamps the command anew, so that it never grows too old.',
    file: 'src/core/outbox.ts',
    find: 'const sentAt = entry.open.size > 0 ? entry.sentAt : time;',
    replace: 'const sentAt = time;',
  },
  {
    id: 'p3-leader-keeps',
    what: 'A leader without a connection keeps the command and sends it when it has one.',
    file: 'src/client/leader/courier.ts',
    find: "if (!ready) return clock.soon(() => tell({ type: 'later', id, post }, [from]));",
    replace: `if (!ready) {
        return void clock.after(500, () => link()?.request('command', [{ id, name, args, sentAt: sentAt ?? 0 }], () => {}));
      }`,
  },
  {
    id: 'p3-restart-runs',
    what: 'After a restart of the server commands of before run again.',
    file: 'src/server/command-store.ts',
    find: 'let forgottenUpTo = startedAt;',
    replace: 'let forgottenUpTo = 0;',
  },
  {
    id: 'p3-outcome-not-kept',
    what: 'Only running commands are known: one that has its outcome runs again.',
    file: 'src/server/command-store.ts',
    find: "if (known) return { kind: 'known', outcome: known.outcome };",
    replace: "if (known && !known.settled) return { kind: 'known', outcome: known.outcome };",
  },
  {
    id: 'p3-timeout-not-sent',
    what: 'A command whose answer did not come in time is called not sent.',
    file: 'src/core/outbox.ts',
    find: '      entry.open.size === 0\n',
    replace: "      entry.open.size === 0 || code === 'timeout'\n",
  },
  {
    id: 'p3-later-clears-all',
    what: 'A late `later` of one post is taken for all of them.',
    file: 'src/core/outbox.ts',
    find: 'open.delete(post);',
    replace: 'open.clear();',
  },
  {
    id: 'p3-plain-twice',
    what: 'A command is sent again to a server without command ids.',
    file: 'src/core/outbox.ts',
    find: ' || (entry.open.size > 0 && !state.resends)',
    replace: '',
  },
  {
    id: 'p3-unbounded-wait',
    what: 'The wait for an outcome is bounded only from the first post on.',
    file: 'src/core/outbox.ts',
    find: 'const dueAt = isPatient(command) ? Number.POSITIVE_INFINITY : now + command.timeoutMs;',
    replace: 'const dueAt = Number.POSITIVE_INFINITY;',
  },
  {
    id: 'p3-not-sent-again',
    what: 'After a new connection of the same leader nothing is sent again.',
    file: 'src/client/tab/tab.ts',
    find: '      commands.resend();\n      events.onConnect(next);',
    replace: '      events.onConnect(next);',
  },
  {
    id: 'p3-in-flight-for-ever',
    what: 'What was on its way over a lost link is still believed to be on its way.',
    file: 'src/client/leader/courier.ts',
    find: 'inFlight = new Map();\n      if',
    replace: 'if',
  },
  {
    id: 'p3-limit-burns-id',
    what: 'A command refused by a limit is recorded as done, so that its repetition never runs.',
    file: 'src/server/commands.ts',
    find: 'await store.withdraw(userId, request.id, answer);',
    replace: 'await store.settle(userId, request.id, answer);',
  },
  {
    id: 'p3-lease-unending',
    what: 'A handler may take as long as it likes.',
    file: 'src/server/commands.ts',
    find: "void finish(refusal('lease_ended',",
    replace: "void (refusal('lease_ended',",
  },
  {
    id: 'p3-too-large-sent',
    what: 'A command that is larger than the server accepts is sent all the same.',
    file: 'src/client/leader/courier.ts',
    find: 'if (error) return clock.soon',
    replace: "if (error?.code === 'invalid_payload') return clock.soon",
  },
  {
    id: 'p3-from-the-future',
    what: 'A stamp from the future is taken.',
    file: 'src/server/command-store.ts',
    find: 'if (tooEarly || tooLate)',
    replace: 'if (tooLate)',
  },
];
