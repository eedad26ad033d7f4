import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaksIn, createWorld } from './realtime.fixture.ts';
import { range } from './socket.fixture.ts';

const own = 'user:u';

describe('live events', () => {
  it('[P2] one turn of the event loop goes out in frames of at most 64 events, each broadcast once', async () => {
    const { clock, hub, enter, emit } = createWorld();
    const { peer } = await enter('u');
    await enter('u', { client: 'other' });
    await emit('u', 130);
    await clock.settle();
    const frames = hub.broadcasts.filter(([room]) => room === `onesocket:live:${own}`).map(([, , frame]) => frame);
    expect(frames.map((frame) => [frame.prev, frame.id])).toEqual([
      [0, 64],
      [64, 128],
      [128, 130],
    ]);
    expect(peer.story(own)).toEqual(range(1, 130));
  });

  it('[P6] nobody else gets them, also after leaving a room', async () => {
    const { clock, realtime, enter } = createWorld();
    const { peer } = await enter('u');
    const { peer: other } = await enter('v');
    await realtime.joinRoom('u', 'a');
    await realtime.sendToRoom('a', 'tick', 1);
    await clock.settle();
    await realtime.leaveRoom('u', 'a');
    await realtime.sendToRoom('a', 'tick', 2);
    await clock.settle();
    expect(peer.story('room:a')).toEqual([1, 'permissions_changed@0']);
    expect(other.story('room:a')).toEqual([]);
    expect(await peer.ask('request_sync', { stream: 'room:a', lastEventId: 0 })).toMatchObject({
      error: { code: 'forbidden' },
    });
  });

  it('[P6] leaving while still joining leaves, for clients of both kinds', async () => {
    const { clock, realtime, enter } = createWorld();
    const { peer } = await enter('u');
    const { peer: plain } = await enter('u', { onesocket: undefined });
    const joining = realtime.joinRoom('u', 'a');
    await realtime.leaveRoom('u', 'a');
    await joining;
    await realtime.sendToRoom('a', 'tick', 1);
    await clock.settle();
    await realtime.joinRoom('u', 'b');
    await enter('x');
    await realtime.joinRoom('x', 'b');
    await realtime.leaveRoom('u', 'b');
    await realtime.sendToRoom('b', 'tick', 1);
    await clock.settle();
    expect(peer.story('room:a')).toEqual([]);
    expect(plain.sent.map(([name]) => name)).toEqual(['authenticated']);
  });

  it('[P2] a stream added while connected is opened by an empty frame at its head', async () => {
    const { clock, realtime, enter } = createWorld();
    const { peer } = await enter('u');
    await realtime.sendToRoom('a', 'tick', 1);
    await realtime.joinRoom('u', 'a');
    await realtime.sendToRoom('a', 'tick', 2);
    await clock.settle();
    const frames = peer.all('events').filter((frame) => frame.stream === 'room:a');
    expect(frames[0]).toMatchObject({ prev: 1, id: 1, events: [] });
    expect(peer.story('room:a')).toEqual([2]);
  });

  it('a client without the protocol gets bare events, once each', async () => {
    const { clock, emit, enter } = createWorld();
    await emit('u', 1);
    const { peer } = await enter('u', { onesocket: undefined });
    await emit('u', 2);
    await clock.settle();
    expect(peer.sent).toEqual([
      ['authenticated', { success: true, onesocket: 1, userId: 'u', socketId: expect.any(String) }],
      ['tick', 0],
      ['tick', 1],
    ]);
    peer.drop();
    await emit('u', 1);
    await clock.settle();
    expect(peer.sent).toHaveLength(3);
  });

  it('[P8] refuses what would not arrive whole, and copies what it takes', async () => {
    const { realtime, log } = createWorld();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const payload of [() => {}, Number.NaN, 1n, cycle, new Map(), [undefined], JSON.parse('{"__proto__":1}')]) {
      await expect(realtime.broadcastToAll('tick', payload)).rejects.toThrow(TypeError);
    }
    await expect(realtime.broadcastToAll('connect', 1)).rejects.toThrow(/reserved/);
    const payload = { list: [1], at: new Date(0), bytes: new Uint8Array([1, 2]) };
    await realtime.broadcastToAll('tick', payload);
    payload.list.push(2);
    payload.bytes[0] = 9;
    const { events } = await log.read('all', 0, 1);
    expect(events[0]?.payload).toEqual({ list: [1], at: '1970-01-01T00:00:00.000Z', bytes: Buffer.from([1, 2]) });
  });
});

