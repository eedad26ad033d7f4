/** One connection: terms, fencing, the lock. */
import type { Mutant } from './mutant.fixture.ts';

export const p1: readonly Mutant[] = [
  {
    id: 'p1-equal-term',
    what: 'Two tabs of one term both pass the fence, as only attempts of the same tab are compared.',
    file: 'src/server/registry.ts',
    find: 'return claim.tab !== known.tab || claim.attempt <= known.attempt;',
    replace: 'return claim.tab === known.tab && claim.attempt <= known.attempt;',
  },
  {
    id: 'p1-same-attempt',
    what: 'An attempt that was let in before is let in again.',
    file: 'src/server/registry.ts',
    find: 'claim.attempt <= known.attempt',
    replace: 'claim.attempt < known.attempt',
  },
  {
    id: 'p1-term-forgotten',
    what: 'The registry forgets a term with the connection that brought it.',
    file: 'src/server/registry.ts',
    find: 'idle.set(entry, claim.client);',
    replace: 'forget(entry);',
  },
  {
    id: 'p1-late-close',
    what: 'The late close of an old connection releases the one that took its place.',
    file: 'src/server/registry.ts',
    find: 'entry?.connected === true && entry.claim.sessionId === claim.sessionId;',
    replace: 'entry?.connected === true;',
  },
  {
    id: 'p1-not-superseded',
    what: "The companion does not end the client's older connection.",
    file: 'src/server/realtime.ts',
    find: 'connections.end(superseded);',
    replace: '',
  },
  {
    id: 'p1-not-expected',
    what: 'A connection that was superseded between its admission and its arrival is taken all the same.',
    file: 'src/server/realtime.ts',
    find: 'if (closed || !connections.isExpected(admitted)) {',
    replace: 'if (closed) {',
  },
  {
    id: 'p1-term-not-raised',
    what: 'The next term is the highest one heard, not one above it.',
    file: 'src/core/term.ts',
    find: 'Math.max(heard, Math.floor(wallMs)) + 1',
    replace: 'Math.max(heard, Math.floor(wallMs))',
  },
  {
    id: 'p1-deposed-keeps-link',
    what: 'A tab whose lock was taken forgets that it leads, but not to close its connection.',
    file: 'src/client/group/candidacy.ts',
    find: `    if (!leader) return;
    leader.close();`,
    replace: '    if (!leader) return;',
  },
  {
    id: 'p1-loss-unnoticed',
    what: "Nobody watches the promise of the lock's request: a stolen lock is not noticed.",
    file: 'src/browser/lock.ts',
    find: 'held.then(lost, lost);',
    replace: 'held.then(undefined, () => {});',
  },
  {
    id: 'p1-late-packet',
    what: 'What an old link still brings is taken for news of the present one.',
    file: 'src/client/leader/connector.ts',
    find: 'if (mine === life) run();',
    replace: 'run();',
  },
  {
    id: 'p1-replaced-comes-back',
    what: 'The next tab of a group that was replaced by another browser takes the connection back.',
    file: 'src/client/group/candidacy.ts',
    find: '          if (leader && memory.halted()) withdraw(replaced);\n',
    replace: '',
  },
  {
    id: 'p1-relays-in-doubt',
    what: 'A leader goes on relaying while it is in doubt whether it still leads.',
    file: 'src/client/group/candidacy.ts',
    find: 'leader?.pause(true);',
    replace: '',
  },
  {
    id: 'p1-begins-twice',
    what: 'A tab that is asked to take over while it is about to begin does both.',
    file: 'src/client/group/candidacy.ts',
    find: '        endReign(); // one that is about to begin is of the lock that is given up now\n',
    replace: '',
  },
];
