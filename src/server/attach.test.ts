import type { Socket as PlainSocket } from 'socket.io';
import { Manager } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { attachRealtime, memoryLog } from './index.ts';
import { authenticate, cleanUp, hello, open, range, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

/** `{"alg":"none"}`, `{"sub":"u1"}` and no signature. */
const unsigned = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9.';

describe('connecting', () => {
  it('tells a companion client first who it is and where its streams stand', async () => {
    const { url, realtime } = await start();
    await realtime.to({ user: 'u1' }).emit('order', { id: 1 });
    const token = await sign('u1', { email: 'u@example.com', modules: ['orders'] });
    const client = open(url, hello(`Bearer ${token}`));
    const authenticated = await client.packet('authenticated');
    expect(client.packets[0]?.[0]).toBe('authenticated');
    expect(authenticated).toMatchObject({
      success: true,
      onesocket: 1,
      userId: 'u1',
      email: 'u@example.com',
      modules: ['orders'],
      socketId: client.socket.id,
      streams: { 'user:u1': { id: 1 }, all: { id: 0 } },
    });
    expect(await realtime.isUserConnected('u1')).toBe(true);
  });

  it('[P2] sends live events of one user, room and all in order, and to nobody else', async () => {
    const { url, realtime } = await start();
    await realtime.joinRoom('u1', 'a');
    const one = open(url, hello(await sign('u1')));
    const two = open(url, hello(await sign('u2')));
    await Promise.all([one.packet('authenticated'), two.packet('authenticated')]);
    for (const id of range(1, 5)) void realtime.to({ user: 'u1' }).emit('order', { id });
    void realtime.to({ room: 'a' }).emit('order', { id: 6 });
    void realtime.broadcastToAll('tick');
    expect(await one.eventIds('user:u1', 5)).toEqual(range(1, 5));
    expect(await one.eventIds('room:a', 1)).toEqual([1]);
    await two.eventIds('all', 1);
    expect(two.events('user:u1')).toEqual([]);
    expect(two.events('room:a')).toEqual([]);
  });

  it('[P2] resumes from the cursors and races live events without loss, doubling or reordering', async () => {
    const { url, realtime } = await start({ pageSize: 7 });
    const receipts = await Promise.all(range(1, 100).map((id) => realtime.sendToUser('u1', 'order', { id })));
    const epoch = receipts[0]?.epoch;
    const client = open(url, hello(await sign('u1'), { cursors: { 'user:u1': { epoch, id: 10 } } }));
    const authenticated = await client.packet('authenticated');
    expect(authenticated.streams['user:u1']).toEqual({ epoch, id: 10 });
    for (const id of range(101, 200)) {
      void realtime.sendToUser('u1', 'order', { id });
      if (id % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.eventIds('user:u1', 190)).toEqual(range(11, 200));
    let at = 10;
    for (const frame of client.all('events')) {
      if (frame.stream !== 'user:u1') continue;
      expect(frame.prev).toBe(at);
      at = frame.id;
    }
  });

  it('[P3] runs a command once for one id', async () => {
    const { url, realtime } = await start();
    let runs = 0;
    realtime.onCommand('add', (data) => {
      runs += 1;
      return { runs, data };
    });
    const client = open(url, hello(await sign('u1')));
    const { time } = await client.packet('authenticated');
    const command = { id: 'k1', name: 'add', args: [{ a: 1 }], sentAt: time };
    const answers = await Promise.all([1, 2].map(() => client.socket.emitWithAck('command', command)));
    expect(answers[0]).toMatchObject({ ok: true, result: { runs: 1, data: { a: 1 } } });
    expect(answers[1]).toEqual(answers[0]);
    expect(runs).toBe(1);
  });

  it('answers request_sync by pages', async () => {
    const { url, realtime } = await start({ pageSize: 3, log: memoryLog() });
    const client = open(url, hello(await sign('u1')));
    await client.packet('authenticated');
    for (const id of range(1, 5)) await realtime.sendToUser('u1', 'order', { id });
    const page = await client.socket.emitWithAck('request_sync', { lastEventId: 0 });
    expect(page).toMatchObject({ stream: 'user:u1', prev: 0, id: 3, more: true });
    const rest = await client.socket.emitWithAck('request_sync', {
      stream: 'user:u1',
      lastEventId: 3,
      epoch: page.epoch,
    });
    expect(rest).toMatchObject({ prev: 3, id: 5, more: false });
  });
});

describe('being refused', () => {
  it.each([
    ['unauthorized', async () => hello('not a token')],
    ['unauthorized', async () => hello(undefined as unknown as string)],
    ['unauthorized', async () => hello(unsigned)],
    ['token_expired', async () => hello(await sign('u1', {}, 1))],
    ['wrong_user', async () => hello(await sign('u1'), { user: 'u2' })],
    ['bad_handshake', async () => hello(await sign('u1'), { term: 'x' })],
    ['unauthorized', async () => ({})],
  ])('comes as connect_error with the code %s', async (code, auth) => {
    const { url, realtime } = await start();
    const client = open(url, await auth());
    expect(await client.packet('(refused)')).toMatchObject({ code, message: expect.any(String) });
    expect(realtime.diagnostics().connections).toBe(0);
  });

  it('never takes a token from the query', async () => {
    const { url } = await start();
    const client = open(`${url}?token=${await sign('u1')}`, hello(''));
    expect(await client.packet('(refused)')).toMatchObject({ code: 'unauthorized' });
  });

  it('holds for foreign origins over WebSocket', async () => {
    const { url } = await start({ origins: ['https://shop.example'] });
    const auth = hello(await sign('u1'));
    const foreign = open(url, auth, { origin: 'https://evil.example' });
    expect(await foreign.packet('(refused)')).toMatchObject({ code: 'forbidden_origin' });
    const own = open(url, auth, { origin: 'https://shop.example' });
    expect(await own.packet('authenticated')).toMatchObject({ success: true });
  });

  it('[P8] holds for origins that the app can not read', async () => {
    const { url } = await start({ origins: (origin) => new URL(origin).host === 'shop.example' });
    const auth = hello(await sign('u1'));
    const odd = open(url, auth, { origin: 'no address' });
    expect(await odd.packet('(refused)')).toMatchObject({ code: 'forbidden_origin' });
    const own = open(url, auth, { origin: 'https://shop.example' });
    expect(await own.packet('authenticated')).toMatchObject({ success: true });
  });

  it('[P8] ends a transport that asks again and again', async () => {
    const asked: unknown[] = [];
    const { url } = await start({
      authenticate: (token) => {
        asked.push(token);
        throw new Error('no');
      },
    });
    const manager = new Manager(url, { reconnection: false, transports: ['websocket'], autoConnect: false });
    await new Promise<void>((resolve) => manager.open(() => resolve()));
    const closed = new Promise((resolve) => manager.engine.on('close', resolve));
    for (let n = 0; n < 100; n += 1) manager.engine.write(`0${JSON.stringify({ token: `t${n}` })}`);
    await closed;
    expect(asked.length).toBeLessThanOrEqual(32);
  });

  it('[P1] tells an older leadership the term; a newer one closes the older', async () => {
    const { url } = await start();
    const token = await sign('u1');
    const older = open(url, hello(token, { term: 5 }));
    await older.packet('authenticated');
    const newer = open(url, hello(token, { term: 6, tab: 't2' }));
    await newer.packet('authenticated');
    expect((await older.until(() => older.packets.find(([name]) => name === '(disconnect)')))[0]).toBe('(disconnect)');
    const late = open(url, hello(token, { term: 5, attempt: 2 }));
    expect(await late.packet('(refused)')).toMatchObject({ code: 'stale_term', term: 6 });
    expect(newer.socket.connected).toBe(true);
  });
});

describe('over the wire', () => {
  it('[P2] announces what can not be resumed before the first event', async () => {
    const { url, realtime } = await start({ maxReplay: 2 });
    for (const id of range(1, 5)) await realtime.sendToUser('u1', 'order', { id });
    const { epoch } = await realtime.sendToUser('u1', 'order', { id: 6 });
    const client = open(url, hello(await sign('u1'), { cursors: { 'user:u1': { epoch, id: 1 } } }));
    await client.packet('authenticated');
    await realtime.sendToUser('u1', 'order', { id: 7 });
    expect(await client.eventIds('user:u1', 1)).toEqual([7]);
    expect(client.all('full_refresh')).toEqual([{ stream: 'user:u1', epoch, id: 6, reason: 'too_far' }]);
    expect(client.packets.map(([name]) => name).slice(0, 3)).toEqual(['authenticated', 'full_refresh', 'events']);
  });

  it('a client without the protocol gets bare events', async () => {
    const { url, realtime } = await start();
    const client = open(url, { token: await sign('u1') });
    await new Promise<void>((resolve) => client.socket.on('connect', resolve));
    await realtime.sendToUser('u1', 'order', { id: 1 });
    expect(await client.packet('order')).toEqual({ id: 1 });
  });

  it('[P3] runs ordinary Socket.IO listeners for a command, and survives clients that ask for no answer', async () => {
    const { url, io } = await start();
    const heard: unknown[] = [];
    io.on('connection', (socket) => {
      // The server of this test has no map of client events.
      (socket as unknown as PlainSocket).on('greet', (name: string, ack: (text: string) => void) => {
        heard.push(name);
        ack(`hello ${name}`);
      });
    });
    const client = open(url, hello(await sign('u1')));
    const { time } = await client.packet('authenticated');
    const command = { id: 'k', name: 'greet', args: ['ann'], sentAt: time };
    for (const name of ['command', 'request_sync', 'subscribe', 'ping', 'reauthenticate', 'unsubscribe']) {
      client.socket.emit(name, name === 'command' ? command : { junk: true });
      client.socket.emit(name);
    }
    expect(await client.socket.emitWithAck('command', command)).toMatchObject({ ok: true, result: 'hello ann' });
    expect(heard).toEqual(['ann']);
  });

  it('ends the connection with the token', async () => {
    const lifeMs = { long: 3_600_000, short: 20 };
    const { url } = await start({
      authenticate: (token, { now }) => ({ userId: 'u1', expiresAt: now + lifeMs[token as keyof typeof lifeMs] }),
    });
    const client = open(url, hello('long'));
    await client.packet('authenticated');
    expect(await client.socket.emitWithAck('reauthenticate', { token: 'short' })).toMatchObject({ ok: true });
    await client.packet('token_expired');
    expect(await client.packet('(disconnect)')).toBe('io server disconnect');
  });

  it('works in a namespace, binary payloads included', async () => {
    const { io, url } = await start();
    const realtime = attachRealtime(io.of('/shop'), { authenticate });
    const client = open(`${url}/shop`, hello(await sign('u1')));
    await client.packet('authenticated');
    await realtime.broadcastToAll('order', { id: 1, pdf: Buffer.from('x') } as { id: number });
    await client.eventIds('all', 1);
    expect(client.events('all')[0].payload.pdf).toEqual(Buffer.from('x'));
    realtime.close();
    await client.packet('(disconnect)');
  });
});
