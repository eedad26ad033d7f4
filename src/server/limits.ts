/** How often one connection may ask for something: a bucket of tokens, filled by the clock that is given. */
import type { Clock } from './ports.ts';

export interface Rate {
  readonly perSecond: number;
  /** Saved up by whoever was quiet, at most. */
  readonly burst: number;
}

export interface Limiter {
  /** False: over the limit. */
  take(): boolean;
}

export function createLimiter(clock: Pick<Clock, 'now'>, { perSecond, burst }: Rate): Limiter {
  let tokens = burst;
  let filledAt = clock.now();
  return {
    take() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
