/** Lost data is found by the log, never by a client. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../server/clock.ts';
import type { EventLog } from '../server/log.ts';
import { silentLogger } from '../server/ports.ts';
import { createLink } from './link.ts';
import { createRedisLog } from './log.ts';
import { executable, startRedis, type TestRedis, until } from './redis.fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(...more: readonly string[]): Promise<TestRedis> {
  const redis = await startRedis(...more);
  cleanups.push(() => redis.end());
  return redis;
}

function open({ client }: TestRedis): EventLog {
  const link = createLink({ client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
  const log = createRedisLog({ link, clock: systemClock, prefix: 'test:', ttlMs: 600_000, maxEvents: 100 });
  cleanups.push(() => {
    log.close();
    link.close();
  });
  return log;
}

async function append(log: EventLog, count: number): Promise<string> {
  let epoch = '';
  for (let n = 1; n <= count; n += 1) epoch = (await log.append('s', { type: 'tick', payload: n })).epoch;
  return epoch;
}

/** Once Redis is back. */
const again = <T>(ask: () => Promise<T>): Promise<T> => until(() => ask().catch(() => undefined));

describe.skipIf(!executable)('the log in Redis, when data is lost', { timeout: 60_000 }, () => {
  const log = 'test:{s}:log';
  const meta = 'test:{s}:meta';

  it.each<[string, (redis: TestRedis) => Promise<unknown>]>([
    ['everything', ({ client }) => client.flushAll()],
    ['the counter, entries kept', ({ client }) => client.del(meta)],
    ['the epoch, entries kept', ({ client }) => client.hDel(meta, 'epoch')],
    ['the newest part of the counter', ({ client }) => client.hSet(meta, 'head', '3')],
    ['the newest entries', ({ client }) => client.xDel(log, ['4-0', '5-0'])],
  ])('[P2] %s: a new epoch begins, without old events', async (_, lose) => {
    const redis = await start();
    const mine = open(redis);
    const before = await append(mine, 5);
    await lose(redis);
    const page = await mine.read('s', 0, 10);
    expect(page.epoch).not.toBe(before);
    expect(page).toMatchObject({ floor: 0, head: 0, events: [] });
    expect(await mine.append('s', { type: 'tick', payload: 0 })).toEqual({ epoch: page.epoch, id: 1 });
  });

  it.each<[string, (redis: TestRedis) => Promise<unknown>]>([
    ['the counter, entries kept', ({ client }) => client.del(meta)],
    ['the newest part of the counter', ({ client }) => client.hSet(meta, 'head', '3')],
  ])('[P2] %s: an append finds it too', async (_, lose) => {
    const redis = await start();
    const mine = open(redis);
    const before = await append(mine, 5);
    await lose(redis);
    const cursor = await mine.append('s', { type: 'tick', payload: 'new' });
    expect(cursor.id).toBe(1);
    expect(cursor.epoch).not.toBe(before);
    expect((await mine.read('s', 0, 10)).events.map((event) => event.payload)).toEqual(['new']);
  });

  it('[P2] the entries alone: the numbering goes on', async () => {
    const redis = await start();
    const mine = open(redis);
    const epoch = await append(mine, 5);
    await redis.client.del(log);
    expect(await mine.bounds('s')).toEqual({ epoch, floor: 5, head: 5 });
    expect(await mine.append('s', { type: 'tick', payload: 6 })).toEqual({ epoch, id: 6 });
    expect(await mine.read('s', 5, 10)).toMatchObject({ floor: 5, head: 6, events: [{ id: 6 }] });
  });

  it('[P2] a restart from an older snapshot that later appends overtake: a new epoch', async () => {
    const redis = await start();
    const mine = open(redis);
    const before = await append(mine, 3);
    await redis.client.sendCommand(['SAVE']);
    await append(mine, 2);
    await redis.kill();
    await redis.start();
    const cursor = await again(() => mine.append('s', { type: 'tick', payload: 'after' }));
    expect(cursor).toMatchObject({ id: 1 });
    expect(cursor.epoch).not.toBe(before);
    await append(mine, 6);
    expect((await mine.read('s', 0, 1)).events[0]?.payload).toBe('after');
  });

  it('[P2] a fail-over to a replica that lags, and one back: a new epoch each time', async () => {
    const first = await start();
    const mine = open(first);
    await append(mine, 3);
    const second = await start('--replicaof', '127.0.0.1', String(first.port));
    const attached = await append(mine, 3);
    const metaIn = ({ client }: TestRedis) => client.hGetAll(meta);
    await until(async () => isDeepStrictEqual(await metaIn(second), await metaIn(first)));
    await second.client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    const lost = await append(mine, 2);
    expect(lost).toBe(attached);
    const theirs = open(second);
    const over = await theirs.bounds('other');
    await first.client.sendCommand(['REPLICAOF', '127.0.0.1', String(second.port)]);
    await until(async () => (await first.client.hGet('test:{other}:meta', 'epoch')) === over.epoch);
    await first.client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    // Never touched on the second: what it holds would pass for the first one's own, two events ago.
    const back = await again(() => mine.append('s', { type: 'tick', payload: 'back' }));
    expect(back.epoch).not.toBe(attached);
    expect((await theirs.bounds('s')).epoch).not.toBe(attached);
  });
});
