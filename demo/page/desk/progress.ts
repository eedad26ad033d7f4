/** Which of the three things to try this tab has seen happen. */
import type { Status } from 'onesocket';
import { socket } from '../socket.ts';
import { peers } from './engine.ts';
import { createSignal } from './signal.ts';

export const steps = ['open', 'lead', 'cut'] as const;
export type Step = (typeof steps)[number];

const signal = createSignal();
const seen = new Set<Step>();

function done(step: Step): void {
  if (seen.has(step)) return;
  seen.add(step);
  signal.emit();
}

export function startProgress(): void {
  let led: Pick<Status, 'term'> | null = null;
  /** Of the last connection, and whether it was lost: a new leader's first one is no repair of a cut. */
  let connected = { term: 0, lost: false };

  socket.on('disconnect', () => {
    connected = { ...connected, lost: true };
  });
  socket.on('connect', () => {
    const { term } = socket.status;
    if (connected.lost && connected.term === term && socket.recovered) done('cut');
    connected = { term, lost: false };
  });
  socket.onStatus(({ role, term }) => {
    if (role !== 'leader' && role !== 'follower') return;
    if (led && term > led.term) done('lead');
    led = { term };
  });
}

/** A hook. */
export function useProgress(): ReadonlySet<Step> {
  signal.use();
  if (peers.list().length > 1) seen.add('open');
  return seen;
}
