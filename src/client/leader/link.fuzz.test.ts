import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fed, isClean, runs, within } from '../../fuzz.fixture.ts';
import { refreshReasons, retryByCode } from '../../protocol/codes.ts';
import { limits } from '../../protocol/limits.ts';
import * as is from '../../protocol/shape.fixture.ts';
import { type Monitor, watch } from '../monitor.fixture.ts';
import { openPage } from '../socket/facade.fixture.ts';
import { greeting } from './connector.fixture.ts';

const year = 366 * 86_400_000;
const types = ['order', 'tick', '__proto__', 'constructor', 'toString'];

/** Near to what the group has, so that it is taken, held, or found to be old; or far off. */
const epoch = fc.constantFrom('e', 'e', 'f', 'g');
const stream = fc.constantFrom('user:u', 'user:u', 'all', 'room:x', '__proto__', 'user:somebody else');
const id = fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, fc.constantFrom(2 ** 53 - 1, 2 ** 53 - 2, 5_000));
const frame = fc
  .record({
    stream,
    epoch,
    from: id,
    steps: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
    type: fc.constantFrom(...types, 'connect'),
  })
  .map(({ steps, from: prev, type, ...rest }) => {
    let last = prev;
    const events = steps.map((step) => {
      last += step;
      return { id: last, type, payload: { n: last }, timestamp: 5 };
    });
    return { ...rest, prev, id: last, events };
  });
const refresh = fc.record({ stream, epoch, id, reason: fc.constantFrom(...refreshReasons) });
const lone = fc.record(
  { id, type: fc.constantFrom(...types), payload: fc.anything(), stream, epoch, prev: id },
  { requiredKeys: ['id', 'type'] },
);
const code = fc.oneof(fc.constantFrom(...Object.keys(retryByCode)), fc.string());
const error = fc.record({ code, message: fc.string(), term: fc.oneof(id, fc.constantFrom(Number.NaN, 1.5, '7')) });
const places = fc.dictionary(stream, fc.record({ epoch, id }), { noNullPrototype: true });
const welcome = fc
  .record({
    userId: fc.constantFrom('u', 'u', 'u', 'v'),
    streams: places,
    time: id,
    expiresInMs: id,
    modules: fc.array(fc.string()),
  })
  .map((fields) => ({ ...greeting, ...fields }));
const answers = fc.oneof(
  frame.map((piece) => ({ ...piece, more: true })),
  refresh.map(({ stream: _, ...place }) => ({ fullRefresh: place })),
  error.map((told) => ({ success: false, ok: false, error: told })),
  fc.constant({ ok: true, result: 1, time: 5, expiresInMs: 1 }),
);
/** As it should be, or spoiled in one place. */
const bad = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(arbitrary, arbitrary.chain(is.spoiled), is.hostile);
const packet = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('events'), bad(frame)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('event'), bad(lone)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('full_refresh'), bad(refresh)) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom('authenticated', 'error', 'connect', 'disconnect'), bad(welcome)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('session_replaced', 'token_expired'), is.hostile) },
  { weight: 1, arbitrary: fc.tuple(fc.oneof(fc.constantFrom(...types), fc.string()), is.hostile) },
);
type Act =
  | { readonly do: 'packet'; readonly packet: readonly [name: string, payload: unknown]; readonly ack: boolean }
  | { readonly do: 'answer'; readonly which: number; readonly value: unknown; readonly times: number }
  | { readonly do: 'refuse'; readonly error: unknown }
  | { readonly do: 'greet'; readonly greeting: unknown }
  | { readonly do: 'close' }
  | { readonly do: 'command' }
  | { readonly do: 'wait'; readonly ms: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant<'packet'>('packet'), packet, ack: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant<'answer'>('answer'),
      which: fc.nat(9),
      value: bad(answers),
      times: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'refuse'>('refuse'), error }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant<'greet'>('greet'), greeting: bad(welcome) }) },
  { weight: 1, arbitrary: fc.constantFrom<Act>({ do: 'close' }, { do: 'command' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant<'wait'>('wait'), ms: fc.constantFrom(1, 50, 1_100, 6_000) }) },
);

const isUncloneable = (thrown: unknown): boolean =>
  thrown instanceof RangeError || (thrown instanceof DOMException && thrown.name === 'DataCloneError');

type World = ReturnType<typeof openPage>;

/** So many seconds in which the server answers pings. */
async function live(page: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await page.clock.advance(1_000);
    for (const { answer } of page.requests('ping')) answer({ time: 5 });
  }
}

