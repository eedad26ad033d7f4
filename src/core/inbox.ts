/**
 * What one tab holds of each stream: a cursor, or a cursor and a hole.
 * `reduceStream` is the whole rule for one stream; `createInbox` keeps one state per stream.
 * It serves twice: as the tab's own inbox, and as the leader's gate (what may be posted).
 */
import { type Cursor, type Cursors, isNews, judge, openingFrame, opens } from '../protocol/cursor.ts';
import { limits } from '../protocol/limits.ts';
import type { Frame, Refresh, WireEvent } from '../protocol/messages.ts';

/** A hole is given up after this many answers that did not close it. */
const maxTries = 3;
/** ... or after this long, counted only while the link is authenticated. */
const maxWaitMs = 10_000;
/** Events held per stream while a hole is open. Beyond, what arrives is dropped and asked for again. */
const maxHeld = 2_000;

/** `null` cursor: the stream is known of, but the message that opened it was missed. */
export type StreamState =
  | { readonly at: 'live'; readonly cursor: Cursor }
  | {
      readonly at: 'holding';
      readonly cursor: Cursor | null;
      readonly held: readonly Frame[];
      readonly tries: number;
      readonly waitedMs: number;
    };

export type InboxEvent =
  | { readonly type: 'frame'; readonly frame: Frame }
  /** A place that somebody who knows tells: start there if there is no cursor, else catch up with it. */
  | { readonly type: 'place'; readonly cursor: Cursor }
  /** The leader's position: a tab that is behind it, or never heard of the stream, has missed something. */
  | { readonly type: 'position'; readonly cursor: Cursor }
  | { readonly type: 'refresh'; readonly refresh: Refresh }
  /** The tab joins a channel: whoever leads is asked where it stands. */
  | { readonly type: 'wanted' }
  /** An answer to an ask has been given in full. */
  | { readonly type: 'answered'; readonly epoch?: string }
  /** So much time of an authenticated link has passed. */
  | { readonly type: 'waited'; readonly ms: number };

export type InboxEffect =
  /** `events` are those of the frame that were not handled before. */
  | { readonly type: 'deliver'; readonly frame: Frame; readonly events: readonly WireEvent[] }
  | { readonly type: 'refresh'; readonly refresh: Refresh }
  | { readonly type: 'duplicates'; readonly count: number }
  /** The stream has its first cursor; what follows is handled from there. */
  | { readonly type: 'started'; readonly cursor: Cursor }
  | { readonly type: 'gap' | 'ask' | 'healed' };

interface Step {
  readonly state: StreamState | undefined;
  readonly effects: readonly InboxEffect[];
}

/** What came, as the inbox takes it. */
export const toInboxEvent = (item: Frame | Refresh): InboxEvent =>
  'reason' in item ? { type: 'refresh', refresh: item } : { type: 'frame', frame: item };

const liveAt = ({ epoch, id }: Cursor): StreamState => ({ at: 'live', cursor: { epoch, id } });

export function reduceStream(stream: string, state: StreamState | undefined, event: InboxEvent): Step {
  switch (event.type) {
    case 'frame':
      return onFrame(state, event.frame);
    case 'place':
      if (state?.cursor) return onFrame(state, openingFrame(stream, event.cursor));
      return begin(event.cursor, state?.at === 'holding' ? state.held : []);
    case 'position':
      if (!state) return hold(null, []);
      // A leader's place in another epoch may be a dead one: ask, but hold nothing of it.
      if (state.cursor && state.cursor.epoch !== event.cursor.epoch) {
        return state.at === 'live' ? hold(state.cursor, []) : { state, effects: [] };
      }
      return onFrame(withoutDead(state), openingFrame(stream, event.cursor));
    case 'refresh':
      return onRefresh(state, event.refresh);
    case 'wanted':
      if (state) return { state, effects: [] };
      return { state: { at: 'holding', cursor: null, held: [], tries: 0, waitedMs: 0 }, effects: [{ type: 'ask' }] };
    case 'answered':
    case 'waited':
      return state?.at === 'holding' ? onUnfilled(stream, state, event) : { state, effects: [] };
    default:
      return event satisfies never;
  }
}

