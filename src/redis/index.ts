/** `onesocket/redis`: what the nodes behind a load balancer share, in a Redis that the app is connected to. */

import { checkOptions } from '../server/check-options.ts';
import { systemClock } from '../server/clock.ts';
import type { CommandStore } from '../server/command-store.ts';
import type { EventLog } from '../server/log.ts';
import { type Logger, silentLogger } from '../server/ports.ts';
import type { Registry } from '../server/registry.ts';
import type { RoomStore } from '../server/room-store.ts';
import type { RedisClient } from './client.ts';
import { createRedisCommandStore } from './command-store.ts';
import { createLink } from './link.ts';
import { createRedisLog } from './log.ts';
import { createRedisRegistry } from './registry.ts';
import { createRedisRooms } from './rooms.ts';

export interface RedisOptions {
  /** What all keys and channels begin with; another one for each namespace and app. @defaultValue 'onesocket:' */
  readonly prefix?: string;
  /** How long an event can be read. @defaultValue 600_000 */
  readonly ttlMs?: number;
  /** Events kept per stream. @defaultValue 10_000 */
  readonly maxEvents?: number;
  /** How long a command may be repeated. @defaultValue 600_000 */
  readonly commandWindowMs?: number;
  /** Commands remembered per user; the oldest outcome makes room. @defaultValue 1_000 */
  readonly maxCommandsPerUser?: number;
  /** Clients of one user that are remembered without a connection. @defaultValue 200 */
  readonly maxClientsPerUser?: number;
  /** How long an answer of Redis may take. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

const redisOptions: Readonly<Record<keyof RedisOptions, true>> = {
  prefix: true,
  ttlMs: true,
  maxEvents: true,
  commandWindowMs: true,
  maxCommandsPerUser: true,
  maxClientsPerUser: true,
  timeoutMs: true,
  logger: true,
};

/** To be spread into the options of `attachRealtime`. */
export interface RedisStores {
  readonly log: EventLog;
  readonly registry: Registry;
  readonly commandStore: CommandStore;
  readonly roomStore: RoomStore;
  /** Closes our own connections; the client stays the app's. */
  close(): void;
}

/**
 * Keeps on Redis what `attachRealtime` keeps in memory otherwise. `client` is one of the `redis` package;
 * we make two connections from it, which come back by themselves.
 * @throws TypeError for an option that there is not
 */
export function redisStores(client: RedisClient, options: RedisOptions = {}): RedisStores {
  checkOptions('redisStores()', options, redisOptions);
  const { prefix = 'onesocket:', timeoutMs = 5_000, logger = silentLogger } = options;
  const { ttlMs = 600_000, maxEvents = 10_000, commandWindowMs = 600_000, maxCommandsPerUser = 1_000 } = options;
  const { maxClientsPerUser = 200 } = options;
  const clock = systemClock;
  const link = createLink({ client, clock, logger, timeoutMs });
  const common = { link, clock, prefix };
  const log = createRedisLog({ ...common, ttlMs, maxEvents });
  const commandStore = createRedisCommandStore({
    ...common,
    logger,
    windowMs: commandWindowMs,
    maxPerUser: maxCommandsPerUser,
  });
  const registry = createRedisRegistry({ ...common, maxPerUser: maxClientsPerUser });
  const roomStore = createRedisRooms(link, prefix);
  return {
    log,
    registry,
    roomStore,
    commandStore,
    close() {
      log.close();
      registry.close();
      roomStore.close();
      commandStore.close();
      link.close();
    },
  };
}

export type { RedisClient } from './client.ts';
export { RedisError } from './errors.ts';
