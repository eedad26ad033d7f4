import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toChannelStream } from '../protocol/channel.ts';
import { type Cursor, judge } from '../protocol/cursor.ts';
import { limits } from '../protocol/limits.ts';
import type { ChannelsOption } from './channels.ts';
import { createWorld, type World } from './realtime.fixture.ts';
import type { FakePeer } from './world.fixture.ts';

const channels: ChannelsOption = {
  logs: { filters: ['level', 'service', 'context'] },
  events: { filters: ['eventType', 'service'] },
  dlq: { filters: ['status'], allow: (session) => session.userId === 'admin' },
};
const errors = 'channel:logs?level=error';

async function subscribe(peer: FakePeer, ...streams: string[]) {
  return peer.ask('subscribe', { streams: Object.fromEntries(streams.map((stream) => [stream, null])) });
}

const line = (world: World, level: string, n = 0) => world.realtime.to({ channel: 'logs' }).emit('line', { level, n });

/** Reads a peer's packets by the rule, from the place where the stream began; holes are thrown. */
function read(peer: FakePeer, stream: string, from: Cursor): { readonly ids: number[]; readonly cursor: Cursor } {
  let cursor = from;
  const ids: number[] = [];
  for (const [name, packet] of peer.sent) {
    if (name !== 'events' || packet.stream !== stream) continue;
    const verdict = judge(cursor, packet);
    if (verdict === 'gap' || verdict === 'other_epoch') throw new Error(`${verdict} at ${JSON.stringify(packet)}`);
    ids.push(...packet.events.map((event: { id: number }) => event.id).filter((id: number) => id > cursor.id));
    if (verdict === 'joins') cursor = { epoch: packet.epoch, id: packet.id };
  }
  return { ids, cursor };
}

