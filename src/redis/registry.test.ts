import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../server/clock.ts';
import { type Clock, silentLogger } from '../server/ports.ts';
import { claim, describeRegistry } from '../server/registry.contract.ts';
import type { Registry } from '../server/registry.ts';
import { unreachable } from './errors.ts';
import { createLink, type Link } from './link.ts';
import { type Client, executable, freshPrefix, startRedis, type TestRedis, until } from './redis.fixture.ts';
import { createRedisRegistry } from './registry.ts';
import { holdScript, revokeScript } from './registry-scripts.ts';

const aging = `
local ms = tonumber(ARGV[2])
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. 'ws:user:*')) do
  local fields = redis.call('HGETALL', key)
  for index = 1, #fields, 2 do
    local value = string.gsub(fields[index + 1], '^(%S+) (%S+) (%S+)', function(state, seen, till)
      return string.format('%s %.0f %.0f', state, seen - ms * 1000, till - ms)
    end)
    redis.call('HSET', key, fields[index], value)
  end
  redis.call('PEXPIRE', key, math.max(redis.call('PTTL', key) - ms, 0))
end
`;
const age = (client: Client, prefix: string, ms: number) =>
  client.eval(aging, { keys: [], arguments: [prefix, String(ms)] });

/** Beats come by a reconnection alone: what is not told in time would be learned ten seconds later. */
const timeless = { ...systemClock, after: () => () => {} };

