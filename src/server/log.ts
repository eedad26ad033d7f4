/** The port of an event log: numbered streams, kept for a while. Memory and Redis pass one contract suite. */
import type { RefreshReason } from '../protocol/codes.ts';
import type { Cursor } from '../protocol/cursor.ts';
import type { Scope, WireEvent } from '../protocol/messages.ts';
import type { Cancel } from './ports.ts';

/** An event before the log gave it a number and a time. */
export interface Draft {
  readonly type: string;
  readonly payload: unknown;
  readonly scope?: Scope;
}

/** What a stream holds now. A stream that nobody wrote to has an epoch too, and head 0. */
export interface Bounds {
  readonly epoch: string;
  /** The lowest cursor that can go on from here: one below the first event kept. */
  readonly floor: number;
  /** The last id given. */
  readonly head: number;
}

/** One look at a stream: its bounds, and the events after a place, in order, without a hole. */
export interface Page extends Bounds {
  /** Fewer than asked for where they are large. Empty when the place lies below `floor` or not below `head`. */
  readonly events: readonly WireEvent[];
}

/**
 * Something was appended, perhaps on another node. A hint, not a delivery: it may be late, lost or repeated.
 * Without an event: the stream's epoch changed, or the log has more than was told.
 */
export interface Hint {
  readonly stream: string;
  readonly epoch: string;
  readonly event?: WireEvent;
}

/** What a log holds: in memory of all streams, in Redis of those that this node follows, as of some seconds ago. */
export interface LogSize {
  readonly streams: number;
  readonly events: number;
}

export interface EventLog {
  /** How long an event can be read. */
  readonly ttlMs: number;
  /** Events are numbered in the order of the calls. */
  append(stream: string, draft: Draft): Promise<Cursor>;
  bounds(stream: string): Promise<Bounds>;
  read(stream: string, after: number, limit: number): Promise<Page>;
  /**
   * Hints on a stream, from the moment that the promise is fulfilled.
   * Whoever follows reads the head afterwards, so that nothing falls in between.
   */
  follow(stream: string, onHint: (hint: Hint) => void): Promise<Cancel>;
  /** For metrics: answered at once, so perhaps out of what was found before. */
  size?(): LogSize;
  close(): void;
}

/** About how much one page holds, in bytes, beside its count: one event at least, however large. */
export const maxPageBytes = 1_048_576;

/** Why the log can't give all that follows a cursor; `null`: it can. */
export function refusalToResume(cursor: Cursor, bounds: Bounds, maxReplay: number): RefreshReason | null {
  if (cursor.epoch !== bounds.epoch) return 'epoch_changed';
  if (cursor.id > bounds.head) return 'cursor_ahead';
  if (cursor.id < bounds.floor) return 'expired';
  return bounds.head - cursor.id > maxReplay ? 'too_far' : null;
}
