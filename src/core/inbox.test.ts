/** The rule against a hostile way: what a log sent may be lost, doubled and reordered. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../protocol/limits.ts';
import type { Frame, Refresh, WireEvent } from '../protocol/messages.ts';
import { createInbox, type Inbox, type InboxEffect } from './inbox.ts';

const wire = (id: number): WireEvent => ({ id, type: 't', payload: id, timestamp: 0 });
const span = (epoch: string, prev: number, id: number, mine: (id: number) => boolean): Frame => {
  const events = Array.from({ length: id - prev }, (_, i) => i + prev + 1).filter(mine);
  return { stream: 's', epoch, prev, id, events: events.map(wire) };
};

interface Heard {
  readonly inbox: Inbox;
  /** Ids handed out since the last refresh, and where that began. */
  readonly ids: { readonly epoch: string; readonly id: number }[];
  readonly refreshes: Refresh[];
}

/** Fails as soon as an effect breaks the promise: at most once, in order, every hole announced. */
function listen(start: { readonly epoch: string; readonly id: number }, mine: (id: number) => boolean): Heard {
  const ids: { epoch: string; id: number }[] = [];
  const refreshes: Refresh[] = [];
  let place = start;
  const onEffect = (_: string, effect: InboxEffect): void => {
    if (effect.type === 'refresh') {
      refreshes.push(effect.refresh);
      place = effect.refresh;
    }
    if (effect.type !== 'deliver') return;
    expect(effect.frame.epoch).toBe(place.epoch);
    for (const event of effect.events) {
      expect(event.id).toBeGreaterThan(place.id);
      for (let skipped = place.id + 1; skipped < event.id; skipped += 1) expect(mine(skipped)).toBe(false);
      ids.push({ epoch: place.epoch, id: event.id });
      place = { epoch: place.epoch, id: event.id };
    }
    for (let skipped = place.id + 1; skipped <= effect.frame.id; skipped += 1) expect(mine(skipped)).toBe(false);
    place = { epoch: place.epoch, id: effect.frame.id };
  };
  return { inbox: createInbox(onEffect, { s: start }), ids, refreshes };
}

const head = 30;
const arbitrary = fc.record({
  /** Which ids are meant for this tab. */
  meant: fc.array(fc.boolean(), { minLength: head, maxLength: head }),
  /** Any frames of the log, in any order, with repeats and holes. */
  frames: fc.array(fc.tuple(fc.nat(head), fc.nat(head)), { maxLength: 40 }),
});

