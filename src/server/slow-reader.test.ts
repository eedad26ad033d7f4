import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Manager } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createProxy } from './proxy.fixture.ts';
import { type Client, cleanUp, hello, later, open, range, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

function heldBytes(): number {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Ids and refreshes of the stream as the rule takes them; throws at a hole that nobody announced. */
function follow(client: Client, stream: string): { at: number; refreshes: number } {
  let at = 0;
  let refreshes = 0;
  for (const [name, packet] of client.packets) {
    // biome-ignore lint/suspicious/noExplicitAny: packets as they come
    const { stream: of, prev, id, events } = (packet ?? {}) as any;
    if (of !== stream) continue;
    if (name === 'full_refresh') {
      refreshes += 1;
      at = id;
    }
    if (name !== 'events') continue;
    if (prev > at) throw new Error(`A hole between ${at} and ${prev}`);
    expect(events.map((event: { id: number }) => event.id)).toEqual(range(prev + 1, id));
    at = id;
  }
  return { at, refreshes };
}

const stream = 'user:u1';

/** The last packet of the stream leads there. */
function stands(client: Client, id: number): true | undefined {
  const [, last] = client.packets.at(-1) ?? [];
  const { stream: of, id: at } = (last ?? {}) as { stream?: string; id?: number };
  return of === stream && at === id ? true : undefined;
}
const mib = 1_048_576;

describe('a client that stops reading', () => {
  it('[P2] [P8] costs a bounded queue, and is right after it reads again', { timeout: 60_000 }, async () => {
    const { url, realtime } = await start();
    const proxy = await createProxy(url);
    later(() => proxy.close());
    const client = open(proxy.url, hello(await sign('u1')));
    const other = open(url, hello(await sign('u2')));
    await Promise.all([client.packet('authenticated'), other.packet('authenticated')]);
    proxy.pause();
    const before = heldBytes();
    // 60 s of 1,000 events per second.
    for (const n of range(1, 60_000)) {
      await realtime.sendToUser('u1', 'order', { id: n, note: 'x'.repeat(200) } as { id: number });
      if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((heldBytes() - before) / mib).toBeLessThan(20);
    expect(realtime.diagnostics().counters.stalled).toBe(1);
    // The others never waited for it.
    await realtime.sendToUser('u2', 'order', { id: 1 });
    await other.eventIds('user:u2', 1);
    proxy.resume();
    await client.until(() => stands(client, 60_000));
    expect(follow(client, stream)).toEqual({ at: 60_000, refreshes: 1 });
    // Live again, by the room.
    await realtime.sendToUser('u1', 'order', { id: 0 });
    await client.until(() => stands(client, 60_001));
    expect(follow(client, stream).at).toBe(60_001);
  });

  it('[P2] gets the rest from the log when that still has it', { timeout: 60_000 }, async () => {
    const { url, realtime } = await start({ maxQueuedBytes: mib });
    const proxy = await createProxy(url);
    later(() => proxy.close());
    const client = open(proxy.url, hello(await sign('u1')));
    await client.packet('authenticated');
    proxy.pause();
    const note = 'x'.repeat(5_000);
    for (const n of range(1, 4_000)) {
      await realtime.sendToUser('u1', 'order', { id: n, note } as { id: number });
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(realtime.diagnostics().counters.stalled).toBeGreaterThan(0);
    proxy.resume();
    await client.until(() => stands(client, 4_000));
    expect(follow(client, stream)).toEqual({ at: 4_000, refreshes: 0 });
  });

  it('[P8] gets no pages while it is full, and is cut off when the app goes on sending', {
    timeout: 60_000,
  }, async () => {
    const { url, realtime, io } = await start({ maxQueuedBytes: mib });
    const proxy = await createProxy(url);
    later(() => proxy.close());
    const client = open(proxy.url, hello(await sign('u1')));
    await client.packet('authenticated');
    const [socket] = io.sockets.sockets.values();
    const ended = new Promise((resolve) => socket?.on('disconnect', resolve));
    const counters = () => realtime.diagnostics().counters;
    const sendUntil = async (name: string): Promise<void> => {
      while (counters()[name] === undefined) {
        // biome-ignore lint/suspicious/noExplicitAny: not an event of this test's map
        (socket as any).emit('mine', 'x'.repeat(mib / 2));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    proxy.pause();
    await sendUntil('stalled');
    client.socket.emit('request_sync', { stream, lastEventId: 0 }, () => {});
    await expect.poll(() => counters()['request:rate_limited']).toBe(1);
    await sendUntil('cut_off');
    expect(await ended).toBe('forced close');
  });

  it('[P2] is not cut off for one frame that is larger than the bound', { timeout: 60_000 }, async () => {
    const { url, realtime } = await start({ maxQueuedBytes: mib });
    const proxy = await createProxy(url);
    later(() => proxy.close());
    const note = 'x'.repeat(100_000);
    for (const n of range(1, 200)) await realtime.sendToUser('u1', 'order', { id: n, note } as { id: number });
    const client = open(proxy.url, hello(await sign('u1')));
    const { streams } = await client.packet('authenticated');
    proxy.pause();
    const cursor = { epoch: streams[stream].epoch, id: 0 };
    client.socket.emit('subscribe', { streams: { [stream]: cursor } }, () => {});
    await expect.poll(() => realtime.diagnostics().counters.stalled, { timeout: 30_000 }).toBe(1);
    for (const _ of range(1, 5)) client.socket.emit('ping', {}, () => {});
    const answered = client.socket.emitWithAck('ping', {});
    proxy.resume();
    await client.eventIds(stream, 200);
    await answered;
    expect(client.socket.connected).toBe(true);
    expect(realtime.diagnostics().counters.cut_off).toBeUndefined();
  });

  it('[P8] is watched no longer than it is connected, however often it comes over one transport', async () => {
    const { url, io } = await start();
    io.of('/other');
    const manager = new Manager(url, { transports: ['websocket'], reconnection: false, autoConnect: false });
    later(() => manager.engine.close());
    const other = manager.socket('/other').connect();
    await new Promise<void>((resolve) => other.on('connect', resolve));
    const [raw] = await io.of('/other').fetchSockets();
    const conn = io.of('/other').sockets.get(raw?.id ?? '')?.conn;
    const before = conn?.listenerCount('packetCreate');
    const token = await sign('u1');
    for (const attempt of range(1, 5)) {
      const socket = manager.socket('/');
      socket.auth = hello(token, { attempt });
      socket.connect();
      await new Promise<void>((resolve) => socket.once('authenticated', resolve));
      const gone = new Promise((resolve) => [...io.sockets.sockets.values()][0]?.on('disconnect', resolve));
      socket.disconnect();
      await gone;
    }
    expect(conn?.listenerCount('packetCreate')).toBe(before);
  });

  it('that has no protocol is disconnected: nothing could tell it what it missed', { timeout: 60_000 }, async () => {
    const { url, realtime, io } = await start({ maxQueuedBytes: mib });
    const proxy = await createProxy(url);
    later(() => proxy.close());
    const client = open(proxy.url, { token: await sign('u1') });
    await new Promise<void>((resolve) => client.socket.on('connect', resolve));
    const [socket] = io.sockets.sockets.values();
    const ended = new Promise((resolve) => socket?.on('disconnect', resolve));
    proxy.pause();
    let over = false;
    void ended.then(() => {
      over = true;
    });
    for (let n = 0; !over; n += 1) {
      await realtime.sendToUser('u1', 'order', { id: n, note: 'x'.repeat(10_000) } as { id: number });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(realtime.diagnostics().connections).toBe(0);
  });
});
