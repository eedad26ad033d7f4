/** The page of somebody who is signed in: one socket, the panels that show it, one clock that redraws them. */
import { oneSocket } from '../../src/index.ts';
import { type ClientEvents, eventTypes, type ServerEvents, type UserId } from '../shared.ts';
import { createCounts } from './counts.ts';
import { h, type View } from './dom.ts';
import { createLedger } from './ledger.ts';
import { createBoard, openBoard } from './panels/board.ts';
import { createBreak } from './panels/break.ts';
import { createCommands } from './panels/commands.ts';
import { createFeed } from './panels/feed.ts';
import { createGroup } from './panels/group.ts';
import { createGuide } from './panels/guide.ts';
import { header } from './panels/header.ts';
import { createJournal } from './panels/journal.ts';
import { createLatency } from './panels/latency.ts';
import { createThisTab } from './panels/this-tab.ts';
import { createPeers, type TabCard } from './peers.ts';
import { createSession } from './session.ts';
import type { Tab } from './tab.ts';
import { showInTabStrip } from './tab-strip.ts';
import { watchSocket } from './watch.ts';

const redrawMs = 250;

export interface DashboardOptions {
  readonly user: UserId;
  readonly pane: boolean;
  /** The group ended: by this tab, by another, or by the server. */
  readonly onSignedOut: () => void;
}

export function openDashboard({ user, pane, onSignedOut }: DashboardOptions): HTMLElement {
  const since = Date.now();
  const session = createSession(user);
  const socket = oneSocket<ServerEvents, ClientEvents>(location.origin, {
    companion: true,
    user,
    auth: async () => ({ token: await session.token() }),
  });
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
  // A restarted server signs with another secret; a server that is away says nothing about the token.
  socket.on('connect_error', ({ data }) => {
    const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null;
    if (code === 'unauthorized' || code === 'token_expired') session.forget();
  });
  const board = openBoard(tab);
  const guide = createGuide(tab);
  const feed = createFeed(tab);
  const latency = createLatency();
  const group = createGroup(tab);
  const thisTab = createThisTab(tab);
  const boardView = createBoard(tab, board);
  const commands = createCommands(tab, board);
  const slow: readonly View[] = [guide, group, thisTab, boardView, commands];

  let signingOut = false;
  let framed = false;
  function drawFrame(): void {
    framed = false;
    feed.render();
    latency.render();
  }
  for (const type of eventTypes) {
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
  socket.onStatus((status) => {
    showInTabStrip(user, status);
    peers.nudge();
    drawAll();
    if (status.connection === 'signed-out' && !signingOut) onSignedOut();
  });
  showInTabStrip(user, socket.status);
  drawAll();

  /** Leaves the page only when the other tabs were told and everything is wiped. */
  async function signOut(): Promise<void> {
    signingOut = true;
    await socket.signOut();
    onSignedOut();
  }

  const columns = pane
    ? [[thisTab, group, { element: createBreak(tab) }, feed, journal]]
    : [
        [group, { element: createBreak(tab) }, feed, journal],
        [thisTab, commands, boardView, latency],
      ];
  return h(
    'div',
    { class: 'page', 'data-pane': pane },
    pane ? null : header({ user, onGuide: guide.show, onSignOut: () => void signOut() }),
    h(
      'main',
      { class: 'grid' },
      guide.element,
      ...columns.map((parts) => h('div', { class: 'column' }, ...parts.map(({ element }) => element))),
    ),
  );
}
