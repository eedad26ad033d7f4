/** Isolation: users, sign-out, what a connection may read. */
import type { Mutant } from './mutant.fixture.ts';

export const p6: readonly Mutant[] = [
  {
    id: 'p6-derived-user-unchecked',
    what: 'A group whose user was derived takes whatever user the server names.',
    file: 'src/client/session.ts',
    find: 'const expected = settings.user ?? user;',
    replace: 'const expected = settings.user;',
  },
  {
    id: 'p6-write-after-sign-out',
    what: 'A leader that missed the sign-out writes its cursors again.',
    file: 'src/client/memory.ts',
    find: '    if (!marked()) return onSignedOut();\n',
    replace: '',
  },
  {
    id: 'p6-write-in-between',
    what: 'A write that was under way at the sign-out is not stopped.',
    file: 'src/client/memory.ts',
    find: '        if (!marked()) return undefined;\n',
    replace: '',
  },
  {
    id: 'p6-back-unasked',
    what: 'A page that comes back from the cache does not look at the mark.',
    file: 'src/client/participant.ts',
    find: '    if (memory && !memory.marked()) return forget();\n',
    replace: '',
  },
  {
    id: 'p6-copy-not-wiped',
    what: 'The sign-out leaves the copy of the last moment.',
    file: 'src/client/memory.ts',
    find: 'for (const key of [keys.saved, keys.halt])',
    replace: 'for (const key of [keys.halt])',
  },
  {
    id: 'p6-granted-after-sign-out',
    what: 'A tab that is granted the lock after a sign-out leads.',
    file: 'src/client/candidacy.ts',
    find: '    if (!memory.marked()) return deps.onSignedOut();\n',
    replace: '',
  },
  {
    id: 'p6-group-without-user',
    what: "The user is not part of the group's name.",
    file: 'src/client/participant.ts',
    find: `:\${whose}\`;`,
    replace: '`;',
  },
  {
    id: 'p6-cursors-kept',
    what: 'A sign-out keeps the cursors in memory.',
    file: 'src/client/reader.ts',
    find: '      inbox = createInbox(onStream);\n',
    replace: '',
  },
  {
    id: 'p6-commands-kept',
    what: 'Commands that wait at a sign-out are sent for the next user.',
    file: 'src/client/tab.ts',
    find: '      commands.abandon(code);\n',
    replace: '',
  },
  {
    id: 'p6-states-kept',
    what: 'A sign-out leaves the shared states as they are.',
    file: 'src/client/participant.ts',
    find: '    states.reset();\n',
    replace: '',
  },
  {
    id: 'p6-handshake-user-unchecked',
    what: 'The companion does not compare the user of the handshake with that of the token.',
    file: 'src/server/admission.ts',
    find: `    if (handshake?.user !== undefined && handshake.user !== userId) {
      return refuse('wrong_user', 'The token belongs to another user');
    }
`,
    replace: '',
  },
  {
    id: 'p6-foreign-sync',
    what: 'A connection may ask for the events of any stream.',
    file: 'src/server/connection.ts',
    find: "    if (!replay.has(stream)) return refuse(answer, 'forbidden', 'Not in this stream');\n",
    replace: '',
  },
  {
    id: 'p6-foreign-subscribe',
    what: 'A connection may subscribe to any stream.',
    file: 'src/server/membership.ts',
    find: '        if (!(await permits(stream))) continue;\n',
    replace: '',
  },
  {
    id: 'p6-renewed-by-another',
    what: "A connection takes another user's token as its renewal.",
    file: 'src/server/connection.ts',
    find: "    if (identity.userId !== userId) return refuse(answer, 'wrong_user', 'The token belongs to another user');\n",
    replace: '',
  },
  {
    id: 'p6-room-not-left',
    what: 'Who leaves a room keeps getting its events until the next connection.',
    file: 'src/server/realtime.ts',
    find: 'for (const connection of connections.ofUser(userId)) connection.shut(roomStream(room));',
    replace: '',
  },
  {
    id: 'p6-token-outlived',
    what: 'A connection outlives its token.',
    file: 'src/server/connection.ts',
    find: '  expiry.set(claim.expiresAt);\n',
    replace: '',
  },
];
