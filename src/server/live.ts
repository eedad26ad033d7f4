/**
 * Live fan-out: one place per followed log on this node, however many peers are in it and through which filters.
 * What one turn of the event loop appended goes out in frames that are encoded once per view.
 * Knows rooms, not sessions: whoever stands at the place joins the room.
 */
import type { RefreshReason } from '../protocol/codes.ts';
import type { Cursor, Span } from '../protocol/cursor.ts';
import type { WireEvent } from '../protocol/messages.ts';
import type { Counters } from './diagnostics.ts';
import type { Latency } from './latency.ts';
import { type EventLog, type Hint, type Page, refusalToResume } from './log.ts';
import { createOutlets, type Outlets } from './outlets.ts';
import type { Cancel, Clock, Hub, Logger } from './ports.ts';
import { toView } from './view.ts';

interface LiveOptions {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly latency: Latency;
  readonly maxReplay: number;
  readonly pageSize: number;
  readonly frameEvents: number;
}

export interface Live {
  /** Follows the stream until the call is undone. Fulfilled when its place is known. */
  enter(stream: string): Promise<Cancel>;
  /** Up to where the stream's events were sent; sends what is pending first. `null`: not followed. */
  place(stream: string): Cursor | null;
  /** The same, with the end of the last frame: between the two nothing was meant for the peers of the stream. */
  span(stream: string): Span | null;
  /** Reads the log, so that the place is the head that the log had at the call or a later one. */
  pull(stream: string): Promise<void>;
  close(): void;
}

interface Place {
  readonly stream: string;
  readonly outlets: Outlets;
  /** `null` until the first look at the log. */
  sent: Cursor | null;
  /** Joins on to `sent`, not sent yet. */
  pending: WireEvent[];
  /** A hint that could not be used came while the log was being read. */
  behind: boolean;
  pulling: Promise<void> | null;
  unfollow: Cancel;
}

const retryMs = 1_000;

export function createLive(options: LiveOptions): Live {
  const { hub, clock, log, counters, logger, latency, maxReplay, pageSize, frameEvents } = options;
  const places = new Map<string, Place>();

  const isCurrent = (place: Place): boolean => places.get(place.stream) === place;

  function tipOf(place: Place): number {
    return place.pending.at(-1)?.id ?? place.sent?.id ?? 0;
  }

  function flush(place: Place): void {
    const { stream, pending } = place;
    place.pending = [];
    for (let start = 0; start < pending.length && place.sent; start += frameEvents) {
      const events = pending.slice(start, start + frameEvents);
      const { epoch, id: prev } = place.sent;
      const id = events.at(-1)?.id ?? prev;
      place.sent = { epoch, id };
      const sent = place.outlets.send({ stream, epoch, prev, id, events });
      counters.count('live_frames');
      counters.count('live_events', events.length);
      counters.count('events_sent', sent);
    }
  }

  function queue(place: Place, event: WireEvent): void {
    if (place.pending.push(event) === 1) clock.soon(() => flush(place));
  }

  function refresh(place: Place, reason: RefreshReason, page: Page): void {
    flush(place);
    place.sent = { epoch: page.epoch, id: page.head };
    place.outlets.refresh({ stream: place.stream, ...place.sent, reason });
    counters.count(`refresh:${reason}`);
  }

  /** What the log held after `asked`. True when there is more to read. */
  function take(place: Place, asked: Cursor, page: Page): boolean {
    // `asked`, not the tip: hints may have moved the tip beyond this page while it was read.
    const reason = refusalToResume(asked, page, maxReplay);
    if (reason) {
      refresh(place, reason, page);
      return false;
    }
    const tip = tipOf(place);
    for (const event of page.events) if (event.id > tip) queue(place, event);
    return page.events.length > 0 && tipOf(place) < page.head;
  }

  /** One look at the log. True when there is more to read. */
  async function look(place: Place): Promise<boolean> {
    const { stream, sent } = place;
    if (!sent) {
      const { epoch, head } = await log.bounds(stream);
      place.sent = { epoch, id: head };
      return false;
    }
    const asked = { epoch: sent.epoch, id: tipOf(place) };
    const page = await log.read(stream, asked.id, pageSize);
    return isCurrent(place) && take(place, asked, page);
  }

  async function pullAll(place: Place): Promise<void> {
    let more = true;
    while (isCurrent(place) && (more || place.behind)) {
      place.behind = false;
      try {
        more = await look(place);
      } catch (error) {
        logger.error(`Reading the log of ${place.stream} failed; tried again in ${retryMs} ms`, error);
        counters.count('log_errors');
        more = true;
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }

  function pull(place: Place): Promise<void> {
    place.behind = true;
    place.pulling ??= pullAll(place).finally(() => {
      place.pulling = null;
    });
    return place.pulling;
  }

  function onHint(place: Place, { epoch, event }: Hint): void {
    if (!isCurrent(place)) return;
    const known = place.sent?.epoch === epoch;
    if (known && event && event.id <= tipOf(place)) return;
    if (known && event && event.id === tipOf(place) + 1) queue(place, event);
    else void pull(place);
  }

  function leave(place: Place): void {
    if (!place.outlets.isEmpty() || !isCurrent(place)) return;
    flush(place);
    places.delete(place.stream);
    place.unfollow();
  }

  function create(stream: string): Place {
    const place: Place = {
      stream,
      outlets: createOutlets(hub, latency),
      sent: null,
      pending: [],
      behind: false,
      pulling: null,
      unfollow: () => {},
    };
    places.set(stream, place);
    place.pulling = followAndPull(place)
      .catch((error: unknown) => {
        // Whoever enters next tries again.
        if (isCurrent(place)) places.delete(stream);
        throw error;
      })
      .finally(() => {
        place.pulling = null;
      });
    return place;
  }

  async function followAndPull(place: Place): Promise<void> {
    const unfollow = await log.follow(place.stream, (hint) => onHint(place, hint));
    if (!isCurrent(place)) return unfollow();
    place.unfollow = unfollow;
    await pullAll(place);
  }

  function flushed(log: string): Place | null {
    const place = places.get(log);
    if (place) flush(place);
    return place ?? null;
  }

  return {
    async enter(stream) {
      const view = toView(stream);
      const place = places.get(view.log) ?? create(view.log);
      const exit = place.outlets.open(view, place.sent?.id);
      let left = false;
      while (!place.sent && isCurrent(place)) await place.pulling;
      if (!place.sent) throw new Error('Closed while the stream was opened');
      return () => {
        if (left) return;
        left = true;
        exit();
        leave(place);
      };
    },
    place: (stream) => flushed(toView(stream).log)?.sent ?? null,
    span(stream) {
      const { log } = toView(stream);
      const place = flushed(log);
      return place?.sent ? { ...place.sent, prev: place.outlets.end(stream) ?? place.sent.id } : null;
    },
    async pull(stream) {
      const place = places.get(toView(stream).log);
      if (place) await pull(place);
    },
    close() {
      for (const place of places.values()) {
        flush(place);
        place.unfollow();
      }
      places.clear();
    },
  };
}
