import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../server/clock.ts';
import { type CommandStoreBounds, describeCommandStore } from '../server/command-store.contract.ts';
import type { CommandStore } from '../server/command-store.ts';
import { silentLogger } from '../server/ports.ts';
import { createRedisCommandStore } from './command-store.ts';
import { createLink, type Link } from './link.ts';
import { type Client, executable, freshPrefix, startRedis, type TestRedis, until } from './redis.fixture.ts';

const common = { clock: systemClock, logger: silentLogger };
const defaults: CommandStoreBounds = { windowMs: 600_000, maxPerUser: 100 };
const ok = { ok: true, result: 1 } as const;

/** Makes all that a store holds older, the store itself too. */
const aging = `
local ms = tonumber(ARGV[2])
local function text(number) return string.format('%.0f', number) end
local function older(time) return text(tonumber(time) - ms) end
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local left = redis.call('PTTL', key)
  local kind = redis.call('TYPE', key).ok
  local fields = kind == 'hash' and redis.call('HGETALL', key) or redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for index = 1, #fields, 2 do
    local field, value = fields[index], fields[index + 1]
    if kind == 'zset' then redis.call('ZADD', key, older(value), field)
    elseif field == 'since' or field == 'high' or field == 'upTo' then redis.call('HSET', key, field, older(value))
    elseif field ~= 'life' then
      value = string.gsub(value, '^(. )(%S+)', function(first, time) return first .. older(time) end)
      value = string.gsub(value, '^(r %S+ )(%S+)', function(first, time) return first .. older(time) end)
      redis.call('HSET', key, field, value)
    end
  end
  if left >= 0 then redis.call('PEXPIRE', key, math.max(left - ms, 0)) end
end
`;

const age = (client: Client, prefix: string, ms: number) =>
  client.eval(aging, { keys: [], arguments: [prefix, String(ms)] });