async function play(page: World, acts: readonly Act[], each: () => void, command: () => void): Promise<void> {
  for (const one of acts) {
    const { events, requests } = page.links.last();
    if (one.do === 'wait') await page.clock.advance(one.ms);
    else if (one.do === 'close') events.onClose('transport close');
    else if (one.do === 'command') command();
    else if (one.do === 'refuse') {
      const { code: why, message } = one.error as { code: string; message: string };
      events.onRefused({ code: why, message, cause: one.error });
    } else if (one.do === 'greet') {
      events.onOpen('socket-id');
      events.onPacket('authenticated', [one.greeting]);
    } else if (one.do === 'answer') {
      for (let time = 0; time < one.times; time += 1) requests[one.which]?.answer(one.value);
    } else events.onPacket(one.packet[0], one.ack ? [one.packet[1], () => {}] : [one.packet[1]]);
    fed('link');
    await page.clock.settle();
    each();
  }
}

/** A good server takes the place of the bad one; whatever that left behind, its events arrive. */
async function recover(page: World, sockets: readonly { connect(): void }[]): Promise<void> {
  page.links.last().events.onClose('transport close');
  for (const socket of sockets) socket.connect();
  await page.clock.advance(10_000);
  await page.accept({ streams: { 'user:u': { epoch: 'good', id: 0 } } });
  await page.packet('full_refresh', { stream: 'user:u', epoch: 'good', id: 0, reason: 'epoch_changed' });
  const events = [1, 2, 3].map((n) => ({ id: n, type: 'order', payload: n, timestamp: 5 }));
  await page.packet('events', { stream: 'user:u', epoch: 'good', prev: 0, id: 3, events });
  await page.clock.advance(1_000);
}

describe('a server that lies', () => {
  it(
    '[P8] breaks no order, leaves nothing without bound, and is forgotten when a good one comes',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
          const page = openPage();
          const sockets = [page.open(), page.openElsewhere()];
          const monitors: Monitor[] = sockets.map((socket, n) => watch(`tab ${n}`, socket, types));
          let outcomes = 0;
          let commands = 0;
          await page.accept();
          await play(
            page,
            acts,
            () => {
              for (const monitor of monitors) monitor.check();
            },
            () => {
              commands += 1;
              const settled = (): void => {
                outcomes += 1;
              };
              void sockets[commands % 2]?.timeout(5_000).emitWithAck('add', commands).then(settled, settled);
            },
          );
          await recover(page, sockets);
          expect(monitors.flatMap(({ wrong }) => wrong)).toEqual([]);
          expect(monitors.map(({ story }) => story('user:u').slice(-3))).toEqual([
            [1, 2, 3],
            [1, 2, 3],
          ]);
          expect(page.links.all.filter((link) => !link.closed)).toHaveLength(1);
          // What no channel carries is reported, and no more than that.
          expect(page.clock.reported.filter((thrown) => !isUncloneable(thrown))).toEqual([]);
          expect(outcomes).toBe(commands);
          for (const socket of sockets) socket.disconnect();
          await page.clock.advance(0);
          expect(page.clock.timers()).toBe(0);
        }),
        runs(150),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );

  it('[P8] with a payload that no channel carries costs the other tabs a refresh, not a silent hole', async () => {
    const page = openPage();
    const sockets = [page.open(), page.openElsewhere()];
    const monitors = sockets.map((socket, n) => watch(`tab ${n}`, socket, types));
    await page.accept();
    await page.events(['order', 1], ['order', is.deep(100_000)], ['order', 3]);
    await live(page, 20);
    await page.events(['order', 4]);
    await live(page, 20);
    expect(monitors.map(({ story }) => story('user:u'))).toEqual([
      [1, 2, 3, 4],
      ['gap', 4],
    ]);
  });

  it.each([2 ** 53 - 1, 2 ** 52 - 1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null])(
    '[P8] about the highest term leaves the group one that its tabs believe: %s',
    async (term) => {
      const page = openPage();
      page.open().on('order', () => {});
      await page.clock.settle();
      page.lock.holder = async () => 'somebody else';
      page.links.last().events.onRefused({ code: 'stale_term', message: '', cause: { term } });
      await page.clock.advance(10_000);
      expect(page.links.all.length).toBeGreaterThan(1);
      expect(page.links.last().auth.term).toSatisfy(Number.isSafeInteger);
      expect(page.links.last().auth.term).toBeLessThan(page.clock.wall() + year);
    },
  );

  it('[P8] that opens more streams than there may be is not followed, and the rest goes on', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('order', (payload) => heard.push(payload));
    const streams = Object.fromEntries(
      Array.from({ length: limits.streams - 1 }, (_, n) => [`s${n}`, { epoch: 'e', id: 0 }]),
    );
    await page.accept({ streams: { ...streams, 'user:u': { epoch: 'e', id: 0 } } });
    const event = { id: 1, type: 'order', payload: 'foreign', timestamp: 0 };
    await page.packet('events', { stream: 'one more', epoch: 'e', prev: 0, id: 1, events: [event] });
    await page.packet('events', { stream: 'another', epoch: 'e', prev: 0, id: 0, events: [] });
    await page.packet('full_refresh', { stream: 'a third', epoch: 'e', id: 0, reason: 'gap' });
    expect(socket.diagnostics().counters.malformed).toBe(3);
    await page.events(['order', 'mine']);
    expect(heard).toEqual(['mine']);
  });
});
