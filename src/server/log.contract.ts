/** What every event log must do. Run by the test of each implementation. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EventLog, Hint } from './log.ts';

export interface LogWorld {
  readonly log: EventLog;
  /** Lets the log's own time pass. */
  advance(ms: number): Promise<void>;
  /** Loses all data, as a restart without persistence does. */
  lose(): Promise<void>;
}

export interface LogBounds {
  readonly ttlMs: number;
  readonly maxEvents: number;
}

const draft = (n: number) => ({ type: 'tick', payload: { n } });

export function describeLog(name: string, open: (bounds: LogBounds) => Promise<LogWorld>): void {
  const world = (bounds: Partial<LogBounds> = {}): Promise<LogWorld> =>
    open({ ttlMs: 1_000, maxEvents: 100, ...bounds });

  describe(`the log contract: ${name}`, () => {
    it('[P2] numbers the events of a stream from 1 in the order of the calls, within one epoch', async () => {
      const { log } = await world();
      const places = await Promise.all([1, 2, 3].map((n) => log.append('a', draft(n))));
      expect(places.map((place) => place.id)).toEqual([1, 2, 3]);
      expect(new Set(places.map((place) => place.epoch)).size).toBe(1);
      const page = await log.read('a', 0, 10);
      expect(page.events.map((event) => [event.id, event.payload])).toEqual([1, 2, 3].map((n) => [n, { n }]));
    });

    it('[P2] has an epoch before anybody wrote, and keeps it for the first event', async () => {
      const { log } = await world();
      const before = await log.bounds('a');
      expect(before).toMatchObject({ floor: 0, head: 0 });
      expect(await log.append('a', draft(1))).toEqual({ epoch: before.epoch, id: 1 });
    });

    it('[P2] numbers streams apart, in epochs that never meet', async () => {
      const { log } = await world();
      const a = await log.append('a', draft(1));
      const b = await log.append('b', draft(1));
      expect(b.id).toBe(1);
      expect(b.epoch).not.toBe(a.epoch);
    });

    it('[P2] reads by pages that join', async () => {
      const { log } = await world();
      for (const n of [1, 2, 3, 4, 5]) await log.append('a', draft(n));
      const pages = await Promise.all([0, 2, 4, 5, 9].map((after) => log.read('a', after, 2)));
      expect(pages.map((page) => page.events.map((event) => event.id))).toEqual([[1, 2], [3, 4], [5], [], []]);
    });

    it('[P2] [P8] reads large events by pages that join too, and each at last', async () => {
      const { log } = await world({ ttlMs: 600_000 });
      const lengths = [600_000, 600_000, 1, 600_000, 1, 2_000_000];
      for (const length of lengths) await log.append('a', { type: 'tick', payload: 'x'.repeat(length) });
      for (let at = 0; at < lengths.length; ) {
        const { events } = await log.read('a', at, 10);
        expect(events.length).toBeGreaterThan(0);
        expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => at + 1 + index));
        expect(events.map(({ payload }) => String(payload).length)).toEqual(lengths.slice(at, at + events.length));
        at += events.length;
      }
    });

    it('[P2] raises its floor when time takes events, and keeps the numbering', async () => {
      const { log, advance } = await world({ ttlMs: 1_000 });
      const first = await log.append('a', draft(1));
      await advance(600);
      await log.append('a', draft(2));
      await advance(600);
      expect(await log.read('a', 0, 10)).toMatchObject({ floor: 1, head: 2, events: [] });
      await advance(600);
      expect(await log.bounds('a')).toMatchObject({ epoch: first.epoch, floor: 2, head: 2 });
      expect(await log.append('a', draft(3))).toEqual({ epoch: first.epoch, id: 3 });
    });

    it('[P8] keeps no more events than it may', async () => {
      const { log } = await world({ maxEvents: 3 });
      for (const n of [1, 2, 3, 4, 5]) await log.append('a', draft(n));
      expect(await log.bounds('a')).toMatchObject({ floor: 2, head: 5 });
      expect((await log.read('a', 2, 10)).events.map((event) => event.id)).toEqual([3, 4, 5]);
    });

    it('[P2] begins a new epoch when it lost its data', async () => {
      const { log, lose } = await world();
      const before = await log.append('a', draft(1));
      await lose();
      const after = await log.bounds('a');
      expect(after).toMatchObject({ floor: 0, head: 0 });
      expect(after.epoch).not.toBe(before.epoch);
    });

    it('hints at what is appended to the followed stream until it is left, and at a lost epoch', async () => {
      const { log, lose } = await world();
      const hints: Hint[] = [];
      const others: Hint[] = [];
      const leave = await log.follow('a', (hint) => hints.push(hint));
      await log.follow('b', (hint) => others.push(hint));
      const first = await log.append('a', draft(1));
      await log.append('b', draft(1));
      await vi.waitFor(() => expect(others.at(-1)?.event?.id).toBe(1));
      expect(hints.filter((hint) => hint.event)).toMatchObject([{ stream: 'a', epoch: first.epoch, event: { id: 1 } }]);
      await lose();
      const { epoch } = await log.bounds('a');
      await vi.waitFor(() => expect(hints.at(-1)?.epoch).toBe(epoch));
      const heard = hints.length;
      leave();
      await log.append('a', draft(2));
      const again = await log.append('b', draft(2));
      await vi.waitFor(() => expect(others.at(-1)).toMatchObject({ epoch: again.epoch, event: { id: again.id } }));
      expect(hints).toHaveLength(heard);
    });

    it('gives back what it was given: binary, odd characters, nothing at all', async () => {
      const { log } = await world();
      const payloads = [
        undefined,
        null,
        'a\n\ud800\u{1f600}',
        { bytes: Buffer.from([0, 255, 10]), list: [new Uint8Array([1, 2]).buffer, { deep: Buffer.alloc(0) }] },
        { binary: [[[], 'b', 'AA==']], 'a.b': { '': 1 } },
      ];
      const hints: Hint[] = [];
      await log.follow('odd {name} % \ud800', (hint) => hints.push(hint));
      const scope = { shopId: 's', module: 'm' };
      for (const payload of payloads) await log.append('odd {name} % \ud800', { type: 'tick', payload, scope });
      const { events } = await log.read('odd {name} % \ud800', 0, 10);
      expect(events.map((event) => event.payload)).toEqual(payloads);
      expect(events.map((event) => event.scope)).toEqual(payloads.map(() => scope));
      await vi.waitFor(() => expect(hints.flatMap((hint) => hint.event ?? [])).toEqual(events));
      expect(await log.bounds('odd {name} % \ud801')).toMatchObject({ head: 0 });
    });

    it('[P2] never skips or repeats, however appends, time and reads interleave', async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 700 }) }),
        fc.record({ do: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { log, advance } = await world({ maxEvents: 6 });
          let at = 0;
          let written = 0;
          for (const next of steps) {
            if (next.do === 'advance') await advance(next.ms);
            if (next.do === 'append') {
              for (let n = 1; n <= next.count; n += 1) await log.append('a', draft(written + n));
              written += next.count;
            }
            if (next.do !== 'read') continue;
            const page = await log.read('a', at, next.limit);
            expect(page.head).toBe(written);
            expect(page.head - page.floor).toBeLessThanOrEqual(6);
            if (at < page.floor) {
              expect(page.events).toEqual([]);
              at = page.floor;
              continue;
            }
            const wanted = Math.min(next.limit, page.head - at);
            expect(page.events.map((event) => event.id)).toEqual(Array.from({ length: wanted }, (_, i) => at + 1 + i));
            expect(page.events.map((event) => event.payload)).toEqual(page.events.map((event) => ({ n: event.id })));
            at += wanted;
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}
