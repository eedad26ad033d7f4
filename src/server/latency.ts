/**
 * How long an event takes from its append to a client's receipt, by samples: a live frame is now and then followed
 * by an empty one, to one of its receivers, that asks for an acknowledgement. Costs nothing while nobody listens.
 */
import type { Cursor } from '../protocol/cursor.ts';
import type { Frame } from '../protocol/messages.ts';
import type { Cancel, Clock, Hub } from './ports.ts';

export interface Latency {
  /** A frame that ends at `at` went out to the room; `timestamp` is the time of its last event's append. */
  onSent(room: string, stream: string, at: Cursor, timestamp: number): void;
  /** Hears milliseconds, for at most one sample per `everyMs`. Returns its undo. */
  listen(listener: (ms: number) => void, everyMs: number): Cancel;
}

interface Listening {
  readonly listener: (ms: number) => void;
  readonly everyMs: number;
  dueAt: number;
}

/** Who has not acknowledged by then never will: clients need not. */
const patienceMs = 10_000;

export function createLatency({ hub, clock }: { readonly hub: Hub; readonly clock: Clock }): Latency {
  const all = new Set<Listening>();

  return {
    onSent(room, stream, { epoch, id }, timestamp) {
      if (all.size === 0) return;
      const sentAt = clock.now();
      const due = [...all].filter(({ dueAt }) => dueAt <= sentAt);
      if (due.length === 0) return;
      // The wall clock, which may jump, only for the way to here: the append may have been another machine's.
      const waitedMs = Math.max(0, clock.wall() - timestamp);
      const position: Frame = { stream, epoch, prev: id, id, events: [] };
      hub.probe(room, 'events', position, patienceMs, () => {
        for (const { listener } of due) listener(waitedMs + clock.now() - sentAt);
      });
      for (const each of due) each.dueAt = sentAt + each.everyMs;
    },
    listen(listener, everyMs) {
      const listening = { listener, everyMs, dueAt: clock.now() };
      all.add(listening);
      return () => all.delete(listening);
    },
  };
}
