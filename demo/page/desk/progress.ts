/** Which of the three things to try the browser's tabs have seen happen: one that was crashed sees nothing of it. */
import type { Status } from 'onesocket';
import { useEffect } from 'react';
import { socket } from '../socket.ts';
import { peers } from './engine.ts';
import { createSignal } from './signal.ts';

export const steps = ['open', 'lead', 'cut'] as const;
export type Step = (typeof steps)[number];

const keyPrefix = 'demo:tried-';

const signal = createSignal();
const isDone = (step: Step) => localStorage.getItem(keyPrefix + step) !== null;

function done(step: Step): void {
  if (isDone(step)) return;
  localStorage.setItem(keyPrefix + step, '1');
  signal.emit();
}

addEventListener('storage', ({ key }) => {
  if (key?.startsWith(keyPrefix)) signal.emit();
});

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

/** A hook; to be rendered again from time to time. */
export function useProgress(): ReadonlySet<Step> {
  signal.use();
  const many = peers.list().length > 1;
  useEffect(() => {
    if (many) done('open');
  }, [many]);
  return new Set(steps.filter((step) => isDone(step)));
}