describe.skipIf(!executable)('the registry in Redis', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let link: Link;
  const closing: (() => void)[] = [];
  const openLink = (): Link => {
    const opened = createLink({ client: redis.client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
    closing.push(() => opened.close());
    return opened;
  };
  const create = (prefix: string, of: Link = openLink(), maxPerUser = 200): Registry => {
    const registry = createRedisRegistry({ link: of, clock: timeless, prefix, maxPerUser });
    closing.push(() => registry.close());
    return registry;
  };

  beforeAll(async () => {
    redis = await startRedis();
    link = openLink();
  });
  afterEach(() => {
    for (const close of closing.splice(1)) close();
  });
  afterAll(async () => {
    link.close();
    await redis.end();
  });

  describeRegistry('Redis', async ({ maxPerUser }) => {
    const prefix = freshPrefix();
    let aged = 0;
    return {
      registry: create(prefix, link, maxPerUser),
      wall: () => Date.now() + aged,
      async advance(ms) {
        await age(redis.client, prefix, ms);
        aged += ms;
      },
    };
  });

  function nodes() {
    const prefix = freshPrefix();
    const ended: string[] = [];
    const open = (name: string, of?: Link): Registry => {
      const registry = create(prefix, of);
      registry.onEnded((sessionId, why) => ended.push(`${name} ${sessionId} ${why}`));
      return registry;
    };
    return { prefix, ended, open, here: open('here'), there: open('there') };
  }
  /** As after a cut: each node renews what it holds. */
  const reconnect = () => redis.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);

  it('[P1] tells the node that holds a session which another one put an end to', async () => {
    const { here, there, ended } = nodes();
    const first = claim();
    await here.claim(first, 'multi');
    const second = claim({ term: 2 });
    expect(await there.claim(second, 'multi')).toMatchObject({ superseded: first.sessionId });
    await until(() => ended.includes(`here ${first.sessionId} superseded`));
    await here.claim(claim({ client: 'd' }), 'replace');
    await until(() => ended.includes(`there ${second.sessionId} replaced`));
    expect(ended).toHaveLength(2);
  });

  it('[P1] tells it too when the word comes before the grant', async () => {
    const { open, there, ended } = nodes();
    const real = openLink();
    const first = claim();
    const slow = open('slow', {
      ...real,
      async run(script, keys, args) {
        const reply = await real.run(script, keys, args);
        if (script !== holdScript) return reply;
        const heard = new Promise<void>((resolve) => {
          void real.follow(`${keys[0]?.split('ws:')[0]}node:${args[7]}`, () => resolve());
        });
        await real.follow('barrier', () => {});
        await there.claim(claim({ term: 2 }), 'multi');
        await heard;
        return reply;
      },
    });
    let granted = false;
    slow.onEnded(() => expect(granted).toBe(true));
    expect(await slow.claim(first, 'multi')).toMatchObject({ kind: 'granted' });
    granted = true;
    await until(() => ended.includes(`slow ${first.sessionId} superseded`));
  });

  it('[P1] what a node missed while it was cut off it learns when it renews', async () => {
    const { here, there, ended, prefix } = nodes();
    const first = claim();
    await here.claim(first, 'multi');
    await there.claim(claim({ client: 'd' }), 'multi');
    // Superseded without a word.
    await redis.client.del(`${prefix}ws:user:{u}`);
    const deaf = create(prefix);
    await deaf.claim(claim({ term: 2 }), 'multi');
    expect(ended).toEqual([]);
    await reconnect();
    await until(() => ended.includes(`here ${first.sessionId} superseded`));
    // The one that nobody contests is there again.
    await until(async () => (await here.ofUser('u')).some(({ client }) => client === 'd'));
    expect(ended).toHaveLength(1);
  });

  it('[P6] a session that was revoked while its node heard nothing ends when it renews', async () => {
    const { here, ended, open } = nodes();
    const first = claim();
    await here.claim(first, 'multi');
    const real = openLink();
    const unheard = open('unheard', {
      ...real,
      run: (script, keys, args) => real.run(script, keys, script === revokeScript ? ['nowhere:'] : args),
    });
    expect(await unheard.revoke('u')).toBe(1);
    expect(await unheard.ofUser('u')).toEqual([]);
    expect(ended).toEqual([]);
    await reconnect();
    await until(() => ended.includes(`here ${first.sessionId} revoked`));
  });

  it('[P1] a dead node leaves no ghosts; should it come back, the browser that was let in stays', async () => {
    const { here, there, ended, prefix } = nodes();
    const ghost = claim();
    await here.claim(ghost, 'reject');
    await age(redis.client, prefix, 29_000);
    expect(await there.claim(claim({ client: 'd' }), 'reject')).toEqual({ kind: 'rejected' });
    await age(redis.client, prefix, 2_000);
    expect(await there.ofUser('u')).toEqual([]);
    const next = claim({ client: 'd' });
    expect(await there.claim(next, 'reject')).toMatchObject({ kind: 'granted' });
    await reconnect();
    await until(() => ended.includes(`here ${ghost.sessionId} replaced`));
    expect(await there.ofUser('u')).toEqual([next]);
  });

  it('[P1] is renewed before it looks dead', async () => {
    const { here, prefix } = nodes();
    await here.claim(claim(), 'multi');
    await age(redis.client, prefix, 29_000);
    await reconnect();
    const seen = async () => Number((await redis.client.hGet(`${prefix}ws:user:{u}`, 'c'))?.split(' ')[1]);
    await until(async () => (await seen()) > (Date.now() - 20_000) * 1_000);
  });

  it('[P9] a node that can not renew lets its sessions go once others count them as gone, and no sooner', async () => {
    let now = 0;
    let timers: { readonly at: number; readonly run: () => void }[] = [];
    const clock: Clock = {
      ...systemClock,
      now: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
    };
    let asked = 0;
    let isCut = false;
    const real = openLink();
    const cuttable: Link = {
      ...real,
      async run(script, keys, args) {
        asked += 1;
        if (isCut) throw unreachable(null);
        return real.run(script, keys, args);
      },
    };
    const registry = createRedisRegistry({ link: cuttable, clock, prefix: freshPrefix(), maxPerUser: 200 });
    closing.push(() => registry.close());
    const ended: string[] = [];
    registry.onEnded((sessionId, why) => ended.push(`${sessionId} ${why}`));
    /** To the next beat or what follows from one, and until it is done. */
    const pass = async (until_: number) => {
      for (;;) {
        const next = timers.filter(({ at }) => at <= until_).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = next.at;
        timers = timers.filter((each) => each !== next);
        const before = asked;
        next.run();
        await until(() => asked === before || timers.some(({ at }) => at === now + 10_000));
      }
      now = until_;
    };
    const mine = claim();
    await registry.claim(mine, 'multi');
    await pass(100_000);
    isCut = true;
    await pass(129_000);
    expect(ended).toEqual([]);
    // Back before anybody took it for gone.
    isCut = false;
    await pass(145_000);
    isCut = true;
    await pass(169_000);
    expect(ended).toEqual([]);
    await pass(200_000);
    expect(ended).toEqual([`${mine.sessionId} unseen`]);
  });

  it('refuses to say who is connected while Redis is away, and says that it may be asked again', async () => {
    const own = await startRedis();
    const opened = createLink({ client: own.client, clock: systemClock, logger: silentLogger, timeoutMs: 5_000 });
    const registry = create(freshPrefix(), opened);
    await registry.claim(claim(), 'multi');
    await own.kill();
    await expect(registry.claim(claim({ term: 2 }), 'multi')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(registry.ofUser('u')).rejects.toMatchObject({ code: 'unavailable' });
    opened.close();
    await own.end();
  });
});
