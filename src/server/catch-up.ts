/**
 * One connection's way through one stream, as a pure machine: catching up by pages, then live.
 * It becomes live in the very step in which its place is the node's, so no live frame overtakes its replay.
 */
import type { Cursor } from '../protocol/cursor.ts';
import type { Frame, Refresh, WireEvent } from '../protocol/messages.ts';
import { type Page, refusalToResume } from './log.ts';

export type CatchUpState =
  /** `at`: the end of what the peer was sent. */
  | { readonly state: 'catching-up'; readonly stream: string; readonly at: Cursor }
  /** In the live room: the node's place is the peer's. */
  | { readonly state: 'live'; readonly stream: string };

export type CatchUpEvent =
  /** Where the node stands now, with nothing pending. */
  | { readonly type: 'node'; readonly place: Cursor }
  /** What the log holds after `at`. */
  | { readonly type: 'page'; readonly page: Page; readonly maxReplay: number }
  /** The peer stopped reading: nothing more is sent until it is asked to compare. */
  | { readonly type: 'stalled'; readonly place: Cursor }
  /** The peer asks to stand at a place of its own again. */
  | { readonly type: 'resumed'; readonly at: Cursor };

export type CatchUpEffect =
  | { readonly type: 'send'; readonly frame: Frame }
  | { readonly type: 'refresh'; readonly refresh: Refresh }
  /** Read the log after `at`. */
  | { readonly type: 'read'; readonly at: Cursor }
  /** Compare with the node's place. */
  | { readonly type: 'compare' }
  /** The log had nothing more and yet the node stands elsewhere: it has to look at the log too. */
  | { readonly type: 'pull' }
  | { readonly type: 'join' }
  | { readonly type: 'leave' };

interface CatchUpStep {
  readonly next: CatchUpState;
  readonly effects: readonly CatchUpEffect[];
}

export function reduceCatchUp(state: CatchUpState, event: CatchUpEvent): CatchUpStep {
  const { stream } = state;
  if (event.type === 'resumed') {
    const next: CatchUpState = { state: 'catching-up', stream, at: event.at };
    const effects: CatchUpEffect[] = [{ type: 'compare' }];
    return { next, effects: state.state === 'live' ? [{ type: 'leave' }, ...effects] : effects };
  }
  if (event.type === 'stalled') {
    if (state.state !== 'live') return { next: state, effects: [] };
    return { next: { state: 'catching-up', stream, at: event.place }, effects: [{ type: 'leave' }] };
  }
  if (state.state === 'live') return { next: state, effects: [] };
  switch (event.type) {
    case 'node': {
      const { epoch, id } = event.place;
      const arrived = epoch === state.at.epoch && state.at.id >= id;
      if (arrived) return { next: { state: 'live', stream }, effects: [{ type: 'join' }] };
      return { next: state, effects: [{ type: 'read', at: state.at }] };
    }
    case 'page':
      return onPage(stream, state.at, event.page, event.maxReplay);
    default:
      return event satisfies never;
  }
}

function onPage(stream: string, at: Cursor, page: Page, maxReplay: number): CatchUpStep {
  const catchingUp = (place: Cursor): CatchUpState => ({ state: 'catching-up', stream, at: place });
  const reason = refusalToResume(at, page, maxReplay);
  if (reason) {
    const head = { epoch: page.epoch, id: page.head };
    const refresh: Refresh = { stream, ...head, reason };
    return { next: catchingUp(head), effects: [{ type: 'refresh', refresh }, { type: 'compare' }] };
  }
  const last = page.events.at(-1);
  if (!last) return { next: catchingUp(at), effects: [{ type: 'pull' }] };
  const frame = toFrame(stream, at, page.events);
  return {
    next: catchingUp({ epoch: at.epoch, id: last.id }),
    effects: [{ type: 'send', frame }, { type: 'compare' }],
  };
}

/** The frame that leads on from a cursor; without events it only tells the position. */
export function toFrame(stream: string, at: Cursor, events: readonly WireEvent[]): Frame {
  return { stream, epoch: at.epoch, prev: at.id, id: events.at(-1)?.id ?? at.id, events };
}
