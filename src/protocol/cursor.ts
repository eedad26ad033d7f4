/**
 * The cursor rule: what a frame means to somebody who stands at a cursor.
 * Everything that moves a cursor, on either end, asks this file.
 */
import { limits } from './limits.ts';

/** Ids count from 1; a cursor at 0 stands before the first event of its epoch. */
export interface Cursor {
  /** Name of one life of a stream's numbering. Ids compare only within one epoch. */
  readonly epoch: string;
  /** Everything up to here was handled, or was not meant for whoever holds the cursor. */
  readonly id: number;
}

/** Cursors by stream name. */
export type Cursors = Readonly<Record<string, Cursor>>;

/** The part of a frame that the rule looks at: `(prev, id]` of one epoch. */
export interface Span {
  readonly epoch: string;
  readonly prev: number;
  readonly id: number;
}

/**
 * - `joins`: deliver what lies above the cursor, then raise the cursor to `id`
 * - `stale`: everything in it was handled before
 * - `gap`: something between the cursor and `prev` is missing; hold and ask
 * - `other_epoch`: neither deliver nor drop; a refresh is owed; hold and ask
 */
export type Verdict = 'joins' | 'stale' | 'gap' | 'other_epoch';

export function judge(cursor: Cursor, span: Span): Verdict {
  if (span.epoch !== cursor.epoch) return 'other_epoch';
  if (span.prev > cursor.id) return 'gap';
  return span.id > cursor.id ? 'joins' : 'stale';
}

/** An empty span that opens a stream, or tells a position: it carries no event. */
export function opens(span: Span): boolean {
  return span.prev === span.id;
}

/** The frame of such a span. */
export function openingFrame(stream: string, { epoch, id }: Cursor): Span & { stream: string; events: [] } {
  return { stream, epoch, prev: id, id, events: [] };
}

/**
 * Is a refresh to `target` news for someone at `cursor`? One that a late or repeated message brings
 * again is not: same epoch, and not above the cursor (`cursor_ahead`: not below it).
 */
export function isNews(cursor: Cursor | undefined, target: Cursor, reason: string): boolean {
  if (!cursor || cursor.epoch !== target.epoch) return true;
  return reason === 'cursor_ahead' ? target.id < cursor.id : target.id > cursor.id;
}

/** The places of some streams. */
export function only(isMeant: (stream: string) => boolean, cursors: Cursors): Cursors {
  const some = Object.entries(cursors).filter(([stream]) => isMeant(stream));
  return Object.assign(Object.create(null), Object.fromEntries(some));
}

/**
 * Per stream the later of two places; where the epochs differ, that of `b`.
 * Beyond as many streams as one may be in, those that only `b` names are left out.
 */
export function furthest(a: Cursors, b: Cursors): Cursors {
  const places: Record<string, Cursor> = Object.assign(Object.create(null), a);
  let room = limits.streams - Object.keys(a).length;
  for (const [stream, cursor] of Object.entries(b)) {
    const place = places[stream];
    if (!place) room -= 1;
    if (!place && room < 0) continue;
    if (place?.epoch !== cursor.epoch || place.id < cursor.id) places[stream] = cursor;
  }
  return places;
}