function onFrame(state: StreamState | undefined, frame: Frame): Step {
  if (!state) {
    return opens(frame) ? begin(frame, []) : hold(null, [frame]);
  }
  if (state.at === 'live') {
    const verdict = judge(state.cursor, frame);
    if (verdict === 'joins') return { state: liveAt(frame), effects: [delivery(state.cursor, frame)] };
    if (verdict === 'stale') return { state, effects: duplicates(frame) };
    return hold(state.cursor, [frame]);
  }
  if (!state.cursor) {
    if (opens(frame)) return begin(frame, state.held);
  } else {
    const verdict = judge(state.cursor, frame);
    if (verdict === 'joins') return settle(frame, state.held, [delivery(state.cursor, frame)]);
    // An answer that brings nothing, when nothing is held: there was no hole.
    if (verdict === 'stale') {
      return { state: state.held.length === 0 ? liveAt(state.cursor) : state, effects: duplicates(frame) };
    }
  }
  const count = state.held.reduce((sum, held) => sum + held.events.length, state.held.length);
  if (count + frame.events.length > maxHeld) return { state, effects: [] };
  return { state: { ...state, held: [...state.held, frame] }, effects: [] };
}

function onRefresh(state: StreamState | undefined, refresh: Refresh): Step {
  // What one may no longer see leaves no cursor behind.
  if (refresh.reason === 'permissions_changed') {
    return { state: undefined, effects: state ? [{ type: 'refresh', refresh }] : [] };
  }
  if (!isNews(state?.cursor ?? undefined, refresh, refresh.reason)) return { state, effects: [] };
  // Frames of an epoch that this refresh leaves would be held for ever.
  const held = state?.at === 'holding' ? state.held.filter((frame) => frame.epoch === refresh.epoch) : [];
  const effect: InboxEffect = { type: 'refresh', refresh };
  return state?.cursor ? settle(refresh, held, [effect]) : begin(refresh, held, [effect]);
}

function onUnfilled(
  stream: string,
  state: StreamState & { readonly at: 'holding' },
  event: InboxEvent & { readonly type: 'answered' | 'waited' },
): Step {
  if (event.type === 'answered' && event.epoch !== undefined && event.epoch === state.cursor?.epoch) {
    const next = withoutDead(state);
    if (next !== state) return reduceStream(stream, next, event);
  }
  const tries = state.tries + (event.type === 'answered' ? 1 : 0);
  const waitedMs = state.waitedMs + (event.type === 'waited' ? event.ms : 0);
  if (tries < maxTries && waitedMs < maxWaitMs) {
    return { state: { ...state, tries, waitedMs }, effects: [{ type: 'ask' }] };
  }
  const first = state.held[0];
  if (!first) return { state: state.cursor ? { at: 'live', cursor: state.cursor } : undefined, effects: [] };
  const refresh: Refresh = { stream, epoch: first.epoch, id: first.prev, reason: 'gap' };
  return onRefresh(state, refresh);
}

/** The cursor's epoch lives: what is held of another one is of a dead one, and came late. */
function withoutDead(state: StreamState): StreamState {
  if (state.at === 'live' || !state.cursor) return state;
  const { epoch } = state.cursor;
  const held = state.held.filter((frame) => frame.epoch === epoch);
  if (held.length === state.held.length) return state;
  return held.length > 0 ? { ...state, held } : liveAt(state.cursor);
}

function hold(cursor: Cursor | null, held: readonly Frame[]): Step {
  return {
    state: { at: 'holding', cursor, held, tries: 0, waitedMs: 0 },
    effects: [{ type: 'gap' }, { type: 'ask' }],
  };
}

