/** Bad input is harmless: guards and bounds on the three doors. */
import type { Mutant } from './mutant.fixture.ts';

export const p8: readonly Mutant[] = [
  {
    id: 'p8-big-frame',
    what: 'A frame may hold any number of events.',
    file: 'src/protocol/parse.ts',
    find: 'toList(f.events, limits.frameEvents)',
    replace: 'toList(f.events, limits.frameEvents * 1_000)',
  },
  {
    id: 'p8-ids-fall',
    what: 'Ids within a frame may fall and repeat.',
    file: 'src/protocol/parse.ts',
    find: 'if (!event || event.id <= last || event.id > f.id) return null;',
    replace: 'if (!event || event.id > f.id) return null;',
  },
  {
    id: 'p8-prototype',
    what: 'A stream named like a field of every object is found in each record of cursors.',
    file: 'src/protocol/parse.ts',
    find: 'const cursors: Record<string, Cursor> = Object.create(null);',
    replace: 'const cursors: Record<string, Cursor> = {};',
  },
  {
    id: 'p8-endless-streams',
    what: 'A record of cursors may name any number of streams.',
    file: 'src/protocol/parse.ts',
    find: '  if (names.length > limits.streams) return null;\n',
    replace: '',
  },
  {
    id: 'p8-fraction',
    what: 'Any number counts as an id.',
    file: 'src/protocol/parse.ts',
    find: 'return Number.isSafeInteger(value) && (value as number) >= 0;',
    replace: "return typeof value === 'number' && value >= 0;",
  },
  {
    id: 'p8-term-believed',
    what: 'A tab that claims any term is believed.',
    file: 'src/core/term.ts',
    find: 'return term <= Math.max(known, wallMs) + dayMs;',
    replace: 'return term <= Math.max(known, wallMs) + dayMs * 1e6;',
  },
  {
    id: 'p8-streams-per-tab',
    what: 'A tab may be in any number of streams.',
    file: 'src/core/inbox.ts',
    find: '      if (!before && streams.size >= limits.streams) return false;\n',
    replace: '',
  },
  {
    id: 'p8-held-without-bound',
    what: 'Any number of frames is held behind a hole.',
    file: 'src/core/inbox.ts',
    find: '  if (count + frame.events.length > maxHeld) return { state, effects: [] };\n',
    replace: '',
  },
  {
    id: 'p8-outbox-without-bound',
    what: 'A tab may have any number of commands unsettled.',
    file: 'src/core/outbox.ts',
    find: 'if (state.entries.size >= maxCommands) {',
    replace: 'if (state.entries.size >= maxCommands * 10) {',
  },
  {
    id: 'p8-other-version',
    what: 'Messages of another version of the protocol are taken.',
    file: 'src/core/envelope.ts',
    find: 'f.v !== protocolVersion || ',
    replace: '',
  },
  {
    id: 'p8-half-a-post',
    what: 'Of a post with a malformed item the others are taken.',
    file: 'src/core/envelope.ts',
    find: '    if (!item) return null;\n',
    replace: '    if (!item) continue;\n',
  },
  {
    id: 'p8-limits-without-end',
    what: 'What is taken from a limit stays in it.',
    file: 'src/server/limits.ts',
    find: '      tokens -= 1;\n',
    replace: '',
  },
  {
    id: 'p8-limit-counted-only',
    what: 'Packets beyond the limit are counted, and handled.',
    file: 'src/server/connection.ts',
    find: `      counters.count('packets_ignored');
      return;`,
    replace: "      counters.count('packets_ignored');",
  },
  {
    id: 'p8-syncs-unlimited',
    what: 'A connection may ask for as many pages as it likes.',
    file: 'src/server/connection.ts',
    find: `    if (!replay.has(stream)) return refuse(answer, 'forbidden', 'Not in this stream');
    if (!syncs.take()) return refuse(answer, 'rate_limited', 'Too many requests');
`,
    replace: `    if (!replay.has(stream)) return refuse(answer, 'forbidden', 'Not in this stream');
`,
  },
  {
    id: 'p8-reserved-type',
    what: "The app may send an event by one of the protocol's own names.",
    file: 'src/server/router.ts',
    find: 'if (isReserved(type)) throw new',
    replace: 'if (isReserved(type)) void new',
  },
  {
    id: 'p8-endless-auth',
    what: 'A strategy that never answers keeps the handshake open.',
    file: 'src/server/admission.ts',
    find: 'const cancel = clock.after(ms, () => reject(late));',
    replace: 'const cancel = clock.after(ms * 100, () => reject(late));',
  },
  {
    id: 'p8-malformed-uncounted',
    what: 'A malformed packet of the server is dropped without a trace.',
    file: 'src/client/intake.ts',
    find: "if (!item) return count('malformed');",
    replace: 'if (!item) return;',
  },
];
