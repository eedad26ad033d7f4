import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventLog, Page } from './log.ts';
import { maxPageBytes } from './log.ts';
import { createMemoryLog } from './log-memory.ts';
import { createPageCache } from './page-cache.ts';
import { shareReads } from './shared-reads.ts';
import { range } from './socket.fixture.ts';
import { createManualClock } from './world.fixture.ts';

const draft = (payload: unknown) => ({ type: 'tick', payload });
const ids = ({ events }: Pick<Page, 'events'>): number[] => events.map((event) => event.id);

function open({ ttlMs = 600_000, maxEvents = 10_000 } = {}) {
  const clock = createManualClock();
  const memory = createMemoryLog(clock, { ttlMs, maxEvents });
  const reads: string[] = [];
  const log: EventLog = {
    ...memory,
    read(stream, after, limit) {
      reads.push(`${stream} ${after} ${limit}`);
      return memory.read(stream, after, limit);
    },
  };
  const shared = shareReads(log, clock);
  async function write(stream: string, count: number, payload: unknown = null): Promise<string> {
    for (let n = 0; n < count; n += 1) await memory.append(stream, draft(payload));
    return (await memory.bounds(stream)).epoch;
  }
  return { clock, memory, shared, reads, write };
}

describe('pages that are served from memory', () => {
  it('are read once for all places in them, and by those who only look', async () => {
    const { shared, reads, write } = open();
    const epoch = await write('all', 30);
    expect(ids(await shared.resume('all', { epoch, id: 5 }, 20))).toEqual(range(6, 25));
    expect(ids(await shared.resume('all', { epoch, id: 12 }, 5))).toEqual(range(13, 17));
    expect(await shared.resume('all', { epoch, id: 25 }, 0)).toMatchObject({ epoch, head: 30, events: [] });
    // From before, and from its end on: what follows joins on to what is kept.
    expect(ids(await shared.resume('all', { epoch, id: 2 }, 4))).toEqual(range(3, 6));
    expect(ids(await shared.resume('all', { epoch, id: 25 }, 20))).toEqual(range(26, 30));
    expect(ids(await shared.resume('all', { epoch, id: 2 }, 100))).toEqual(range(3, 30));
    expect(reads).toEqual(['all 5 20', 'all 2 4', 'all 25 20']);
  });

  it('end with the moment, with the epoch, and where the log has more', async () => {
    const { clock, shared, memory, reads, write } = open();
    const epoch = await write('all', 10);
    await shared.resume('all', { epoch, id: 0 }, 100);
    await write('all', 1);
    expect(ids(await shared.resume('all', { epoch, id: 10 }, 100))).toEqual([11]);
    await clock.advance(4_000);
    await shared.resume('all', { epoch, id: 3 }, 100);
    expect(reads).toHaveLength(2);
    // What was read first counts: nothing is kept for ever by being asked for.
    await clock.advance(1_000);
    await shared.resume('all', { epoch, id: 3 }, 100);
    expect(reads).toHaveLength(3);
    expect(clock.timers()).toBe(1);
    memory.reset();
    const next = await write('all', 2);
    expect(await shared.resume('all', { epoch: next, id: 0 }, 100)).toMatchObject({ epoch: next, head: 2 });
    expect(await shared.resume('all', { epoch: 'none of ours', id: 0 }, 100)).toMatchObject({ epoch: next });
    await clock.advance(20_000);
    expect(clock.timers()).toBe(0);
  });

  it('are not kept of the streams of single users', async () => {
    const { shared, reads, write } = open();
    const epoch = await write('user:u', 3);
    for (const _ of range(1, 3)) await shared.resume('user:u', { epoch, id: 0 }, 10);
    expect(reads).toHaveLength(3);
  });

  it('[P8] take no more memory than they may: what was read last stays', async () => {
    const clock = createManualClock();
    const cache = createPageCache({ clock, keepMs: 1_000, maxPageBytes, maxBytes: 4_000 });
    const { memory, write } = open();
    for (const stream of ['a', 'b', 'c']) {
      await write(stream, 10, 'x'.repeat(100));
      cache.keep(stream, 0, await memory.read(stream, 0, 10));
    }
    const isKept = async (stream: string): Promise<boolean> => {
      const { epoch } = await memory.bounds(stream);
      return cache.find(stream, { epoch, id: 0 }, 10) !== null;
    };
    expect(await Promise.all(['a', 'b', 'c'].map(isKept))).toEqual([false, true, true]);
    cache.close();
    expect(clock.timers()).toBe(0);
  });

  it('[P8] hold about a megabyte, or one event', async () => {
    const { shared, write } = open();
    const epoch = await write('all', 10, 'x'.repeat(300_000));
    await write('all', 1, Buffer.alloc(2_000_000));
    await write('all', 1, { list: [new ArrayBuffer(2_000_000), 'small'] });
    const sizes = async (read: (id: number) => Promise<Page>) => {
      let id = 0;
      const pages: number[] = [];
      while (id < 12) {
        const page = await read(id);
        expect(ids(page)[0]).toBe(id + 1);
        pages.push(page.events.length);
        id += page.events.length;
      }
      return pages;
    };
    expect(await sizes((id) => shared.read('all', id, 200))).toEqual([3, 3, 3, 1, 1, 1]);
    for (const _ of range(1, 2)) {
      expect(await sizes((id) => shared.resume('all', { epoch, id }, 200))).toEqual([3, 3, 3, 1, 1, 1]);
    }
  });

  it('[P2] never skip, repeat or mix epochs, however appends, losses, time and readers interleave', async () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 6 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 900 }) }),
      },
      { weight: 1, arbitrary: fc.constant({ do: 'lose' as const }) },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('resume' as const),
          back: fc.integer({ min: -2, max: 12 }),
          limit: fc.integer({ min: 0, max: 5 }),
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, memory, shared } = open({ ttlMs: 2_000, maxEvents: 10 });
        let written = 0;
        for (const next of steps) {
          if (next.do === 'advance') await clock.advance(next.ms);
          if (next.do === 'lose') memory.reset();
          if (next.do === 'append') {
            for (let n = 0; n < next.count; n += 1) {
              written += 1;
              await memory.append('all', draft(written));
            }
          }
          if (next.do !== 'resume') continue;
          const now = await memory.bounds('all');
          const at = { epoch: now.epoch, id: Math.max(0, now.head - next.back) };
          const page = await shared.resume('all', at, next.limit);
          expect(page.epoch).toBe(now.epoch);
          expect(page.head).toBeLessThanOrEqual(now.head);
          expect(ids(page)).toEqual(ids(page).map((_, index) => at.id + 1 + index));
          for (const { id, payload } of page.events) expect(payload).toBe(written - now.head + id);
          // Whoever can go on is given something.
          if (next.limit > 0 && at.id >= now.floor && at.id < now.head) expect(page.events).not.toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