function begin({ epoch, id }: Cursor, held: readonly Frame[], effects: readonly InboxEffect[] = []): Step {
  // What lies before the first place was never for this tab.
  const later = held.filter((frame) => frame.epoch !== epoch || frame.id > id);
  return settle({ epoch, id }, later, [{ type: 'started', cursor: { epoch, id } }, ...effects]);
}

/** The cursor moved to `to`: put what was held through the rule. */
function settle(to: Cursor, held: readonly Frame[], before: readonly InboxEffect[]): Step {
  let cursor: Cursor = { epoch: to.epoch, id: to.id };
  let rest = held;
  const effects = [...before];
  for (let moved = true; moved; ) {
    moved = false;
    const later: Frame[] = [];
    for (const frame of rest) {
      const verdict = judge(cursor, frame);
      if (verdict === 'joins') {
        effects.push(delivery(cursor, frame));
        cursor = { epoch: frame.epoch, id: frame.id };
        moved = true;
      } else if (verdict === 'stale') effects.push(...duplicates(frame));
      else later.push(frame);
    }
    rest = later;
  }
  if (rest.length > 0) {
    effects.push({ type: 'ask' });
    return { state: { at: 'holding', cursor, held: rest, tries: 0, waitedMs: 0 }, effects };
  }
  if (held.length > 0) effects.push({ type: 'healed' });
  return { state: liveAt(cursor), effects };
}

function delivery(cursor: Cursor, frame: Frame): InboxEffect {
  const events = frame.prev >= cursor.id ? frame.events : frame.events.filter((event) => event.id > cursor.id);
  return { type: 'deliver', frame, events };
}

function duplicates(frame: Frame): readonly InboxEffect[] {
  return frame.events.length > 0 ? [{ type: 'duplicates', count: frame.events.length }] : [];
}

export interface Inbox {
  /** Returns false when the stream is one too many. */
  apply(stream: string, event: InboxEvent): boolean;
  /** Where each stream stands; a stream whose start was missed is not in it. */
  cursors(): Cursors;
  /** Frames held per stream with an open hole. */
  holding(): Readonly<Record<string, number>>;
  /** Ends all holes without filling them: somebody else will replay from the cursors. */
  dropHeld(): void;
  /** What lies above this place was not handled after all. */
  rewind(stream: string, cursor: Cursor): void;
  has(stream: string): boolean;
  /** Leaves the stream: it has no place in it any more. */
  forget(stream: string): void;
}

export function createInbox(onEffect: (stream: string, effect: InboxEffect) => void, start: Cursors = {}): Inbox {
  const streams = new Map<string, StreamState>();
  for (const [stream, cursor] of Object.entries(start)) streams.set(stream, { at: 'live', cursor });

  return {
    apply(stream, event) {
      const before = streams.get(stream);
      if (!before && streams.size >= limits.streams) return false;
      const { state, effects } = reduceStream(stream, before, event);
      if (!state) streams.delete(stream);
      else if (state !== before) streams.set(stream, state);
      for (const effect of effects) onEffect(stream, effect);
      return true;
    },
    cursors() {
      const cursors: Record<string, Cursor> = Object.create(null);
      for (const [stream, { cursor }] of streams) {
        if (cursor) cursors[stream] = { epoch: cursor.epoch, id: cursor.id };
      }
      return cursors;
    },
    holding() {
      const counts: Record<string, number> = Object.create(null);
      for (const [stream, state] of streams) if (state.at === 'holding') counts[stream] = state.held.length;
      return counts;
    },
    dropHeld() {
      for (const [stream, state] of streams) {
        if (state.at === 'live') continue;
        if (state.cursor) streams.set(stream, { at: 'live', cursor: state.cursor });
        else streams.delete(stream);
      }
    },
    rewind(stream, cursor) {
      if (streams.has(stream)) streams.set(stream, liveAt(cursor));
    },
    has: (stream) => streams.has(stream),
    forget: (stream) => void streams.delete(stream),
  };
}
