/** The default log: rings in this process's memory, bounded in events, in streams and in time. */
import type { WireEvent } from '../protocol/messages.ts';
import type { EventLog, Hint, LogSize } from './log.ts';
import type { Clock } from './ports.ts';

export interface MemoryLogOptions {
  /** How long an event can be read. @defaultValue 600_000 */
  readonly ttlMs?: number;
  /** Events kept per stream. @defaultValue 10_000 */
  readonly maxEvents?: number;
  /** Streams kept; the one unused for longest makes room and loses its epoch. @defaultValue 10_000 */
  readonly maxStreams?: number;
}

export interface MemoryLog extends EventLog {
  size(): LogSize;
  /** Forgets everything, as a restart of the process does: each stream begins a new epoch. */
  reset(): void;
}

interface Entry {
  readonly event: WireEvent;
  readonly at: number;
}

interface Ring {
  readonly epoch: string;
  head: number;
  /** Entries before `start` are dropped; the array is cut when half of it is. */
  start: number;
  entries: Entry[];
}

type Follower = (hint: Hint) => void;

export function createMemoryLog(clock: Clock, options: MemoryLogOptions = {}): MemoryLog {
  const { ttlMs = 600_000, maxEvents = 10_000, maxStreams = 10_000 } = options;
  // In order of use, so that the first is the one unused for longest.
  const ringByStream = new Map<string, Ring>();
  const followersByStream = new Map<string, Set<Follower>>();
  let sweeping = ringByStream.values();

  function trim(ring: Ring): void {
    const oldest = clock.now() - ttlMs;
    let { start } = ring;
    const overflow = ring.entries.length - maxEvents;
    if (start < overflow) start = overflow;
    for (let entry = ring.entries[start]; entry && entry.at <= oldest; entry = ring.entries[start]) start += 1;
    ring.start = start;
    if (start * 2 < ring.entries.length) return;
    ring.entries = ring.entries.slice(start);
    ring.start = 0;
  }

  /** One other stream per append, so that what nobody reads any more is freed too. */
  function sweep(): void {
    let next = sweeping.next();
    if (next.done) {
      sweeping = ringByStream.values();
      next = sweeping.next();
    }
    if (!next.done) trim(next.value);
  }

  function use(stream: string): Ring {
    const known = ringByStream.get(stream);
    if (known) ringByStream.delete(stream);
    const ring = known ?? { epoch: clock.uniqueId(), head: 0, start: 0, entries: [] };
    ringByStream.set(stream, ring);
    for (const [oldest] of ringByStream) {
      if (ringByStream.size <= maxStreams) break;
      ringByStream.delete(oldest);
    }
    trim(ring);
    return ring;
  }

  function floorOf(ring: Ring): number {
    return ring.head - (ring.entries.length - ring.start);
  }

  function tell(hint: Hint): void {
    for (const follower of followersByStream.get(hint.stream) ?? []) follower(hint);
  }

  return {
    ttlMs,
    async append(stream, draft) {
      const ring = use(stream);
      const event = { id: ring.head + 1, timestamp: clock.wall(), ...draft };
      ring.head = event.id;
      ring.entries.push({ event, at: clock.now() });
      trim(ring);
      sweep();
      tell({ stream, epoch: ring.epoch, event });
      return { epoch: ring.epoch, id: event.id };
    },
    async bounds(stream) {
      const ring = use(stream);
      return { epoch: ring.epoch, floor: floorOf(ring), head: ring.head };
    },
    async read(stream, after, limit) {
      const ring = use(stream);
      const floor = floorOf(ring);
      const from = ring.start + after - floor;
      const entries = after < floor ? [] : ring.entries.slice(from, from + limit);
      return { epoch: ring.epoch, floor, head: ring.head, events: entries.map((entry) => entry.event) };
    },
    async follow(stream, onHint) {
      const followers = followersByStream.get(stream) ?? new Set();
      // A wrapper of its own, so that one function may follow twice.
      const follower: Follower = (hint) => onHint(hint);
      followersByStream.set(stream, followers.add(follower));
      return () => {
        followers.delete(follower);
        if (followers.size === 0 && followersByStream.get(stream) === followers) followersByStream.delete(stream);
      };
    },
    size() {
      let events = 0;
      for (const ring of ringByStream.values()) events += ring.entries.length - ring.start;
      return { streams: ringByStream.size, events };
    },
    reset() {
      ringByStream.clear();
      sweeping = ringByStream.values();
      for (const stream of followersByStream.keys()) tell({ stream, epoch: use(stream).epoch });
    },
    close() {
      ringByStream.clear();
      followersByStream.clear();
    },
  };
}
