import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { healthHandler } from './health.ts';
import { createWorld } from './realtime.fixture.ts';
import { createMemoryRegistry } from './registry.ts';
import { cleanUp, hello, later, open, sign, start } from './socket.fixture.ts';
import { createManualClock } from './world.fixture.ts';

afterEach(cleanUp);

async function serve(handler: ReturnType<typeof healthHandler>): Promise<string> {
  const http = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  later(() => http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/health`;
}

describe('health', () => {
  it('answers 200 while everything can be reached, 503 once it is closed', async () => {
    const { url, realtime } = await start();
    const health = await serve(healthHandler(realtime));
    await open(url, hello(await sign('u1'))).packet('authenticated');
    const response = await fetch(health);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, connections: 1, log: true, registry: true });
    realtime.close();
    const after = await fetch(health);
    expect([after.status, (await after.json()).ok]).toEqual([503, false]);
  });

  it('says which part fails, without why', async () => {
    const clock = createManualClock();
    const registry = { ...createMemoryRegistry(clock), ofUser: () => Promise.reject(new Error('secret host')) };
    const { realtime } = createWorld({ registry });
    const response = await fetch(await serve(healthHandler(realtime)));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ok: false, connections: 0, log: true, registry: false });
  });

  it('does not wait for a part that hangs', async () => {
    const registry = { ...createMemoryRegistry(createManualClock()), ofUser: () => new Promise<never>(() => {}) };
    const { realtime, clock } = createWorld({ registry });
    const health = realtime.health();
    await clock.advance(2_000);
    expect(await health).toMatchObject({ ok: false, registry: false });
  });
});
