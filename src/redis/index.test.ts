import { afterEach, describe, expect, it } from 'vitest';
import { claim } from '../server/registry.contract.ts';
import { type RedisStores, redisStores } from './index.ts';
import { executable, startRedis, type TestRedis, until } from './redis.fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(...more: readonly string[]): Promise<{ redis: TestRedis; stores: RedisStores }> {
  const redis = await startRedis(...more);
  cleanups.push(() => redis.end());
  const stores = redisStores(redis.client, { prefix: 'test:' });
  cleanups.push(() => stores.close());
  return { redis, stores };
}

describe.skipIf(!executable)('the stores together', { timeout: 60_000 }, () => {
  it('ask of a Cluster nothing that lies in two slots', async () => {
    const { redis, stores } = await open('--cluster-enabled', 'yes');
    await redis.client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    await until(async () => String(await redis.client.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok'));
    const { log, registry, commandStore, roomStore } = stores;
    const heard: unknown[] = [];
    await until(() => log.follow('user:u', (hint) => heard.push(hint)).catch(() => undefined));
    await log.append('user:u', { type: 'tick', payload: 1 });
    expect((await log.read('user:u', 0, 10)).events).toHaveLength(1);
    await until(() => heard.length > 0);
    const [one, two] = [claim(), claim({ client: 'd' })];
    await registry.claim(one, 'replace');
    await registry.claim(two, 'replace');
    expect(await registry.all()).toEqual([two]);
    await registry.release(two);
    expect(await registry.revoke('u')).toBe(0);
    await roomStore.join('u', 'a');
    expect(await roomStore.of('u')).toEqual(['a']);
    const begin = () => commandStore.begin('u', { id: 'k', sentAt: commandStore.time() }, 1_000);
    await until(async () => (await begin()).kind === 'run');
    await commandStore.withdraw('u', 'k', { ok: false, error: { code: 'rate_limited', message: '' } });
    expect((await begin()).kind).toBe('run');
    expect(await commandStore.settle('u', 'k', { ok: true })).toEqual({ ok: true });
  });

  it('leave nothing behind when they are closed, and the client to the app', async () => {
    const { redis, stores } = await open();
    await stores.log.follow('user:u', () => {});
    const connections = async () => Number(/connected_clients:(\d+)/.exec(String(await redis.client.info()))?.[1]);
    expect(await connections()).toBe(3);
    stores.close();
    await until(async () => (await connections()) === 1);
    await expect(stores.log.bounds('user:u')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await redis.client.ping()).toBe('PONG');
  });
});
