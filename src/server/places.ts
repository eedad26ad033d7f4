/** Where the streams of a connection start: at the client's cursor if the log can go on from it, else at the head. */
import type { RefreshReason } from '../protocol/codes.ts';
import type { Cursor, Cursors } from '../protocol/cursor.ts';
import type { Handshake } from '../protocol/messages.ts';
import { toPosition } from '../protocol/position.ts';
import { type EventLog, type Page, refusalToResume } from './log.ts';
import type { SharedLog } from './shared-reads.ts';
import { toView } from './view.ts';

/** `refresh`: why the client's own cursor was not taken. */
export interface Start {
  readonly at: Cursor;
  readonly refresh?: RefreshReason;
}

/** A cursor as a client gave it; an epoch that it did not name is the present one. */
type AskedCursor = { readonly id: number; readonly epoch?: string } | null;

export async function toStart(log: SharedLog, stream: string, asked: AskedCursor, maxReplay: number): Promise<Start> {
  const name = toView(stream).log;
  // By its cursor, so that a look may be shared: one that began earlier is no older than the cursor it began with.
  const bounds = asked ? await lookAt(log, name, asked) : await log.bounds(name);
  const head = { epoch: bounds.epoch, id: bounds.head };
  if (!asked) return { at: head };
  const cursor = { epoch: asked.epoch ?? bounds.epoch, id: asked.id };
  const reason = refusalToResume(cursor, bounds, maxReplay);
  return reason ? { at: head, refresh: reason } : { at: cursor };
}

function lookAt(log: SharedLog, stream: string, { id, epoch }: NonNullable<AskedCursor>): Promise<Page> {
  return epoch === undefined ? log.read(stream, id, 0) : log.resume(stream, { epoch, id }, 0);
}

/** What a handshake asks for on one stream; `lastEventId` speaks of the default stream, without cursors only. */
export function askedIn(handshake: Handshake | null, stream: string, defaultStream: string): AskedCursor {
  if (handshake?.cursors) return handshake.cursors[stream] ?? null;
  if (stream !== defaultStream || handshake?.lastEventId === undefined) return null;
  return { id: handshake.lastEventId };
}

export function toCursors(starts: ReadonlyMap<string, Start>): Cursors {
  const cursors: Record<string, Cursor> = Object.create(null);
  for (const [stream, { at }] of starts) cursors[stream] = at;
  return cursors;
}

/**
 * Tells the place of all of a connection's streams. Most commands come between two events:
 * what was told last is told again then, because putting it into words is dear.
 */
export function createPositionTeller(
  streams: () => readonly string[],
  place: (stream: string) => Cursor | null,
): () => string {
  let last: ReadonlyMap<string, Cursor> = new Map();
  let told = toPosition({});
  return () => {
    const now = new Map<string, Cursor>();
    let isNews = false;
    for (const stream of streams()) {
      const cursor = place(stream);
      if (!cursor) continue;
      now.set(stream, cursor);
      if (last.get(stream) !== cursor) isNews = true;
    }
    if (isNews || now.size !== last.size) told = toPosition(Object.fromEntries(now));
    last = now;
    return told;
  };
}

/** Places of several streams now. */
export async function headsOf(log: EventLog, streams: readonly string[]): Promise<Cursors> {
  const bounds = await Promise.all(streams.map((stream) => log.bounds(stream)));
  const cursors: Record<string, Cursor> = Object.create(null);
  for (const [index, stream] of streams.entries()) {
    const found = bounds[index];
    if (found) cursors[stream] = { epoch: found.epoch, id: found.head };
  }
  return cursors;
}