describe('the inbox', () => {
  it('[P2] hands out ids that only rise and skips none that is meant, whatever of a log arrives', () => {
    fc.assert(
      fc.property(arbitrary, ({ meant, frames }) => {
        const mine = (id: number): boolean => meant[id - 1] ?? false;
        const { inbox, refreshes } = listen({ epoch: 'e', id: 0 }, mine);
        for (const [a, b] of frames) {
          inbox.apply('s', { type: 'frame', frame: span('e', Math.min(a, b), Math.max(a, b), mine) });
        }
        expect(refreshes).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('[P2] has everything once the answer to its asks has come', () => {
    fc.assert(
      fc.property(arbitrary, ({ meant, frames }) => {
        const mine = (id: number): boolean => meant[id - 1] ?? false;
        const { inbox, ids, refreshes } = listen({ epoch: 'e', id: 0 }, mine);
        for (const [a, b] of frames) {
          inbox.apply('s', { type: 'frame', frame: span('e', Math.min(a, b), Math.max(a, b), mine) });
        }
        const from = inbox.cursors().s?.id ?? 0;
        inbox.apply('s', { type: 'frame', frame: span('e', from, head, mine) });
        inbox.apply('s', { type: 'answered' });
        const all = Array.from({ length: head }, (_, i) => i + 1).filter(mine);
        expect(ids.map(({ id }) => id)).toEqual(all);
        expect(refreshes).toEqual([]);
        expect(inbox.cursors()).toEqual({ s: { epoch: 'e', id: head } });
        expect(inbox.holding()).toEqual({});
      }),
    );
  });

  it('[P2] announces what it could not get before the next event, over epochs, answers and time', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('frame' as const), epoch: fc.constantFrom('e', 'f'), a: fc.nat(9), b: fc.nat(9) }),
      fc.record({
        do: fc.constant('refresh' as const),
        epoch: fc.constantFrom('e', 'f'),
        id: fc.nat(9),
        reason: fc.constantFrom('too_far' as const, 'gap' as const, 'cursor_ahead' as const, 'epoch_changed' as const),
      }),
      fc.record({ do: fc.constant('position' as const), epoch: fc.constantFrom('e', 'f'), id: fc.nat(9) }),
      fc.constant({ do: 'answered' as const }),
      fc.record({ do: fc.constant('waited' as const), ms: fc.constantFrom(1_000, 10_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const mine = (): boolean => true;
        const { inbox } = listen({ epoch: 'e', id: 3 }, mine);
        for (const next of steps) {
          const before = inbox.cursors().s;
          if (next.do === 'frame') {
            const frame = span(next.epoch, Math.min(next.a, next.b), Math.max(next.a, next.b), mine);
            inbox.apply('s', { type: 'frame', frame });
            // A frame of another epoch moves nothing, and none lowers the cursor.
            expect(inbox.cursors().s?.epoch).toBe(before?.epoch);
            expect(inbox.cursors().s?.id).toBeGreaterThanOrEqual(before?.id ?? 0);
          }
          if (next.do === 'refresh') {
            const { epoch, id, reason } = next;
            inbox.apply('s', { type: 'refresh', refresh: { stream: 's', epoch, id, reason } });
          }
          if (next.do === 'position')
            inbox.apply('s', { type: 'position', cursor: { epoch: next.epoch, id: next.id } });
          if (next.do === 'answered') inbox.apply('s', { type: 'answered' });
          if (next.do === 'waited') inbox.apply('s', { type: 'waited', ms: next.ms });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('[P2] a refresh that comes again changes nothing, however late', () => {
    const { inbox, refreshes } = listen({ epoch: 'e', id: 5 }, () => true);
    const refresh: Refresh = { stream: 's', epoch: 'e', id: 9, reason: 'too_far' };
    for (const _ of [1, 2]) inbox.apply('s', { type: 'refresh', refresh });
    inbox.apply('s', { type: 'frame', frame: span('e', 9, 12, () => true) });
    inbox.apply('s', { type: 'refresh', refresh });
    expect(refreshes).toEqual([refresh]);
    expect(inbox.cursors().s).toEqual({ epoch: 'e', id: 12 });
  });

  it('[P2] a hole that nobody fills becomes a refresh to the first frame held, which is then handed out', () => {
    const { inbox, ids, refreshes } = listen({ epoch: 'e', id: 1 }, () => true);
    inbox.apply('s', { type: 'frame', frame: span('f', 4, 5, () => true) });
    for (let second = 1; second < 10; second += 1) inbox.apply('s', { type: 'waited', ms: 1_000 });
    expect(refreshes).toEqual([]);
    inbox.apply('s', { type: 'waited', ms: 1_000 });
    expect(refreshes).toEqual([{ stream: 's', epoch: 'f', id: 4, reason: 'gap' }]);
    expect(ids).toEqual([{ epoch: 'f', id: 5 }]);
  });

  it('[P2] puts what it held in order, however that came, as soon as the hole is filled', () => {
    const shuffled = fc.shuffledSubarray([4, 5, 6, 7, 8, 9], { minLength: 6 });
    fc.assert(
      fc.property(shuffled, (order) => {
        const { inbox, ids } = listen({ epoch: 'e', id: 2 }, () => true);
        for (const end of order) inbox.apply('s', { type: 'frame', frame: span('e', end - 1, end, () => true) });
        expect(ids).toEqual([]);
        inbox.apply('s', { type: 'frame', frame: span('e', 2, 3, () => true) });
        expect(ids.map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 8, 9]);
        expect(inbox.holding()).toEqual({});
      }),
    );
  });

  it('[P8] is in no more streams than it may, and says so', () => {
    const inbox = createInbox(() => {});
    const open = (stream: string): boolean => inbox.apply(stream, { type: 'place', cursor: { epoch: 'e', id: 0 } });
    for (let n = 0; n < limits.streams; n += 1) expect(open(`s${n}`)).toBe(true);
    expect(open('one too many')).toBe(false);
    expect(open('s0')).toBe(true);
    expect(Object.keys(inbox.cursors())).toHaveLength(limits.streams);
  });

  it('[P8] takes any name for a stream', () => {
    const inbox = createInbox(() => {});
    for (const stream of ['__proto__', 'constructor', 'toString']) {
      inbox.apply(stream, { type: 'place', cursor: { epoch: 'e', id: 1 } });
      expect(inbox.cursors()[stream]).toEqual({ epoch: 'e', id: 1 });
    }
    expect(Object.keys(inbox.cursors())).toEqual(['__proto__', 'constructor', 'toString']);
    expect({}).not.toHaveProperty('epoch');
  });

  it('forgets its holes for whoever replays from the cursors', () => {
    const { inbox } = listen({ epoch: 'e', id: 1 }, () => true);
    inbox.apply('s', { type: 'frame', frame: span('e', 4, 5, () => true) });
    inbox.apply('x', { type: 'position', cursor: { epoch: 'e', id: 5 } });
    expect(inbox.holding()).toEqual({ s: 1, x: 0 });
    inbox.dropHeld();
    expect(inbox.holding()).toEqual({});
    expect(inbox.has('x')).toBe(false);
    expect(inbox.cursors()).toEqual({ s: { epoch: 'e', id: 1 } });
  });

  it('[P8] is not taken back to a dead epoch by a frame of it that comes late', () => {
    const inbox = createInbox(() => {}, { s: { epoch: 'new', id: 3 } });
    const frame = { stream: 's', epoch: 'old', prev: 0, id: 1, events: [] };
    inbox.apply('s', { type: 'frame', frame });
    expect(inbox.holding()).toEqual({ s: 1 });
    inbox.apply('s', { type: 'answered' });
    expect(inbox.holding()).toEqual({ s: 1 });
    inbox.apply('s', { type: 'answered', epoch: 'new' });
    expect([inbox.holding(), inbox.cursors()]).toEqual([{}, { s: { epoch: 'new', id: 3 } }]);
  });

  it('[P8] is not taken back to a dead epoch that a leader in the living one knows nothing of', () => {
    const inbox = createInbox(() => {}, { s: { epoch: 'new', id: 3 } });
    inbox.apply('s', { type: 'frame', frame: { stream: 's', epoch: 'old', prev: 0, id: 1, events: [] } });
    inbox.apply('s', { type: 'frame', frame: { stream: 's', epoch: 'new', prev: 4, id: 5, events: [] } });
    expect(inbox.holding()).toEqual({ s: 2 });
    inbox.apply('s', { type: 'position', cursor: { epoch: 'new', id: 3 } });
    expect(inbox.holding()).toEqual({ s: 1 });
    inbox.apply('s', { type: 'frame', frame: { stream: 's', epoch: 'new', prev: 3, id: 4, events: [] } });
    expect([inbox.holding(), inbox.cursors()]).toEqual([{}, { s: { epoch: 'new', id: 5 } }]);
  });
});