describe('resuming', () => {
  it('[P2] replays what is missing, then goes on live, however appends and turns interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (before, bursts, pageSize) => {
          const { clock, hub, realtime, log, emit } = createWorld({ pageSize, frameEvents: 3 });
          await emit('u', before);
          const { epoch } = await log.bounds(own);
          const from = Math.floor(before / 2);
          const auth = { token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 };
          const answer = await realtime.admit({ ...auth, cursors: { [own]: { epoch, id: from } } }, 's');
          const peer = hub.peer('s');
          if (!answer.ok) throw new Error(answer.code);
          realtime.accept(peer, answer);
          let written = before;
          for (const burst of bursts) {
            // Not awaited: appends race the pages that are being read.
            void emit('u', burst);
            written += burst;
            for (let turn = 0; turn < burst; turn += 1) await Promise.resolve();
            if (burst % 2) await clock.settle();
          }
          await clock.settle();
          expect(peer.story(own)).toEqual(range(from + 1, written));
          const frames = peer.all('events').filter((frame) => frame.stream === own);
          expect(breaksIn(frames, from)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['too_far', 1, (epoch: string) => ({ epoch, id: 0 })],
    ['expired', 100, (epoch: string) => ({ epoch, id: 0 })],
    ['cursor_ahead', 100, (epoch: string) => ({ epoch, id: 99 })],
    ['epoch_changed', 100, () => ({ epoch: 'another', id: 3 })],
  ])(
    '[P2] says %s before the first event when it can not resume, and takes the head',
    async (reason, maxReplay, at) => {
      const { clock, log, enter, emit } = createWorld({ maxReplay }, { maxEvents: reason === 'expired' ? 2 : 100 });
      await emit('u', 5);
      const { epoch } = await log.bounds(own);
      const { peer } = await enter('u', { cursors: { [own]: at(epoch) } });
      await emit('u', 1);
      await clock.settle();
      expect(peer.sent.slice(0, 2).map(([name]) => name)).toEqual(['authenticated', 'full_refresh']);
      expect(peer.all('authenticated')[0].streams[own]).toEqual({ epoch, id: 5 });
      expect(peer.story(own)).toEqual([`${reason}@5`, 6]);
    },
  );

  it('takes lastEventId for the default stream alone, and not beside cursors', async () => {
    const { enter, emit, log, realtime } = createWorld();
    await emit('u', 4);
    await realtime.broadcastToAll('tick');
    const { epoch } = await log.bounds(own);
    const first = await enter('u', { lastEventId: 2 });
    expect(first.peer.story(own)).toEqual([3, 4]);
    expect(first.peer.story('all')).toEqual([]);
    const second = await enter('u', { attempt: 2, lastEventId: 1, cursors: { [own]: { epoch, id: 3 } } });
    expect(second.peer.story(own)).toEqual([4]);
  });

  it('[P6] a stream that is not permitted is missing in the answer', async () => {
    const { enter } = createWorld();
    const { peer } = await enter('u', {
      cursors: { 'user:v': { epoch: 'e', id: 0 }, 'room:a': { epoch: 'e', id: 0 } },
    });
    expect(Object.keys(peer.all('authenticated')[0].streams)).toEqual([own, 'all']);
    expect(peer.all('full_refresh')).toEqual([]);
    const answer = await peer.ask('subscribe', { streams: { 'user:v': null, all: null } });
    expect(Object.keys(answer.streams)).toEqual(['all']);
  });

  it('[P2] a log that forgot everything is announced to live sessions before the next event', async () => {
    const { clock, log, enter, emit } = createWorld();
    const { peer } = await enter('u');
    await emit('u', 2);
    await clock.settle();
    log.reset();
    await clock.settle();
    await emit('u', 1);
    await clock.settle();
    expect(peer.story(own)).toEqual([1, 2, 'epoch_changed@0', 1]);
  });

  it('[P2] also when the next event comes in the same turn, or while a session catches up', async () => {
    const { clock, log, enter, emit, hub, realtime } = createWorld({ pageSize: 2 });
    const { peer } = await enter('u');
    await emit('u', 9);
    await clock.settle();
    const { epoch } = await log.bounds(own);
    const slow = hub.peer('slow');
    const auth = { token: 'u', onesocket: 1, client: 'd', tab: 't', term: 1, attempt: 1 };
    const admitted = await realtime.admit({ ...auth, cursors: { [own]: { epoch, id: 0 } } }, 'slow');
    if (!admitted.ok) throw new Error(admitted.code);
    realtime.accept(slow, admitted);
    log.reset();
    await emit('u', 1);
    await clock.settle();
    await emit('u', 1);
    await clock.settle();
    const { epoch: renewed } = await log.bounds(own);
    for (const each of [peer, slow]) {
      expect(each.all('full_refresh').filter((r) => r.stream === own)).toHaveLength(1);
      const refresh = each.all('full_refresh').find((r) => r.stream === own);
      expect(refresh).toMatchObject({ epoch: renewed, reason: 'epoch_changed' });
      expect(each.story(own).slice(each.story(own).indexOf(`epoch_changed@${refresh.id}`) + 1)).toEqual(
        range(refresh.id + 1, 2),
      );
    }
  });
});
