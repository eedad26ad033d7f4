import { describe, expect, it } from 'vitest';
import { createMemoryLog } from './log-memory.ts';
import { createWorld } from './realtime.fixture.ts';
import { range } from './socket.fixture.ts';
import { createManualClock } from './world.fixture.ts';

const own = 'user:u';

describe('what a connection may ask', () => {
  it('[P2] request_sync: pages, a refresh with its reason, and nothing for a malformed one', async () => {
    const { log, enter, emit } = createWorld({ pageSize: 2 });
    const { peer } = await enter('u');
    await emit('u', 3);
    const { epoch } = await log.bounds(own);
    const page = await peer.ask('request_sync', { lastEventId: 0, epoch });
    expect(page).toMatchObject({ stream: own, epoch, prev: 0, id: 2, more: true });
    const rest = await peer.ask('request_sync', { stream: own, lastEventId: 2, epoch });
    expect(rest).toMatchObject({ prev: 2, id: 3, more: false });
    expect(await peer.ask('request_sync', { lastEventId: 3, epoch })).toMatchObject({ prev: 3, id: 3, events: [] });
    expect(await peer.ask('request_sync', { lastEventId: 1, epoch: 'x' })).toEqual({
      fullRefresh: { epoch, id: 3, reason: 'epoch_changed' },
    });
    expect(await peer.ask('request_sync', { lastEventId: 4 })).toMatchObject({
      fullRefresh: { reason: 'cursor_ahead' },
    });
    for (const bad of [undefined, null, 7, [], {}, { lastEventId: -1 }, { lastEventId: 0, stream: {} }]) {
      expect(await peer.ask('request_sync', bad)).toMatchObject({ error: { code: 'bad_request' } });
    }
  });

  it('[P8] anything malformed is answered, and the connection goes on', async () => {
    const { enter } = createWorld();
    const { peer } = await enter('u');
    for (const name of ['command', 'subscribe', 'unsubscribe', 'reauthenticate']) {
      for (const bad of [undefined, 1, 'x', [], { streams: 1, id: 2 }]) {
        if (name === 'reauthenticate' && typeof bad === 'object' && !Array.isArray(bad)) continue;
        expect(await peer.ask(name, bad)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
      }
    }
    expect(await peer.ask('ping', 'anything')).toHaveProperty('time');
  });

  it('[P8] limits syncs, commands and packets per connection', async () => {
    const rate = { perSecond: 1, burst: 2 };
    const { clock, enter, realtime } = createWorld({
      limits: { syncs: rate, commands: rate, packets: { perSecond: 1, burst: 8 } },
    });
    let runs = 0;
    realtime.onCommand('go', () => {
      runs += 1;
    });
    const { peer } = await enter('u');
    await clock.advance(10);
    const sync = () => peer.ask('request_sync', { lastEventId: 0 });
    const go = (id: string) => peer.ask('command', { id, name: 'go', args: [], sentAt: clock.wall() });
    await Promise.all([sync(), sync()]);
    expect(await sync()).toMatchObject({ error: { code: 'rate_limited' } });
    expect(await Promise.all(['a', 'b', 'c'].map(go))).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: false, error: { code: 'rate_limited' } },
    ]);
    // A repetition hears its outcome all the same.
    expect(await go('a')).toMatchObject({ ok: true });
    await peer.ask('ping');
    let answered = false;
    void peer.ask('ping').then(() => {
      answered = true;
    });
    await clock.settle();
    expect(answered).toBe(false);
    expect(runs).toBe(2);
    await clock.advance(2_000);
    expect(await sync()).toMatchObject({ stream: own });
  });

  it('ping and a third of the TTL tell the places of streams that moved', async () => {
    const { clock, enter, emit } = createWorld({}, { ttlMs: 30_000 });
    const { peer } = await enter('u');
    await emit('u', 2);
    const positions = () => peer.all('events').filter((frame) => frame.stream === own && frame.events.length === 0);
    await peer.ask('ping');
    expect(positions()).toMatchObject([{ prev: 2, id: 2 }]);
    expect(peer.story(own)).toEqual([1, 2]);
    await peer.ask('ping');
    expect(positions()).toHaveLength(1);
    await emit('u', 1);
    await clock.advance(10_000);
    expect(positions().at(-1)).toMatchObject({ prev: 3, id: 3 });
  });

  it('subscribe resumes a stream from the cursor given; unsubscribe ends it', async () => {
    const { clock, log, enter, emit } = createWorld();
    const { peer } = await enter('u');
    await emit('u', 3);
    await clock.settle();
    const { epoch } = await log.bounds(own);
    const answer = await peer.ask('subscribe', { streams: { [own]: { epoch, id: 1 } } });
    expect(answer).toEqual({ success: true, channels: [], streams: { [own]: { epoch, id: 1 } } });
    await emit('u', 1);
    await clock.settle();
    expect(peer.story(own)).toEqual([...range(1, 3), ...range(2, 4)]);
    await peer.ask('unsubscribe', { streams: [own] });
    await emit('u', 1);
    await clock.settle();
    expect(peer.story(own)).toHaveLength(6);
  });

  it('[P8] tells whole milliseconds until the end of its token, also of one that ends between two', async () => {
    const { clock, enter } = createWorld();
    const { peer } = await enter(`u@${clock.wall() + 5_000.4}`);
    expect(peer.all('authenticated')[0].expiresInMs).toBe(5_000);
    expect(await peer.ask('reauthenticate', { token: `u@${clock.wall() + 3_000.6}` })).toEqual({
      ok: true,
      expiresInMs: 3_000,
    });
    await clock.advance(3_001);
    expect(peer.sent.at(-1)?.[0]).toBe('token_expired');
  });

  it('[P8] a room that can not be opened ends the connection, and nothing else', async () => {
    const log = createMemoryLog(createManualClock());
    const errors: string[] = [];
    let fails = false;
    const bounds: typeof log.bounds = (stream) => (fails ? Promise.reject(new Error('gone')) : log.bounds(stream));
    const { clock, hub, realtime } = createWorld({
      log: { ...log, bounds },
      logger: { warn: () => {}, error: (message) => void errors.push(message) },
    });
    const admitted = await realtime.admit(
      { token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 },
      's',
    );
    await realtime.joinRoom('u', 'a');
    fails = true;
    const peer = hub.peer('s');
    if (admitted.ok) realtime.accept(peer, admitted);
    await clock.settle();
    expect(peer.connected()).toBe(false);
    expect(errors).toContainEqual(expect.stringContaining('Opening room:a failed'));
  });

  it('ends with its token, unless that is renewed for the same user', async () => {
    const { clock, enter, realtime } = createWorld();
    const { peer } = await enter(`u@${clock.wall() + 5_000}`);
    expect(peer.all('authenticated')[0].expiresInMs).toBe(5_000);
    await clock.advance(4_000);
    expect(await peer.ask('reauthenticate', { token: 'v' })).toMatchObject({ error: { code: 'wrong_user' } });
    expect(await peer.ask('reauthenticate', { token: `u@${clock.wall()}` })).toMatchObject({
      ok: false,
      error: { code: 'token_expired' },
    });
    expect(await peer.ask('reauthenticate', { token: `Bearer u@${clock.wall() + 3_000}` })).toEqual({
      ok: true,
      expiresInMs: 3_000,
    });
    await clock.advance(2_999);
    expect(peer.connected()).toBe(true);
    await clock.advance(1);
    expect(peer.sent.at(-1)?.[0]).toBe('token_expired');
    expect(peer.connected()).toBe(false);
    expect(await realtime.isUserConnected('u')).toBe(false);
  });
});