describe('a channel', () => {
  it('[P6] refuses what is not declared or not allowed, and says which it granted', async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    const refused = ['channel:secret', 'channel:logs?password=1', 'channel:logs?level=b,a', 'channel:dlq', 'channel:'];
    const answer = await subscribe(peer, 'channel:logs', errors, ...refused);
    expect(answer).toMatchObject({ success: true, channels: ['logs'] });
    expect(Object.keys(answer.streams)).toEqual(['channel:logs', errors]);
    const { peer: admin } = await world.enter('admin', { client: 'd' });
    expect((await subscribe(admin, 'channel:dlq')).channels).toEqual(['dlq']);
    await world.realtime.to({ channel: 'dlq' }).emit('dead', {});
    await world.clock.settle();
    expect([peer.story('channel:dlq'), admin.story('channel:dlq')]).toEqual([[], [1]]);
  });

  it('[P8] an allow that throws, or never answers, is a no', async () => {
    const rules = (name: string) => ({
      allow: () => {
        if (name === 'throws') throw new Error('broken');
        return name === 'hangs' ? new Promise<boolean>(() => {}) : true;
      },
    });
    const world = createWorld({ channels: rules, authTimeoutMs: 1_000 });
    const { peer } = await world.enter('u');
    const asked = subscribe(peer, 'channel:throws', 'channel:hangs', 'channel:fine');
    await world.clock.advance(1_000);
    expect((await asked).channels).toEqual(['fine']);
  });

  it('takes channels beside their filters, under the known names too', async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    const asked = {
      channels: ['logs', 'events', 'dlq'],
      filters: { logs: { level: ['warn', 'error'] } },
      eventFilters: { eventTypes: ['paid'], services: 'shop' },
      dlqFilters: { status: 'dead' },
    };
    const answer = await peer.ask('subscribe', asked);
    expect(answer.channels).toEqual(['logs', 'events']);
    const streams = ['channel:logs?level=error,warn', 'channel:events?eventType=paid&service=shop'];
    expect(Object.keys(answer.streams)).toEqual(streams);
    for (const wrong of [{ channels: 'logs' }, { channels: ['logs'], filters: { logs: { level: /e/ } } }, {}, null]) {
      expect((await peer.ask('subscribe', wrong)).error.code).toBe('bad_request');
    }
    await peer.ask('unsubscribe', { channels: ['events', 'nothing'] });
    await world.realtime.to({ channel: 'events' }).emit('event', { eventType: 'paid', service: 'shop' });
    await line(world, 'warn');
    await world.clock.settle();
    expect(streams.map((stream) => peer.story(stream))).toEqual([[1], []]);
  });

  it('[P2] shows each view what passes its filter, and nobody ever sees a hole', async () => {
    const level = fc.constantFrom('error', 'warn', 'info');
    const filter = fc.constantFrom<string[] | undefined>(undefined, ['error'], ['error', 'warn'], ['never']);
    const step = fc.oneof(
      { weight: 4, arbitrary: level },
      { weight: 2, arbitrary: fc.constantFrom('settle', 'positions', 'rejoin', 'full', 'drained') },
      { weight: 1, arbitrary: filter },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = createWorld({ channels, pageSize: 3, frameEvents: 2 });
        const levels: string[] = [];
        const views: { peer: FakePeer; stream: string; levels: string[] | undefined; from: Cursor }[] = [];
        for (const [index, next] of steps.entries()) {
          const { peer: last, stream = '', from } = views.at(-1) ?? {};
          if (next === 'settle') await world.clock.settle();
          else if (next === 'positions') for (const { peer } of views) void peer.ask('ping', {});
          else if (next === 'full' || next === 'drained') for (const { peer } of views) peer[next]();
          else if (next === 'rejoin') await last?.ask('subscribe', { streams: { [stream]: from } });
          else if (typeof next === 'string') {
            levels.push(next);
            void line(world, next);
          } else {
            const { peer } = await world.enter('u', { client: `c${index}` });
            const stream = toChannelStream('logs', { level: next }) ?? '';
            const answer = await subscribe(peer, stream);
            views.push({ peer, stream, levels: next, from: answer.streams[stream] });
          }
        }
        for (const { peer } of views) peer.drained();
        await world.clock.settle();
        for (const { peer } of views) await peer.ask('ping', {});
        for (const view of views) {
          const { ids, cursor } = read(view.peer, view.stream, view.from);
          const passing = levels.flatMap((name, index) =>
            index + 1 > view.from.id && (view.levels?.includes(name) ?? true) ? [index + 1] : [],
          );
          expect(ids).toEqual(passing);
          expect(cursor.id).toBe(levels.length);
        }
        world.realtime.close();
      }),
      { numRuns: 150 },
    );
  });

  it('[P2] who did not read for a while goes on from the last frame of its view', async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    const { streams } = await subscribe(peer, errors);
    await world.clock.settle();
    await line(world, 'info');
    peer.full();
    await line(world, 'error');
    await world.clock.settle();
    peer.drained();
    await world.clock.settle();
    expect(read(peer, errors, streams[errors]).ids).toEqual([2]);
  });

  it('[P2] a view in which nothing passes keeps its cursor within what the log holds', async () => {
    const world = createWorld({ channels }, { maxEvents: 2_000 });
    const { peer } = await world.enter('u');
    const { streams } = await subscribe(peer, errors);
    await world.clock.settle();
    for (let n = 0; n < 5_000; n += 1) await line(world, 'info', n);
    await world.clock.settle();
    const { cursor } = read(peer, errors, streams[errors]);
    expect(cursor.id).toBeGreaterThan(3_000);
    const { peer: again } = await world.enter('u', { attempt: 2, cursors: { [errors]: cursor } });
    await line(world, 'error');
    await world.clock.settle();
    expect(again.story(errors)).toEqual([5_001]);
  });

  it('[P2] a new epoch of the log is a refresh of each view', async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    await subscribe(peer, errors, 'channel:logs');
    await line(world, 'error');
    await world.clock.settle();
    world.log.reset();
    await world.clock.settle();
    await line(world, 'info');
    await line(world, 'error');
    await world.clock.settle();
    expect(peer.story(errors)).toEqual([1, 'epoch_changed@0', 2]);
    expect(peer.story('channel:logs')).toEqual([1, 'epoch_changed@0', 1, 2]);
  });

  it('[P4] resumes in the handshake what is still allowed, and answers a sync through the filter', async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    const { streams } = await subscribe(peer, errors);
    const cursors = {
      [errors]: streams[errors],
      'channel:dlq': streams[errors],
      'channel:logs?level=b,a': streams[errors],
    };
    peer.drop();
    for (const name of ['info', 'error', 'info', 'error', 'info']) await line(world, name);
    const { peer: again } = await world.enter('u', { attempt: 2, cursors });
    expect(Object.keys(again.all('authenticated')[0].streams).sort()).toEqual(['all', errors, 'user:u']);
    expect(again.story(errors)).toEqual([2, 4]);
    const answer = await again.ask('request_sync', { stream: errors, lastEventId: 2 });
    expect(answer).toMatchObject({ stream: errors, prev: 2, id: 5, more: false, events: [{ id: 4 }] });
  });

  it('[P6] a permission that is lost ends the view, at a re-authentication or when the app says so', async () => {
    let allowed = true;
    const world = createWorld({ channels: { ops: { allow: (session) => allowed && session.role !== 'guest' } } });
    const { peer } = await world.enter('u');
    await subscribe(peer, 'channel:ops');
    await world.realtime.recheckChannels('u');
    expect(peer.all('full_refresh')).toEqual([]);
    allowed = false;
    expect((await peer.ask('reauthenticate', { token: 'u' })).ok).toBe(true);
    expect(peer.all('full_refresh')).toMatchObject([{ stream: 'channel:ops', reason: 'permissions_changed' }]);
    allowed = true;
    await subscribe(peer, 'channel:ops');
    allowed = false;
    await world.realtime.recheckChannels('u');
    await world.realtime.to({ channel: 'ops' }).emit('secret', {});
    await world.clock.settle();
    expect(peer.story('channel:ops')).toEqual(['permissions_changed@0', 'permissions_changed@0']);
    expect((await peer.ask('request_sync', { stream: 'channel:ops', lastEventId: 0 })).error.code).toBe('forbidden');
  });

  it('[P6] what was asked while a permission was being looked up counts in its order', async () => {
    const answers: ((yes: boolean) => void)[] = [];
    const allow = () => new Promise<boolean>((resolve) => answers.push(resolve));
    const world = createWorld({ channels: { ops: { allow } } });
    const { peer } = await world.enter('u');
    const subscribed = subscribe(peer, 'channel:ops');
    const left = peer.ask('unsubscribe', { channels: ['ops'] });
    await world.clock.settle();
    answers[0]?.(true);
    expect((await subscribed).channels).toEqual(['ops']);
    expect((await left).success).toBe(true);
    await world.realtime.to({ channel: 'ops' }).emit('secret', {});
    await world.clock.settle();
    expect(peer.story('channel:ops')).toEqual([]);
  });

  it('[P8] whatever is asked for, it is answered, and nothing is joined that is not declared', async () => {
    const key = fc.constantFrom(
      'streams',
      'channels',
      'filters',
      'eventFilters',
      'logFilters',
      'logs',
      'level',
      '__proto__',
      'x',
    );
    const name = fc.oneof(
      fc.constantFrom('logs', 'events', 'channel:logs?level=a', 'channel:?', 'user:v', 'all'),
      fc.string(),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(name, fc.integer(), fc.constant(null), fc.boolean()),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(key, name), tie('value'), { maxKeys: 4 }),
      ),
    }));
    const request = fc.oneof(
      value,
      fc.record({ streams: value, channels: value, filters: value, logFilters: value }, { requiredKeys: [] }),
    );
    const world = createWorld({
      channels,
      limits: { syncs: { perSecond: 1, burst: 1_000_000 }, packets: { perSecond: 1, burst: 1_000_000 } },
    });
    const { peer } = await world.enter('u');
    await fc.assert(
      fc.asyncProperty(request, fc.constantFrom('subscribe', 'unsubscribe'), async (asked, packet) => {
        const answer = await peer.ask(packet, asked);
        expect(answer.success ? Object.keys(answer.streams) : answer.error.code).toSatisfy(
          (streams: readonly string[] | string) =>
            streams === 'bad_request' ||
            (Array.isArray(streams) &&
              streams.every((stream) => /^(user:u$|all$|channel:(logs|events)($|\?))/.test(stream))),
        );
      }),
      { numRuns: 500 },
    );
  });

  it(`[P8] holds ${limits.channels} of them per connection, however they were asked for`, async () => {
    const world = createWorld({ channels });
    const { peer } = await world.enter('u');
    const views = Array.from({ length: limits.channels + 5 }, (_, n) => `channel:logs?level=${n}`);
    const first = await subscribe(peer, ...views.slice(0, 20));
    const second = await subscribe(peer, ...views.slice(20), ...views.slice(0, 2));
    const granted = [...Object.keys(first.streams), ...Object.keys(second.streams)];
    expect(new Set(granted).size).toBe(limits.channels);
    const cursors = Object.fromEntries(views.map((stream) => [stream, { epoch: 'e', id: 0 }]));
    const { peer: again } = await world.enter('u', { attempt: 2, cursors });
    expect(Object.keys(again.all('authenticated')[0].streams)).toHaveLength(limits.channels + 2);
  });
});
