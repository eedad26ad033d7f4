/** `onesocket/redis`: what the nodes behind a load balancer share, in a Redis that the app is connected to. */
import { systemClock } from '../server/clock.ts';
import type { EventLog } from '../server/log.ts';
import { type Logger, silentLogger } from '../server/ports.ts';
import type { RedisClient } from './client.ts';
import { createLink } from './link.ts';
import { createRedisLog } from './log.ts';

export interface RedisOptions {
  /** What all keys and channels begin with; another one for each namespace and app. @defaultValue 'onesocket:' */
  readonly prefix?: string;
  /** How long an event can be read. @defaultValue 600_000 */
  readonly ttlMs?: number;
  /** Events kept per stream. @defaultValue 10_000 */
  readonly maxEvents?: number;
  /** How long an answer of Redis may take. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

/** To be spread into the options of `attachRealtime`. */
export interface RedisStores {
  readonly log: EventLog;
  /** Closes our own connections; the client stays the app's. */
  close(): void;
}

/**
 * Keeps on Redis what `attachRealtime` keeps in memory otherwise. `client` is one of the `redis` package;
 * we make two connections from it, which come back by themselves.
 */
export function redisStores(client: RedisClient, options: RedisOptions = {}): RedisStores {
  const { prefix = 'onesocket:', timeoutMs = 5_000, logger = silentLogger, ...limits } = options;
  const clock = systemClock;
  const link = createLink({ client, clock, logger, timeoutMs });
  const log = createRedisLog({ link, clock, prefix, ...limits });
  return {
    log,
    close() {
      log.close();
      link.close();
    },
  };
}

export type { RedisClient } from './client.ts';
export { RedisError } from './errors.ts';
