/**
 * What every tab does for the Desk, whichever page it shows: it hashes what it handles, and answers the other tabs.
 * Panels read from here when a signal says so: `frame` at most once a frame, `pulse` four times a second.
 */
import { deskTypes } from '../../shared/desk.ts';
import { dropOut } from '../drop-out.ts';
import { socket } from '../socket.ts';
import { addToFeed } from './feed.ts';
import { hang } from './hang.ts';
import { note } from './journal.ts';
import { addSample } from './latency.ts';
import { createLedger } from './ledger.ts';
import { createPeers, type TabCard } from './peers.ts';
import { createSignal } from './signal.ts';
import { watchSocket } from './watch.ts';

const pulseMs = 250;
const since = Date.now();

export const frame = createSignal();
export const pulse = createSignal();
export const ledger = createLedger((stream) => socket.diagnostics().cursors[stream]?.epoch ?? '');

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

export const peers = createPeers(socket.diagnostics().group, toCard, (deed) => {
  note('Another tab asked this one to fail.', 'bad');
  if (deed === 'crash') dropOut();
  else hang();
});

/** Draws nothing in a hidden tab. */
function draw(): void {
  if (document.visibilityState === 'visible') pulse.emit();
}

export function startEngine(): void {
  let framed = false;
  const drawFrame = () => {
    framed = false;
    frame.emit();
  };
  for (const type of deskTypes) {
    socket.onEvent(type, (event) => {
      ledger.add(event);
      addToFeed(event);
      addSample(Date.now() - event.timestamp);
      peers.nudge();
      if (!framed) requestAnimationFrame(drawFrame);
      framed = true;
    });
  }
  socket.onStatus(() => {
    peers.nudge();
    pulse.emit();
  });
  watchSocket(socket, note);
  setInterval(draw, pulseMs);
}
