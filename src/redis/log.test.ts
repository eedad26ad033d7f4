import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../server/clock.ts';
import { describeLog } from '../server/log.contract.ts';
import { silentLogger } from '../server/ports.ts';
import { createLink, type Link } from './link.ts';
import { createRedisLog } from './log.ts';
import { age, executable, freshPrefix, startRedis, type TestRedis } from './redis.fixture.ts';

describe.skipIf(!executable)('the log in Redis', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let link: Link;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    link = createLink({ client: redis.client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
  });
  afterAll(async () => {
    for (const close of closing) close();
    link.close();
    await redis.end();
  });

  it('tells how much the followed streams hold, to whoever asks again', async () => {
    const log = createRedisLog({ link, clock: systemClock, prefix: freshPrefix(), ttlMs: 60_000, maxEvents: 2 });
    closing.push(() => log.close());
    for (const stream of ['a', 'b']) await log.follow(stream, () => {});
    for (const stream of ['a', 'a', 'a', 'b', 'unfollowed']) await log.append(stream, { type: 't', payload: 1 });
    await expect.poll(() => log.size?.(), { timeout: 10_000 }).toEqual({ streams: 2, events: 3 });
  });

  describeLog('Redis', async (bounds) => {
    const prefix = freshPrefix();
    const log = createRedisLog({ link, clock: systemClock, prefix, ...bounds });
    closing.push(() => log.close());
    return {
      log,
      advance: (ms) => age(redis.client, prefix, ms),
      lose: async () => void (await redis.client.flushAll()),
    };
  });
});
