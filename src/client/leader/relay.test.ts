import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Item } from '../../core/envelope.ts';
import type { Frame } from '../../protocol/messages.ts';
import { createRelay } from './relay.ts';

const frame = (stream: string, prev: number, count: number): Frame => ({
  stream,
  epoch: 'e',
  prev,
  id: prev + Math.max(1, count),
  events: Array.from({ length: count }, (_, n) => ({ id: prev + n + 1, type: 't', payload: null, timestamp: 0 })),
});
const weight = (item: Item): number => ('events' in item ? Math.max(1, item.events.length) : 1);

function open() {
  const clock = createManualClock();
  const posts: (readonly Item[])[] = [];
  const relay = createRelay({ clock, send: (items) => () => posts.push(items) });
  return { clock, posts, relay };
}

/** What a post says, one line per event and per place, in order: merging may not change it. */
function spelled(items: readonly Item[]): string[] {
  return items.flatMap((item) => {
    if ('packet' in item) return [`packet ${item.packet}`];
    if ('reason' in item) return [`refresh ${item.stream} ${item.id}`];
    return item.events.map((event) => `${item.stream} ${event.id}`);
  });
}
/** Where each stream stands after the items, if each frame begins where the last ended. */
function ends(items: readonly Item[]): Record<string, number> {
  const places: Record<string, number> = {};
  for (const item of items) {
    if ('packet' in item) continue;
    if ('events' in item && item.stream in places) expect(item.prev).toBe(places[item.stream]);
    places[item.stream] = item.id;
  }
  return places;
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ stream: fc.constantFrom('a', 'b'), count: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.constant('packet' as const) },
  { weight: 1, arbitrary: fc.constant('refresh' as const) },
);
const script = fc.array(step, { maxLength: 40 }).map((steps) => {
  const heads: Record<string, number> = { a: 0, b: 0 };
  return steps.map((next): Item => {
    if (next === 'packet') return { packet: 'mine', args: [] };
    if (next === 'refresh') {
      heads.a = (heads.a ?? 0) + 10;
      return { stream: 'a', epoch: 'e', id: heads.a, reason: 'gap' };
    }
    const made = frame(next.stream, heads[next.stream] ?? 0, next.count);
    heads[next.stream] = made.id;
    return made;
  });
});

describe("the leader's posts", () => {
  it('[P2] say together exactly what was pushed, in order and joined, and hold 64 events at most', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (items) => {
        const { clock, posts, relay } = open();
        for (const item of items) relay.push(item);
        await clock.settle();
        expect(spelled(posts.flat())).toEqual(spelled(items));
        expect(ends(posts.flat())).toEqual(ends(items));
        for (const post of posts) {
          const size = post.reduce((sum, item) => sum + weight(item), 0);
          // Larger only where one frame is: it is never cut.
          const whole = post.length === 1 && items.some((item) => weight(item) >= size);
          expect(post.length).toBeGreaterThan(0);
          if (!whole) expect(size).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are one for what arrives within one task, and none when idle', async () => {
    const { clock, posts, relay } = open();
    for (let n = 0; n < 64; n += 1) relay.push(frame('a', n, 1));
    expect(posts).toEqual([]);
    await clock.settle();
    expect(posts).toEqual([[frame('a', 0, 64)]]);
    await clock.settle();
    expect(posts).toHaveLength(1);
    expect(clock.timers()).toBe(0);
  });

  it('go out again and again', async () => {
    const { clock, posts, relay } = open();
    for (let n = 0; n < 3; n += 1) {
      relay.push(frame('a', n, 1));
      await clock.settle();
    }
    expect(posts).toEqual([[frame('a', 0, 1)], [frame('a', 1, 1)], [frame('a', 2, 1)]]);
  });

  it('merge no frames of two streams or epochs, nor such as do not join', async () => {
    const { clock, posts, relay } = open();
    const items = [
      frame('a', 0, 1),
      frame('b', 1, 1),
      { ...frame('b', 2, 1), epoch: 'f' },
      { ...frame('b', 4, 1), epoch: 'f' },
    ];
    for (const item of items) relay.push(item);
    await clock.settle();
    expect(posts).toEqual([items]);
  });

  it('[P2] are remembered in the ring as they were posted, refreshes included', async () => {
    const { relay } = open();
    relay.ring.restart('a', { epoch: 'e', id: 0 });
    relay.push(frame('a', 0, 2));
    expect(relay.ring.since('a', { epoch: 'e', id: 0 })).toEqual([]);
    relay.flush();
    expect(relay.ring.since('a', { epoch: 'e', id: 0 })).toEqual([frame('a', 0, 2)]);
    relay.push({ stream: 'a', epoch: 'f', id: 5, reason: 'epoch_changed' });
    relay.flush();
    expect(relay.ring.since('a', { epoch: 'e', id: 2 })).toBeNull();
    expect(relay.ring.since('a', { epoch: 'f', id: 5 })).toEqual([]);
    relay.push({ stream: 'a', epoch: 'f', id: 5, reason: 'permissions_changed' });
    relay.flush();
    expect(relay.ring.since('a', { epoch: 'f', id: 5 })).toBeNull();
  });

  it('[P1] wait while it is in doubt who leads, and go out in order or not at all', async () => {
    const { clock, posts, relay } = open();
    relay.pause(true);
    relay.push(frame('a', 0, 1));
    await clock.settle();
    relay.flush();
    expect(posts).toEqual([]);
    relay.push(frame('a', 1, 1));
    relay.pause(false);
    expect(posts).toEqual([[frame('a', 0, 2)]]);
    relay.pause(true);
    relay.push(frame('a', 2, 1));
    relay.close();
    relay.pause(false);
    relay.push(frame('a', 3, 1));
    await clock.settle();
    expect(posts).toHaveLength(1);
  });

  it('[P1] stop in the middle when the leadership ends in one', () => {
    const clock = createManualClock();
    let posts = 0;
    const relay = createRelay({
      clock,
      send() {
        posts += 1;
        relay.close();
        return () => {};
      },
    });
    for (let n = 0; n < 3; n += 1) relay.push(frame('a', n * 64, 64));
    relay.flush();
    expect(posts).toBe(1);
  });

  it('[P9] tells of several states the last, but each error', async () => {
    const { clock, relay } = open();
    const told: string[] = [];
    const push = (state: string): void => relay.pushState(() => () => told.push(state), state.startsWith('waiting'));
    for (const state of ['idle', 'connecting', 'waiting 1', 'connecting', 'waiting 2', 'idle', 'connecting'])
      push(state);
    await clock.settle();
    expect(told).toEqual(['connecting', 'waiting 1', 'connecting', 'waiting 2', 'connecting']);
  });
});
