/** When Redis is away, hangs or refuses. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../server/clock.ts';
import type { EventLog, Hint } from '../server/log.ts';
import { type Logger, silentLogger } from '../server/ports.ts';
import { duplicate, type RedisClient } from './client.ts';
import { createConnection } from './connection.ts';
import { RedisError } from './errors.ts';
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

function open({ client }: TestRedis, timeoutMs: number, logger: Logger = silentLogger): EventLog {
  const link = createLink({ client, clock: systemClock, logger, timeoutMs });
  const log = createRedisLog({ link, clock: systemClock, prefix: 'test:', ttlMs: 600_000, maxEvents: 100 });
  cleanups.push(() => {
    log.close();
    link.close();
  });
  return log;
}

const append = (log: EventLog, payload: unknown = null) => log.append('s', { type: 'tick', payload });
const failureOf = (work: Promise<unknown>): Promise<RedisError> =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as RedisError,
  );

describe.skipIf(!executable)('a Redis that fails', { timeout: 60_000 }, () => {
  it('[P2] down: every call fails at once and says so; back: all goes on by itself', async () => {
    const redis = await start();
    const log = open(redis, 5_000);
    const hints: Hint[] = [];
    await log.follow('s', (hint) => hints.push(hint));
    const before = await append(log);
    await redis.kill();
    // The first one may have been under way when the connection broke.
    await failureOf(append(log));
    for (const call of [() => append(log), () => log.read('s', 0, 1), () => log.bounds('s')]) {
      const error = await failureOf(call());
      expect(error).toBeInstanceOf(RedisError);
      expect(error).toMatchObject({ code: 'unavailable', mayHaveHappened: false });
      expect(error.message).toMatch(/can not be reached.*try again/);
    }
    await redis.start();
    const after = await until(() => append(log, 'back').catch(() => undefined));
    expect(after.epoch).not.toBe(before.epoch);
    await until(() => hints.some(({ epoch }) => epoch === after.epoch));
  });

  it('[P2] hangs: calls are bounded, later ones fail at once, and no number is given twice', async () => {
    const redis = await start();
    const warnings: string[] = [];
    const log = open(redis, 200, { ...silentLogger, warn: (message) => warnings.push(message) });
    const { epoch } = await append(log, 'before');
    redis.pause();
    const late = await failureOf(append(log, 'late'));
    expect(late).toMatchObject({ code: 'unavailable', mayHaveHappened: true });
    expect((await failureOf(append(log))).mayHaveHappened).toBe(false);
    await until(() => warnings.filter((warning) => warning.includes('is replaced')).length >= 2);
    await failureOf(log.bounds('s'));
    redis.resume();
    const after = await until(() => append(log, 'after').catch(() => undefined));
    expect(after.epoch).toBe(epoch);
    const { events, head } = await log.read('s', 0, 100);
    expect(events.map((event) => event.id)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    expect(events.at(after.id - 1)?.payload).toBe('after');
  });

  it('[P9] hangs from the start: the first call is bounded too', async () => {
    const redis = await start();
    redis.pause();
    const log = open(redis, 200);
    expect(await failureOf(append(log))).toMatchObject({ code: 'unavailable', mayHaveHappened: false });
    redis.resume();
    expect((await until(() => append(log).catch(() => undefined))).id).toBe(1);
  });

  it('[P2] full: an append is refused, names the cure, and uses no number', async () => {
    const redis = await start('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction');
    const log = open(redis, 5_000);
    const { epoch } = await append(log);
    await redis.client.configSet('maxmemory', '1mb');
    const error = await failureOf(append(log));
    expect(error.message).toMatch(/OOM.*maxmemory/);
    expect(error.mayHaveHappened).toBe(false);
    await redis.client.configSet('maxmemory', '100mb');
    expect(await append(log)).toEqual({ epoch, id: 2 });
  });

  it('[P2] forgot our scripts: they are sent again', async () => {
    const redis = await start();
    const log = open(redis, 5_000);
    await append(log);
    await redis.client.scriptFlush();
    expect((await append(log)).id).toBe(2);
  });

  it('[P2] left and followed again in one turn: is heard', async () => {
    const { client } = await start();
    const link = createLink({ client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
    cleanups.push(() => link.close());
    const heard: string[] = [];
    const leave = await link.follow('c', () => {});
    leave();
    await link.follow('c', (message) => heard.push(message));
    // Redis has seen all that was asked before.
    await link.follow('d', () => {});
    await client.publish('c', 'now');
    await until(() => heard.length > 0);
  });

  it('[P2] lost our messages: what they told is found by comparing', async () => {
    const redis = await start();
    const log = open(redis, 5_000);
    const hints: Hint[] = [];
    await log.follow('s', (hint) => hints.push(hint));
    await append(log);
    await until(() => hints.some((hint) => hint.event));
    // Written past the script that publishes; then the listening connection comes back.
    await redis.client.hIncrBy('test:{s}:meta', 'head', 1);
    const heard = hints.length;
    await redis.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    expect(await until(() => hints[heard])).not.toHaveProperty('event');
  });
});

describe('our own connections', () => {
  it('come back for as long as it takes, more and more slowly, and not all at once', () => {
    let strategy: (retries: number) => number = () => 0;
    const client = {
      duplicate: ({ socket }: { socket: { reconnectStrategy: (retries: number) => number } }) => {
        strategy = socket.reconnectStrategy;
      },
    };
    duplicate(client as unknown as RedisClient, true);
    for (const retries of [6, 60, 6_000]) {
      const waits = Array.from({ length: 50 }, () => strategy(retries));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
      expect(new Set(waits).size).toBeGreaterThan(1);
    }
  });

  it('[P9] are not begun anew, with short waits, while each try is refused; but when nothing answers', () => {
    let now = 0;
    let timers: { readonly at: number; readonly run: () => void }[] = [];
    const clock = {
      ...systemClock,
      now: () => now,
      after(ms: number, run: () => void) {
        timers.push({ at: now + ms, run });
        return () => {};
      },
    };
    const pass = (ms: number) => {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    };
    const opened: ((error: Error) => void)[] = [];
    const client = {
      duplicate: () => ({
        isReady: false,
        connect: () => new Promise(() => {}),
        destroy: () => {},
        on: (event: string, listener: (error: Error) => void) => event === 'error' && opened.push(listener),
      }),
    } as unknown as RedisClient;
    const common = { clock, logger: silentLogger, timeoutMs: 200, name: 'asking', disableOfflineQueue: true };
    createConnection({ ...common, client, onReady: () => {} });
    for (let i = 0; i < 20; i += 1) {
      opened.at(-1)?.(new Error('refused'));
      for (let step = 0; step < 20; step += 1) pass(100);
    }
    expect(opened).toHaveLength(1);
    for (let step = 0; step < 20; step += 1) pass(200);
    expect(opened.length).toBeGreaterThan(1);
  });
});
