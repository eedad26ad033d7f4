/** The Desk: the panels that show this browser's one connection, and one clock that redraws them. */
import { deskTypes } from '../../shared/desk.ts';
import { session } from '../session.ts';
import { socket, userId as user } from '../socket.ts';
import { createCounts } from './counts.ts';
import { h, type View } from './dom.ts';
import { createLedger } from './ledger.ts';
import { createBoard, openBoard } from './panels/board.ts';
import { createBreak } from './panels/break.ts';
import { createCommands } from './panels/commands.ts';
import { createFeed } from './panels/feed.ts';
import { createGroup } from './panels/group.ts';
import { createGuide } from './panels/guide.ts';
import { createJournal } from './panels/journal.ts';
import { createLatency } from './panels/latency.ts';
import { createThisTab } from './panels/this-tab.ts';
import { createPeers, type TabCard } from './peers.ts';
import type { Tab } from './tab.ts';
import { watchSocket } from './watch.ts';

const redrawMs = 250;

export function openDashboard(pane: boolean): HTMLElement {
  const since = Date.now();
  const ledger = createLedger((stream) => socket.diagnostics().cursors[stream]?.epoch ?? '');
  const peers = createPeers(socket.diagnostics().group, toCard);
  const counts = createCounts(session, () => socket.diagnostics().client);
  const journal = createJournal();
  const tab: Tab = { user, pane, socket, session, ledger, peers, note: journal.note, counts: counts.current };

  function toCard(): TabCard {
    const { tab, status, counters } = socket.diagnostics();
    return {
      tab,
      since,
      role: status.role,
      term: status.term,
      connected: socket.connected,
      visible: document.visibilityState === 'visible',
      delivered: counters.delivered,
      blocks: ledger.blocks(),
    };
  }

  watchSocket(socket, journal.note);
  const board = openBoard(tab);
  const guide = createGuide(tab);
  const feed = createFeed(tab);
  const latency = createLatency();
  const group = createGroup(tab);
  const thisTab = createThisTab(tab);
  const boardView = createBoard(tab, board);
  const commands = createCommands(tab, board);
  const slow: readonly View[] = [guide, group, thisTab, boardView, commands];

  let framed = false;
  function drawFrame(): void {
    framed = false;
    feed.render();
    latency.render();
  }
  for (const type of deskTypes) {
    socket.onEvent(type, (event) => {
      ledger.add(event);
      feed.add(event);
      latency.add(event.timestamp);
      peers.nudge();
      // At most once a frame, however many events come; a hidden tab draws nothing.
      if (!framed) requestAnimationFrame(drawFrame);
      framed = true;
    });
  }

  function drawAll(): void {
    for (const view of slow) view.render();
  }
  setInterval(() => {
    if (document.visibilityState === 'visible') drawAll();
  }, redrawMs);
  board.subscribe(() => feed.showRate(board.getSnapshot().state?.perSecond));
  socket.onStatus(() => {
    peers.nudge();
    drawAll();
  });
  drawAll();

  const columns = pane
    ? [[thisTab, group, { element: createBreak(tab) }, feed, journal]]
    : [
        [group, { element: createBreak(tab) }, feed, journal],
        [thisTab, commands, boardView, latency],
      ];
  return h(
    'div',
    { class: 'grid', 'data-pane': pane },
    guide.element,
    ...columns.map((parts) => h('div', { class: 'column' }, ...parts.map(({ element }) => element))),
  );
}
