/** How often somebody may ask for something: buckets of tokens, filled by the clock that is given. */
import type { Clock } from './ports.ts';

export interface Rate {
  readonly perSecond: number;
  /** Saved up by whoever was quiet, at most. */
  readonly burst: number;
}

/** What clients may ask for. Per connection, where nothing else is said. */
export interface Limits {
  /** @defaultValue 100 per second, 1,000 at once */
  readonly commands: Rate;
  /** `request_sync`, `subscribe` and `reauthenticate` together. @defaultValue 20 per second, 200 at once */
  readonly syncs: Rate;
  /** All packets together; what is beyond is ignored without an answer. @defaultValue 500 per second, 5,000 at once */
  readonly packets: Rate;
  /** Of all connections of a user on one node. @defaultValue 400 per second, 4,000 at once */
  readonly userCommands: Rate;
  /** Of all connections of a user on one node. @defaultValue 80 per second, 800 at once */
  readonly userSyncs: Rate;
  /** Connections of a user on one node; one more is refused with `rate_limited`. @defaultValue 100 */
  readonly connectionsPerUser: number;
}

export const defaultLimits: Limits = {
  commands: { perSecond: 100, burst: 1_000 },
  syncs: { perSecond: 20, burst: 200 },
  packets: { perSecond: 500, burst: 5_000 },
  userCommands: { perSecond: 400, burst: 4_000 },
  userSyncs: { perSecond: 80, burst: 800 },
  connectionsPerUser: 100,
};

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

interface Shared {
  readonly commands: Limiter;
  readonly syncs: Limiter;
}

/** The buckets that connections share; kept beyond the last of them, so that reconnecting fills none. */
export interface SharedLimiters {
  of(userId: string): Shared;
}

/** Users whose buckets are kept; the one unused for longest makes room. */
const maxUsers = 100_000;

export function createSharedLimiters(clock: Pick<Clock, 'now'>, limits: Limits): SharedLimiters {
  // In order of use, so that the first is the one unused for longest.
  const sharedByUser = new Map<string, Shared>();

  return {
    of(userId) {
      const shared = sharedByUser.get(userId) ?? {
        commands: createLimiter(clock, limits.userCommands),
        syncs: createLimiter(clock, limits.userSyncs),
      };
      sharedByUser.delete(userId);
      sharedByUser.set(userId, shared);
      for (const [oldest] of sharedByUser) {
        if (sharedByUser.size <= maxUsers) break;
        sharedByUser.delete(oldest);
      }
      return shared;
    },
  };
}

/** Takes from both, or says no. */
export function bothLimiters(own: Limiter, shared: Limiter): Limiter {
  return { take: () => own.take() && shared.take() };
}