describe.skipIf(!executable)('the command store in Redis', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let link: Link;
  const closing: (() => void)[] = [];
  const create = (prefix: string, bounds: Partial<CommandStoreBounds> = {}, of = link): CommandStore => {
    const store = createRedisCommandStore({ link: of, ...common, prefix, ...defaults, ...bounds });
    closing.push(() => store.close());
    return store;
  };
  const openLink = ({ client }: TestRedis): Link => {
    const opened = createLink({ client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
    closing.push(() => opened.close());
    return opened;
  };
  /** Its clock is known, and a stamp made now is not older than it. */
  const begun = async (store: CommandStore): Promise<void> => {
    await until(async () => (await store.begin('first', { id: 'first', sentAt: store.time() }, 1)).kind === 'run');
  };
  const again = <T>(ask: () => Promise<T>): Promise<T> => until(() => ask().catch(() => undefined));

  beforeAll(async () => {
    redis = await startRedis();
    link = openLink(redis);
  });
  afterEach(() => {
    for (const close of closing.splice(1)) close();
  });
  afterAll(async () => {
    link.close();
    await redis.end();
  });

  describeCommandStore('Redis', async (bounds) => {
    const prefix = freshPrefix();
    let aged = 0;
    const inTime = (store: CommandStore): CommandStore => ({
      ...store,
      time: () => store.time() + aged,
      begin: (user, { id, sentAt }, lease) => store.begin(user, { id, sentAt: sentAt - aged }, lease),
    });
    const store = create(prefix, bounds);
    await begun(store);
    return {
      store: inTime(store),
      elsewhere: inTime(create(prefix, bounds)),
      async advance(ms) {
        await age(redis.client, prefix, ms);
        aged += ms;
      },
    };
  });

  async function nodes() {
    const prefix = freshPrefix();
    const [here, there] = [create(prefix), create(prefix, {}, openLink(redis))];
    await begun(here);
    return { prefix, here, there };
  }

  it('[P3] a lease that ends with its node is an outcome that nobody knows, never a second run', async () => {
    const { prefix, here, there } = await nodes();
    const stamp = { id: 'k', sentAt: here.time() };
    expect((await here.begin('u', stamp, 30_000)).kind).toBe('run');
    const waiting = await there.begin('u', stamp, 30_000);
    await age(redis.client, prefix, 36_000);
    expect(waiting.kind === 'known' && (await waiting.outcome)).toMatchObject({ error: { code: 'lease_ended' } });
    const later = await there.begin('u', { id: 'k', sentAt: stamp.sentAt - 36_000 }, 30_000);
    expect(later.kind === 'known' && (await later.outcome)).toMatchObject({ error: { code: 'lease_ended' } });
  });

  it('[P3] an outcome whose message got lost is found by looking', async () => {
    const { prefix, here, there } = await nodes();
    const stamp = { id: 'k', sentAt: here.time() };
    await here.begin('u', stamp, 30_000);
    const waiting = await there.begin('u', stamp, 30_000);
    const records = `${prefix}{commands}:u:records`;
    await redis.client.hSet(records, 'ck', `d ${stamp.sentAt} {"value":{"ok":true,"result":1}}`);
    expect(waiting.kind === 'known' && (await waiting.outcome)).toEqual(ok);
  });

  it.each<[string, (redis: TestRedis, prefix: string) => Promise<unknown>]>([
    ['a restart without data', (of) => of.kill().then(() => of.start())],
    ['everything lost', ({ client }) => client.flushAll()],
    ['the marker lost', ({ client }, prefix) => client.del(`${prefix}{commands}:since`)],
    [
      'a clock that stepped back',
      ({ client }, prefix) => client.hSet(`${prefix}{commands}:since`, 'high', String(Date.now() + 3_600_000)),
    ],
  ])('[P3] %s: what was sent before is refused, what is sent later runs', async (_, lose) => {
    const own = await startRedis();
    closing.push(() => void own.end());
    const prefix = freshPrefix();
    const store = create(prefix, {}, openLink(own));
    await begun(store);
    const stamp = { id: 'k', sentAt: store.time() };
    expect((await store.begin('u', stamp, 30_000)).kind).toBe('run');
    await store.settle('u', 'k', ok);
    await lose(own, prefix);
    expect((await again(() => store.begin('u', stamp, 30_000))).kind).not.toBe('run');
    await until(async () => (await store.begin('u', { id: 'l', sentAt: store.time() }, 30_000)).kind === 'run');
  });

  it('[P3] warns of a Redis that may evict outcomes', async () => {
    const own = await startRedis('--maxmemory-policy', 'allkeys-lru');
    closing.push(() => void own.end());
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const parts = { link: openLink(own), clock: systemClock, logger, prefix: freshPrefix(), ...defaults };
    closing.push(createRedisCommandStore(parts).close);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining('"allkeys-lru"')]);
  });

  it('[P3] never runs one id twice, whichever node, stamp and order', async () => {
    const step = fc.record({
      user: fc.constantFrom('u', 'v'),
      command: fc.integer({ min: 0, max: 12 }),
      advance: fc.constantFrom(0, 0, 2_000, 40_000, 90_000),
      node: fc.constantFrom(0, 1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const prefix = freshPrefix();
        const stores = [0, 1].map(() => create(prefix, { windowMs: 100_000, maxPerUser: 3 }));
        const [first = create(prefix)] = stores;
        await begun(first);
        const sentAtById = new Map<string, number>();
        const ran = new Set<string>();
        let aged = 0;
        for (const { user, command, advance, node } of steps) {
          await age(redis.client, prefix, advance);
          aged += advance;
          const id = `${user}${command}`;
          const sentAt = sentAtById.get(id) ?? first.time() + aged;
          sentAtById.set(id, sentAt);
          const store = stores[node] ?? first;
          if ((await store.begin(user, { id, sentAt: sentAt - aged }, 1_000)).kind !== 'run') continue;
          await store.settle(user, id, ok);
          expect(ran.has(id)).toBe(false);
          ran.add(id);
        }
      }),
      { numRuns: 30 },
    );
  });
});
