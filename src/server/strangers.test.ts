import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect, Manager } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { type AttachOptions, attachRealtime } from './index.ts';
import { authenticate, cleanUp, hello, later, open, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

interface Raw {
  write(text: string): void;
  /** Fulfilled with the n-th answer. */
  answers(count: number): Promise<unknown>;
  readonly closed: Promise<unknown>;
}

/** A transport on which nobody has asked for a namespace. */
async function openRaw(url: string, transports = ['websocket']): Promise<Raw> {
  const manager = new Manager(url, { transports, reconnection: false, autoConnect: false });
  later(() => manager.engine?.close());
  const closed = new Promise((resolve) => manager.on('close', resolve));
  await new Promise<void>((resolve, reject) => manager.open((error) => (error ? reject(error) : resolve())));
  let heard = 0;
  const answers = (count: number): Promise<unknown> =>
    new Promise<void>((resolve) => {
      manager.engine.on('data', () => {
        heard += 1;
        if (heard === count) resolve();
      });
    });
  return { write: (text) => void manager.engine.write(text), answers, closed };
}

const loose = { timeoutMs: 3_600_000, maxBytes: 1e6, maxPackets: 1e6 };
const serve = (strangers: AttachOptions['strangers']) => start({ strangers: { ...loose, ...strangers } });

describe('[P8] a transport on which nobody is known', () => {
  it.each(['websocket', 'polling'])('has so many seconds, over %s', async (transport) => {
    const { url, realtime } = await serve({ timeoutMs: 100 });
    const raw = await openRaw(url, [transport]);
    await raw.closed;
    expect(realtime.diagnostics().counters.strangers_closed).toBe(1);
  });

  it('has so many packets, and no more time for them', async () => {
    const { url } = await serve({ maxPackets: 5 });
    const raw = await openRaw(url);
    for (let n = 0; n < 6; n += 1) raw.write('0/nowhere,');
    await raw.closed;
  });

  it('has so many bytes', async () => {
    const { url } = await serve({ maxBytes: 10_000 });
    const raw = await openRaw(url);
    for (let n = 0; n < 11; n += 1) raw.write(`0/nowhere,${JSON.stringify({ token: 'x'.repeat(1_000) })}`);
    await raw.closed;
  });

  it('counts on after a refusal', async () => {
    const { url } = await serve({ maxPackets: 3 });
    const raw = await openRaw(url);
    for (let n = 0; n < 4; n += 1) raw.write(`0${JSON.stringify(hello('no token'))}`);
    await raw.closed;
  });

  it('is let be once somebody is known, on any namespace of the server', { timeout: 20_000 }, async () => {
    const { url, io, realtime } = await serve({ timeoutMs: 2_000, maxPackets: 3 });
    io.of('/before').on('connection', () => {});
    io.of(/^\/dynamic-\d$/).on('connection', () => {});
    const ours = open(url, hello(await sign('u1')));
    const theirs = ['/before', '/dynamic-1'].map((name) => {
      const socket = connect(`${url}${name}`, { transports: ['websocket'], forceNew: true, reconnection: false });
      later(() => socket.close());
      return { socket, connected: new Promise<void>((resolve) => socket.on('connect', resolve)) };
    });
    await Promise.all([ours.packet('authenticated'), ...theirs.map(({ connected }) => connected)]);
    for (let n = 0; n < 20; n += 1) await ours.socket.emitWithAck('ping', {});
    // One that came later is closed meanwhile.
    await (await openRaw(url)).closed;
    expect([ours, ...theirs].map(({ socket }) => socket.connected)).toEqual([true, true, true]);
    expect(realtime.diagnostics().counters.strangers_closed).toBe(1);
  });

  it('is watched also where the server listens later than the companion is attached', async () => {
    const http = createServer();
    const io = new Server();
    const realtime = attachRealtime(io, { authenticate, strangers: { ...loose, timeoutMs: 100 } });
    io.attach(http);
    later(() => io.close());
    later(() => realtime.close());
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    await open(url, hello(await sign('u1'))).packet('authenticated');
    await (await openRaw(url)).closed;
  });

  it('and that one companion let be as it closed, another may let in', { timeout: 20_000 }, async () => {
    const { url, io, realtime } = await serve({ timeoutMs: 500 });
    const other = attachRealtime(io.of('/other'), { authenticate, strangers: loose });
    later(() => other.close());
    const waiting = await openRaw(url);
    const answered = waiting.answers(1);
    realtime.close();
    waiting.write(`0/other,${JSON.stringify(hello(await sign('u1')))}`);
    await answered;
    // As long as the first one's patience, by another's.
    const third = attachRealtime(io.of('/third'), { authenticate, strangers: { ...loose, timeoutMs: 700 } });
    later(() => third.close());
    await (await openRaw(url)).closed;
    expect(other.diagnostics().connections).toBe(1);
  });

  it('is let be by a companion that is closed', async () => {
    const { url, io, realtime } = await serve({ maxPackets: 1 });
    realtime.close();
    const raw = await openRaw(url);
    const answered = raw.answers(4);
    for (let n = 0; n < 4; n += 1) raw.write('0/nowhere,');
    await answered;
    expect(io.engine.clientsCount).toBe(1);
  });
});
