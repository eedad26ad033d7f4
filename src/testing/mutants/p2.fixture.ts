/** Once, in order, no silent hole: the cursor rule, and who says what to whom. */
import type { Mutant } from './mutant.fixture.ts';

export const p2: readonly Mutant[] = [
  {
    id: 'p2-epoch-ignored',
    what: 'Cursors are compared without the epoch.',
    file: 'src/protocol/cursor.ts',
    find: "  if (span.epoch !== cursor.epoch) return 'other_epoch';\n",
    replace: '',
  },
  {
    id: 'p2-gap-ignored',
    what: 'A frame that begins above the cursor is delivered.',
    file: 'src/protocol/cursor.ts',
    find: "  if (span.prev > cursor.id) return 'gap';\n",
    replace: '',
  },
  {
    id: 'p2-refresh-repeated',
    what: 'A refresh to the place where the tab stands already is news.',
    file: 'src/protocol/cursor.ts',
    find: "reason === 'cursor_ahead' ? target.id < cursor.id : target.id > cursor.id",
    replace: "reason === 'cursor_ahead' ? target.id < cursor.id : target.id >= cursor.id",
  },
  {
    id: 'p2-hello-muted',
    what: 'The hello of a tab that has not heard of the present term is ignored.',
    file: 'src/client/group/participant.ts',
    find: 'if (isFromLeader(message)) return candidacy.onLeaderMessage(message);',
    replace: `if (message.type === 'hello' && message.term < tab.term()) return;
    if (isFromLeader(message)) return candidacy.onLeaderMessage(message);`,
  },
  {
    id: 'p2-deposed-writes',
    what: 'A deposed leader writes its cursor over that of the next one.',
    file: 'src/client/group/memory.ts',
    find: 'if (!before || before.term <= next.term) return next;',
    replace: 'if (!before || before.term > 0) return next;',
  },
  {
    id: 'p2-refresh-not-owed',
    what: "A tab that missed the refresh takes the leader's place in the new epoch as its own.",
    file: 'src/core/inbox.ts',
    find: "return state.at === 'live' ? hold(state.cursor, []) : { state, effects: [] };",
    replace: 'return { state: liveAt(event.cursor), effects: [] };',
  },
  {
    id: 'p2-position-skips',
    what: "A tab that is behind takes the leader's position as its own instead of asking.",
    file: 'src/core/inbox.ts',
    find: `      if (!state) return hold(null, []);
`,
    replace: `      if (!state) return hold(null, []);
      if (state.at === 'live' && event.cursor.id > state.cursor.id) return { state: liveAt(event.cursor), effects: [] };
`,
  },
  {
    id: 'p2-overlap-repeated',
    what: 'Of a frame that overlaps the cursor all events are delivered.',
    file: 'src/core/inbox.ts',
    find: 'frame.prev >= cursor.id ? frame.events : frame.events.filter((event) => event.id > cursor.id)',
    replace: 'frame.events',
  },
  {
    id: 'p2-held-forgotten',
    what: 'What was held is dropped when the answer fills the hole.',
    file: 'src/core/inbox.ts',
    find: "if (verdict === 'joins') return settle(frame, state.held, [delivery(state.cursor, frame)]);",
    replace: "if (verdict === 'joins') return settle(frame, [], [delivery(state.cursor, frame)]);",
  },
  {
    id: 'p2-gap-unannounced',
    what: 'A hole that nobody fills is jumped over without a refresh.',
    file: 'src/core/inbox.ts',
    find: '  return onRefresh(state, refresh);\n',
    replace: '  return settle(refresh, state.held, []);\n',
  },
  {
    id: 'p2-refresh-after-event',
    what: 'The notice of a refresh comes after the events that follow it.',
    file: 'src/client/socket/facade.ts',
    find: `      announce();
      if (!joined) return;`,
    replace: '      if (!joined) return;',
  },
  {
    id: 'p2-before-welcome',
    what: 'A newcomer handles frames that came before it was told where it starts.',
    file: 'src/client/tab/reader.ts',
    find: 'else if (isMine(item.stream) && (hasPlace || inbox.has(item.stream))) {',
    replace: 'else if (isMine(item.stream)) {',
  },
  {
    id: 'p2-ring-over-refresh',
    what: 'The leader serves from before a refresh to tabs that ask after it.',
    file: 'src/client/leader/relay.ts',
    find: 'else ring.restart(item.stream, item);',
    replace: '',
  },
  {
    id: 'p2-answer-overtakes',
    what: 'An answer is told before the events that the server sent before it.',
    file: 'src/client/leader/courier.ts',
    find: 'if (inFlight.delete(id)) inTurn(() => toOutcome(from, id, answer));',
    replace: 'if (inFlight.delete(id)) outcome(from, id, answer);',
  },
  {
    id: 'p2-connect-behind',
    what: 'That the connection stands is told behind the events that came over it.',
    file: 'src/client/leader/relay.ts',
    find: 'lastState = isError ? null : tell;\n      push(tell);',
    replace: 'clock.soon(tell);',
  },
  {
    id: 'p2-merged-over-hole',
    what: 'Neighbouring frames of one stream are merged, whether or not they join.',
    file: 'src/client/leader/relay.ts',
    find: ' || a.id !== b.prev) return null;',
    replace: ') return null;',
  },
  {
    id: 'p2-first-page-only',
    what: 'Of a long answer the leader asks for the first page only.',
    file: 'src/client/leader/sync.ts',
    find: `    if (more && frame.epoch === from.epoch && frame.id > from.id) {
      for (const [consumer, cursor] of group) {
        queue.waiting.set(consumer, { epoch: frame.epoch, id: Math.max(cursor.id, frame.id) });
      }
      return;
    }
`,
    replace: '',
  },
  {
    id: 'p2-live-too-early',
    what: 'The server puts a peer into the live room before its replay reached the head.',
    file: 'src/server/catch-up.ts',
    find: 'const arrived = epoch === state.at.epoch && state.at.id >= id;',
    replace: 'const arrived = epoch === state.at.epoch;',
  },
  {
    id: 'p2-hint-skips',
    what: 'A node whose hint was lost goes on with the next one.',
    file: 'src/server/live.ts',
    find: 'if (known && event && event.id === tipOf(place) + 1) queue(place, event);',
    replace: 'if (known && event) queue(place, event);',
  },
  {
    id: 'p2-adopted-unasked',
    what: 'A cursor that came in while the handshake was under way is taken for resumed.',
    file: 'src/client/leader/intake.ts',
    find: "        else if (!asked) gate.apply(stream, { type: 'position', cursor: from });\n",
    replace: '',
  },
  {
    id: 'p2-refresh-for-all',
    what: 'A refresh for whoever asked from the lowest place is given to all who asked.',
    file: 'src/client/leader/sync.ts',
    find: 'const to = group.filter(([, cursor]) => cursor.id === from.id).map(([consumer]) => consumer);',
    replace: 'const to = group.map(([consumer]) => consumer);',
  },
  {
    id: 'p2-epochs-mixed',
    what: 'Places of two epochs are asked for together.',
    file: 'src/client/leader/sync.ts',
    find: '.filter(([, cursor]) => cursor.epoch === first.epoch)',
    replace: '',
  },
  {
    id: 'p2-highest-asks',
    what: 'Of several who ask together the one that is furthest says from where.',
    file: 'src/client/leader/sync.ts',
    find: 'Math.min(...group',
    replace: 'Math.max(...group',
  },
  {
    id: 'p2-held-in-one-pass',
    what: 'What was held is looked through once: what came in the wrong order stays.',
    file: 'src/core/inbox.ts',
    find: '        moved = true;\n',
    replace: '',
  },
  {
    id: 'p2-ring-any-epoch',
    what: 'The ring serves a cursor of another epoch.',
    file: 'src/core/ring.ts',
    find: 'cursor.epoch !== track.epoch || ',
    replace: '',
  },
  {
    id: 'p2-ring-forgets-start',
    what: 'The ring drops its oldest frames and does not remember that it did.',
    file: 'src/core/ring.ts',
    find: '      track.start = frame.id;\n',
    replace: '',
  },
  {
    id: 'p2-stale-page',
    what: 'A page that was read for an earlier place is sent after the peer asked to resume from another.',
    file: 'src/server/replay.ts',
    find: ' || state.at !== at)',
    replace: ')',
  },
  {
    id: 'p2-given-up-offline',
    what: 'A hole is given up by the time that the group was offline.',
    file: 'src/client/tab/holes.ts',
    find: '      if (!online()) return;\n',
    replace: '',
  },
  {
    id: 'p2-given-up-asleep',
    what: 'A hole is given up by a timer that fired late.',
    file: 'src/client/tab/holes.ts',
    find: 'onTime ? tickMs : 0',
    replace: 'tickMs',
  },
  {
    id: 'p2-left-unsaid',
    what: 'A client is not told that a stream was taken from it: it falls silent.',
    file: 'src/server/membership.ts',
    find: "    if (at) peer.send('full_refresh', { stream, ...at, reason: 'permissions_changed' } satisfies Refresh);\n",
    replace: '    void at;\n',
  },
  {
    id: 'p2-view-chain',
    what: "A view's frame begins where the log's did, not where the view's last one ended.",
    file: 'src/server/outlets.ts',
    find: 'const prev = outlet.end ?? frame.prev;',
    replace: 'const prev = frame.prev;',
  },
  {
    id: 'p2-channels-of-others',
    what: 'A tab takes in the channels that other tabs are in.',
    file: 'src/client/tab/reader.ts',
    find: 'wanted.has(stream) || !isChannel(stream);',
    replace: "stream !== '';",
  },
  {
    id: 'p2-wish-forgotten',
    what: 'A wish whose answer is lost is not made again.',
    file: 'src/client/leader/subscriptions.ts',
    find: 'stopAsking = clock.after(answerTimeoutMs, again);',
    replace: 'stopAsking = () => {};',
  },
  {
    id: 'p2-renewed-modules',
    what: 'The modules of a renewed token are not told to the tabs.',
    file: 'src/client/leader/connector.ts',
    find: 'deps.onRenewed(parseModules(fields.modules));\n',
    replace: '',
  },
];
