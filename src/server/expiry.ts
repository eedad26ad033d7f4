/** Ends a connection when its token does. */
import type { Cancel, Clock } from './ports.ts';

interface Expiry {
  /** Wall clock at which it ends; `undefined`: never. Replaces what was set before. */
  set(expiresAt: number | undefined): void;
  leftMs(): number | undefined;
  close(): void;
}

/** Platform timers hold no more than 2^31 - 1 ms, and a wall clock may jump: look again now and then. */
const maxWaitMs = 3_600_000;

export function createExpiry(clock: Clock, onExpired: () => void): Expiry {
  let end: number | undefined;
  let cancel: Cancel = () => {};

  function leftMs(): number | undefined {
    // Whole ones: a token may end between two.
    return end === undefined ? undefined : Math.max(0, Math.floor(end - clock.wall()));
  }

  function wait(): void {
    cancel();
    const left = leftMs();
    if (left === undefined) return;
    cancel = clock.after(Math.min(left, maxWaitMs), () => (leftMs() === 0 ? onExpired() : wait()));
  }

  return {
    leftMs,
    set(expiresAt) {
      end = expiresAt;
      wait();
    },
    close() {
      end = undefined;
      cancel();
    },
  };
}
