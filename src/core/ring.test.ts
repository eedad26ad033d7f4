import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cursor, judge } from '../protocol/cursor.ts';
import type { Frame } from '../protocol/messages.ts';
import { createRing } from './ring.ts';

const frame = (stream: string, prev: number, id: number, count = id - prev, epoch = 'e'): Frame => ({
  stream,
  epoch,
  prev,
  id,
  events: Array.from({ length: count }, (_, i) => ({ id: id - count + i + 1, type: 't', payload: null, timestamp: 0 })),
});
const spans = (frames: readonly Frame[] | null) => frames?.map(({ prev, id }) => [prev, id]);

/** The frames of one stream as a leader posts them: each begins where the last ended. */
const steps = fc.array(fc.record({ stream: fc.constantFrom('a', 'b'), by: fc.integer({ min: 1, max: 9 }) }), {
  maxLength: 60,
});

describe('the ring of posted frames', () => {
  it('[P2] gives exactly what leads on from a cursor, in order', () => {
    fc.assert(
      fc.property(steps, fc.nat(200), (added, at) => {
        const ring = createRing();
        const heads: Record<string, number> = { a: 5, b: 5 };
        for (const stream of ['a', 'b']) ring.restart(stream, { epoch: 'e', id: 5 });
        const all: Frame[] = [];
        for (const { stream, by } of added) {
          const head = heads[stream] ?? 5;
          all.push(frame(stream, head, head + by));
          ring.add(frame(stream, head, head + by));
          heads[stream] = head + by;
        }
        const cursor: Cursor = { epoch: 'e', id: at };
        const given = ring.since('a', cursor);
        if (at < 5) expect(given).toBeNull();
        else expect(given).toEqual(all.filter((one) => one.stream === 'a' && judge(cursor, one) !== 'stale'));
        expect(ring.since('a', undefined)?.slice(1)).toEqual(all.filter((one) => one.stream === 'a'));
        // Put through the rule, it leads to the head without a hole.
        let place = cursor;
        for (const one of given ?? []) {
          expect(judge(place, one)).toBe('joins');
          place = { epoch: 'e', id: one.id };
        }
        if (given) expect(place.id).toBe(Math.max(at, heads.a ?? 0));
      }),
      { numRuns: 200 },
    );
  });

  it('[P2] gives a newcomer the frame that opened the stream, as long as nothing was dropped since', () => {
    const ring = createRing();
    expect(ring.since('a', undefined)).toBeNull();
    ring.restart('a', { epoch: 'e', id: 7 });
    ring.add(frame('a', 7, 8));
    expect(spans(ring.since('a', undefined))).toEqual([
      [7, 7],
      [7, 8],
    ]);
    ring.restart('a', { epoch: 'f', id: 2 });
    expect(spans(ring.since('a', undefined))).toEqual([[2, 2]]);
    ring.forget('a');
    expect(ring.since('a', undefined)).toBeNull();
  });

  it('[P2] never serves over a refresh: not from before it, not in another epoch', () => {
    const ring = createRing();
    ring.restart('a', { epoch: 'e', id: 0 });
    ring.add(frame('a', 0, 3));
    ring.restart('a', { epoch: 'e', id: 9 });
    ring.add(frame('a', 9, 10));
    expect(ring.since('a', { epoch: 'e', id: 3 })).toBeNull();
    expect(ring.since('a', { epoch: 'f', id: 9 })).toBeNull();
    expect(spans(ring.since('a', { epoch: 'e', id: 9 }))).toEqual([[9, 10]]);
    ring.add(frame('a', 10, 11, 1, 'f'));
    expect(spans(ring.since('a', { epoch: 'e', id: 9 }))).toEqual([[9, 10]]);
  });

  it('[P8] is bounded over all streams: the oldest go, and are not to be had any more', () => {
    const ring = createRing();
    for (const stream of ['a', 'b']) ring.restart(stream, { epoch: 'e', id: 0 });
    const kept = (): number => {
      const lists = ['a', 'b'].map((stream) => {
        for (let from = 0; ; from += 1) {
          const frames = ring.since(stream, { epoch: 'e', id: from });
          if (frames) return frames.length;
        }
      });
      return lists.reduce((sum, length) => sum + length, 0);
    };
    for (let n = 0; n < 5_000; n += 1)
      ring.add(frame(n % 2 === 0 ? 'a' : 'b', Math.floor(n / 2), Math.floor(n / 2) + 1));
    expect(kept()).toBeLessThanOrEqual(2_500);
    expect(kept()).toBeGreaterThanOrEqual(2_000);
    expect(ring.since('a', { epoch: 'e', id: 0 })).toBeNull();
    expect(ring.since('a', undefined)).toBeNull();
    expect(spans(ring.since('a', { epoch: 'e', id: 2_498 }))).toEqual([
      [2_498, 2_499],
      [2_499, 2_500],
    ]);
  });

  it('[P8] a stream that begins anew weighs nothing of before', () => {
    const ring = createRing();
    for (let n = 0; n < 5; n += 1) {
      ring.restart('a', { epoch: `e${n}`, id: 0 });
      for (let id = 0; id < 2_000; id += 1) ring.add(frame('a', id, id + 1, 1, `e${n}`));
      expect(ring.since('a', { epoch: `e${n}`, id: 0 })).toHaveLength(2_000);
    }
  });

  it('[P8] counts frames without events too, and forgets what a forgotten stream weighed', () => {
    const ring = createRing();
    ring.restart('a', { epoch: 'e', id: 0 });
    for (let n = 0; n < 2_400; n += 1) ring.add(frame('a', n, n + 1, 0));
    ring.forget('a');
    ring.restart('b', { epoch: 'e', id: 0 });
    for (let n = 0; n < 2_400; n += 1) ring.add(frame('b', n, n + 1, 0));
    expect(ring.since('b', { epoch: 'e', id: 0 })).toHaveLength(2_400);
    for (let n = 2_400; n < 2_600; n += 1) ring.add(frame('b', n, n + 1, 0));
    expect(ring.since('b', { epoch: 'e', id: 0 })).toBeNull();
  });
});
