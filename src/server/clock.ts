/** The process's own clock. With `socket-io.ts` the only place here that touches the platform. */
import { randomUUID } from 'node:crypto';
import type { Clock } from './ports.ts';

/** Timers don't keep the process alive: the server that the companion is attached to does. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon: (run) => {
    setImmediate(run);
  },
  uniqueId: () => randomUUID(),
};
