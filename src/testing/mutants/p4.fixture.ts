/** Resume after all tabs closed. */
import type { Mutant } from './mutant.fixture.ts';

export const p4: readonly Mutant[] = [
  {
    id: 'p4-saved-before-handled',
    what: 'In the midst of a frame the place behind all of it is saved.',
    file: 'src/client/tab/reader.ts',
    find: 'handled: () => (handling ? { ...inbox.cursors(), [handling.stream]: handling.cursor } : inbox.cursors()),',
    replace: 'handled: () => inbox.cursors(),',
  },
  {
    id: 'p4-rest-without-rewind',
    what: 'A tab that leaves in the midst of a frame takes the rest of it for handled.',
    file: 'src/client/tab/reader.ts',
    find: '      if (handling) inbox.rewind(handling.stream, handling.cursor);\n',
    replace: '',
  },
  {
    id: 'p4-no-copy-at-pagehide',
    what: 'When the page goes nothing is written synchronously.',
    file: 'src/client/group/memory.ts',
    find: '    store?.writeNow(keys.saved, text);\n',
    replace: '',
  },
  {
    id: 'p4-old-copy-stays',
    what: 'The copy that an earlier leader left at its last moment stays when the next one stores its places.',
    file: 'src/client/group/memory.ts',
    find: '      if (left && left.term < next.term) store?.writeNow(keys.saved, null);\n',
    replace: '',
  },
  {
    id: 'p4-last-copy-removed',
    what: 'A write to IndexedDB that ends late removes the copy that its own page left meanwhile.',
    file: 'src/client/group/memory.ts',
    find: 'left && left.term < next.term',
    replace: 'left && left.term <= next.term',
  },
  {
    id: 'p4-not-saved-without-database',
    what: 'Where IndexedDB fails nothing is saved until the page goes.',
    file: 'src/client/group/memory.ts',
    find: '    if (broken) return void writeCopy(next);\n',
    replace: '    if (broken) return;\n',
  },
  {
    id: 'p4-tie-to-database',
    what: 'On a tie the database wins over the copy of the last moment.',
    file: 'src/client/group/memory.ts',
    find: 'cursors: furthest(saved.cursors, last.cursors) }',
    replace: 'cursors: saved.cursors }',
  },
  {
    id: 'p4-tie-to-copy',
    what: 'On a tie of two leaders the copy of the last moment wins, although the other went further.',
    file: 'src/client/group/memory.ts',
    find: 'return { ...last, cursors: furthest(saved.cursors, last.cursors) };',
    replace: 'return last;',
  },
  {
    id: 'p4-lost-unsaid',
    what: 'Cursors lost with the store are not announced.',
    file: 'src/client/group/memory.ts',
    find: 'const lost = !newest && ',
    replace: 'const lost = clock.now() < 0 && ',
  },
  {
    id: 'p4-follower-saves',
    what: 'A follower saves its cursors too.',
    file: 'src/client/group/candidacy.ts',
    find: 'return leader && { term, tab',
    replace: 'return { term, tab',
  },
  {
    id: 'p4-left-before-saved',
    what: 'A leader that leaves forgets that it leads before it saves.',
    file: 'src/client/group/candidacy.ts',
    find: `      leader?.leave();
      memory.saveNow();
      leader = null;`,
    replace: `      leader?.leave();
      leader = null;
      memory.saveNow();`,
  },
  {
    id: 'p4-withdrawn-before-saved',
    what: 'A leader that withdraws forgets that it leads before it saves.',
    file: 'src/client/group/candidacy.ts',
    find: `    leader?.leave(why, isOfAll);
    memory.saveNow();`,
    replace: `    leader?.leave(why, isOfAll);
    leader = null;
    memory.saveNow();`,
  },
  {
    id: 'p4-never-saved',
    what: 'Cursors are saved only when the page goes.',
    file: 'src/client/group/candidacy.ts',
    find: `if (body.type === 'items') memory.save();
          else if (tab.link().connection`,
    replace: "if (body.type !== 'items' && tab.link().connection",
  },
  {
    id: 'p4-stored-not-read',
    what: 'The first tab starts at the head, whatever is stored.',
    file: 'src/client/group/candidacy.ts',
    find: 'tab.startAt(resumes ? (saved?.cursors ?? {}) : {},',
    replace: 'tab.startAt({},',
  },
  {
    id: 'p4-handle-not-reopened',
    what: 'A database whose handle died is not opened again.',
    file: 'src/browser/store.ts',
    find: `      store = open();
      return work(store);`,
    replace: '      throw error;',
  },
  {
    id: 'p4-refused-cursor-unsaid',
    what: 'The server starts a client at the head instead of at its cursor and says no word.',
    file: 'src/server/places.ts',
    find: 'return reason ? { at: head, refresh: reason } : { at: cursor };',
    replace: 'return reason ? { at: head } : { at: cursor };',
  },
  {
    id: 'p4-floor-too-low',
    what: 'The log claims one event more than it has kept.',
    file: 'src/server/log-memory.ts',
    find: 'return ring.head - (ring.entries.length - ring.start);',
    replace: 'return Math.max(0, ring.head - (ring.entries.length - ring.start) - 1);',
  },
  {
    id: 'p4-ahead-accepted',
    what: 'A cursor beyond the head is taken for one at the head.',
    file: 'src/server/log.ts',
    find: "  if (cursor.id > bounds.head) return 'cursor_ahead';\n",
    replace: '',
  },
  {
    id: 'p4-future-term-believed',
    what: 'A stored term of a clock far ahead is believed.',
    file: 'src/client/group/memory.ts',
    find: 'isCredibleTerm(f.term, 0, wallMs) ? f.term : 0',
    replace: 'f.term',
  },
  {
    id: 'p4-channels-of-followers',
    what: 'The places of channels that only a follower is in are not stored.',
    file: 'src/client/group/candidacy.ts',
    find: '{ ...leader?.channels(), ...tab.handled() }',
    replace: 'tab.handled()',
  },
];
