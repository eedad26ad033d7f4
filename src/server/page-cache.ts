/**
 * Pages of streams that many connections are in, kept for a moment: those that come back together ask for the same
 * events, from the same place or from places near it. Events of an epoch never change, so what is kept stays right;
 * only where the stream ends may have moved on.
 */
import type { Cursor } from '../protocol/cursor.ts';
import type { WireEvent } from '../protocol/messages.ts';
import type { Page } from './log.ts';
import type { Cancel, Clock } from './ports.ts';

interface PageCache {
  /** The page after a cursor, with `floor` and `head` as far as they are known here. `null`: has to be read. */
  find(stream: string, at: Cursor, limit: number): Page | null;
  /** What the log had after a place. */
  keep(stream: string, after: number, page: Page): void;
  close(): void;
}

interface PageCacheOptions {
  readonly clock: Clock;
  /** How long an event is kept after it was read. */
  readonly keepMs: number;
  readonly maxPageBytes: number;
  /** Of all streams together, about. @defaultValue 33_554_432 */
  readonly maxBytes?: number;
}

/** Events that follow one another, after `after`. */
interface Run {
  readonly epoch: string;
  readonly after: number;
  readonly head: number;
  readonly events: readonly WireEvent[];
  readonly sizes: readonly number[];
  readonly bytes: number;
  readonly until: number;
}

const endOf = (run: Run): number => run.after + run.events.length;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Of what was checked by `toPayload`, or decoded: a tree. About as many bytes as on the wire. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return sum(value.map(sizeOf)) + 2;
  return Object.entries(value).reduce((total, [key, field]) => total + key.length + 4 + sizeOf(field), 2);
}

export const sizesOf = (events: readonly WireEvent[]): readonly number[] => events.map(sizeOf);

/** How many of these go into one page: one at least, however large. */
export function fitting(sizes: readonly number[], maxBytes: number): number {
  let left = maxBytes;
  const tooMany = sizes.findIndex((size, index) => {
    left -= size;
    return index > 0 && left < 0;
  });
  return tooMany < 0 ? sizes.length : tooMany;
}

export function createPageCache(options: PageCacheOptions): PageCache {
  const { clock, keepMs, maxPageBytes, maxBytes = 33_554_432 } = options;
  // In the order in which they were last read.
  const runByStream = new Map<string, Run>();
  let bytes = 0;
  let cancelSweep: Cancel | null = null;

  function drop(stream: string): void {
    bytes -= runByStream.get(stream)?.bytes ?? 0;
    runByStream.delete(stream);
  }

  function sweep(): void {
    cancelSweep = null;
    for (const [stream, { until }] of runByStream) if (until <= clock.now()) drop(stream);
    if (runByStream.size > 0) cancelSweep = clock.after(keepMs, sweep);
  }

  function known(stream: string, epoch: string): Run | null {
    const run = runByStream.get(stream);
    return run?.epoch === epoch && run.until > clock.now() ? run : null;
  }

  /** `null`: they don't touch. */
  function join(old: Run, read: Run): Run | null {
    const [first, second] = old.after <= read.after ? [old, read] : [read, old];
    const overlap = endOf(first) - second.after;
    if (overlap < 0) return null;
    const events = [...first.events, ...second.events.slice(overlap)];
    const sizes = [...first.sizes, ...second.sizes.slice(overlap)];
    const head = Math.max(old.head, read.head);
    return { ...first, head, events, sizes, bytes: sum(sizes), until: Math.min(old.until, read.until) };
  }

  return {
    find(stream, at, limit) {
      const run = known(stream, at.epoch);
      if (!run || at.id < run.after) return null;
      // What came after the end of what is kept can only be read.
      if (limit === 0 ? at.id > endOf(run) : at.id >= endOf(run)) return null;
      const { epoch, after: floor, head, sizes } = run;
      const from = at.id - floor;
      const count = fitting(sizes.slice(from, from + limit), maxPageBytes);
      return { epoch, floor, head, events: run.events.slice(from, from + count) };
    },
    keep(stream, after, { epoch, floor, head, events }) {
      if (after < floor || after > head) return;
      const sizes = sizesOf(events);
      const read: Run = { epoch, after, head, events, sizes, bytes: sum(sizes), until: clock.now() + keepMs };
      const old = known(stream, epoch);
      const run = (old && join(old, read)) ?? (old && events.length === 0 ? old : read);
      drop(stream);
      runByStream.set(stream, run);
      bytes += run.bytes;
      for (const [oldest] of runByStream) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
      cancelSweep ??= clock.after(keepMs, sweep);
    },
    close() {
      cancelSweep?.();
      runByStream.clear();
    },
  };
}
