import { afterEach, describe, expect, it } from 'vitest';
import { memoryLog } from './index.ts';
import { cleanUp, hello, open, range, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

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
