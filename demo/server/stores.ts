/** Where the product keeps what it must remember: in this process, or on the Redis that several nodes share. */

import { redisStores } from 'onesocket/redis';
import { type AttachOptions, memoryLog } from 'onesocket/server';
import { createClient } from 'redis';
import type { PartLogger } from './logbook.ts';
import type { Settings } from './settings.ts';

export interface Stores {
  readonly kind: 'memory' | 'redis';
  /** To be spread into the options of `attachRealtime`. */
  readonly options: Pick<AttachOptions, 'log' | 'registry' | 'commandStore' | 'roomStore'>;
  /** Forgets all events, as a lost Redis or a restarted process does. */
  reset(): Promise<void>;
  close(): void;
}

function inMemory({ eventLog }: Settings): Stores {
  const log = memoryLog({ ...eventLog, maxEvents: Math.max(eventLog.maxEvents, 50_000) });
  return { kind: 'memory', options: { log }, reset: async () => log.reset(), close: log.close };
}

async function onRedis(url: string, { eventLog }: Settings, logger: PartLogger): Promise<Stores> {
  const prefix = 'onesocket-demo:';
  const client = createClient({ url });
  // Without a listener node-redis ends the process when Redis goes.
  client.on('error', (error: Error) => logger.error('Redis', error));
  await client.connect();
  const stores = redisStores(client, { prefix, ...eventLog, logger });
  return {
    kind: 'redis',
    options: stores,
    async reset() {
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*` })) {
        if (keys.length > 0) await client.del(keys);
      }
    },
    close() {
      stores.close();
      client.destroy();
    },
  };
}

export function openStores(settings: Settings, logger: PartLogger): Promise<Stores> {
  const { redisUrl } = settings;
  return redisUrl ? onRedis(redisUrl, settings, logger) : Promise.resolve(inMemory(settings));
}
