import { describe, expect, it } from 'vitest';
import type { Page } from './log.ts';
import { reduceStream, type StreamEvent, type StreamState } from './session.ts';

const at = { epoch: 'e', id: 5 };
const catchingUp: StreamState = { state: 'catching-up', stream: 's', at };
const live: StreamState = { state: 'live', stream: 's' };
const event = (id: number) => ({ id, type: 'tick', payload: null, timestamp: 0 });
const pageOf = (page: Partial<Page>): StreamEvent => ({
  type: 'page',
  page: { epoch: 'e', floor: 0, head: 5, events: [], ...page },
  maxReplay: 10,
});
const effects = (state: StreamState, on: StreamEvent) => reduceStream(state, on).effects.map((effect) => effect.type);

describe("one connection's way through a stream", () => {
  it.each<[string, StreamEvent, StreamState['state'], string[]]>([
    ['where the node stands', { type: 'node', place: at }, 'live', ['join']],
    ['beyond a node that lags', { type: 'node', place: { epoch: 'e', id: 4 } }, 'live', ['join']],
    ['before the node', { type: 'node', place: { epoch: 'e', id: 6 } }, 'catching-up', ['read']],
    ['in another epoch than the node', { type: 'node', place: { epoch: 'f', id: 5 } }, 'catching-up', ['read']],
    ['a page', pageOf({ head: 7, events: [event(6), event(7)] }), 'catching-up', ['send', 'compare']],
    ['an empty page', pageOf({}), 'catching-up', ['pull']],
    ['a new epoch', pageOf({ epoch: 'f' }), 'catching-up', ['refresh', 'compare']],
    ['a log that lost what is missing', pageOf({ floor: 6, head: 9 }), 'catching-up', ['refresh', 'compare']],
    ['too much that is missing', pageOf({ head: 16, events: [event(6)] }), 'catching-up', ['refresh', 'compare']],
    ['another place asked for', { type: 'resumed', at: { epoch: 'e', id: 1 } }, 'catching-up', ['compare']],
  ])('[P2] catching up, %s', (_, on, state, expected) => {
    expect(reduceStream(catchingUp, on).next.state).toBe(state);
    expect(effects(catchingUp, on)).toEqual(expected);
  });

  it('[P2] a page leads on from where the peer stands to its last event', () => {
    const { next, effects: done } = reduceStream(catchingUp, pageOf({ head: 9, events: [event(6), event(7)] }));
    expect(next).toEqual({ state: 'catching-up', stream: 's', at: { epoch: 'e', id: 7 } });
    expect(done[0]).toMatchObject({ frame: { stream: 's', epoch: 'e', prev: 5, id: 7 } });
  });

  it('[P2] live, late pages and places mean nothing, and it leaves the room before it resumes', () => {
    expect(effects(live, pageOf({ head: 9, events: [event(6)] }))).toEqual([]);
    expect(effects(live, { type: 'node', place: { epoch: 'x', id: 1 } })).toEqual([]);
    expect(effects(live, { type: 'resumed', at })).toEqual(['leave', 'compare']);
  });
});
