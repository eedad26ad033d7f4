/** One timer for trying again by oneself: ever more rarely the more often it failed. */
import { type Backoff, backoffMs } from '../../core/backoff.ts';
import type { Cancel, Clock } from '../../core/ports.ts';

interface Retry {
  failed(): void;
  /** After a time that no failure determines. */
  in(ms: number): void;
  /** The next failure is a first one again. */
  succeeded(): void;
  stop(): void;
}

export function createRetry(clock: Clock, backoff: Backoff, run: () => void): Retry {
  let failures = 0;
  let stopTimer: Cancel = () => {};

  function set(ms: number): void {
    stopTimer();
    stopTimer = clock.after(ms, run);
  }

  return {
    failed() {
      set(backoffMs(backoff, failures, clock.random()));
      failures += 1;
    },
    in: set,
    succeeded() {
      failures = 0;
    },
    stop: () => stopTimer(),
  };
}
