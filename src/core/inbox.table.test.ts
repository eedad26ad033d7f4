import { describe, expect, it } from 'vitest';
import type { Verdict } from '../protocol/cursor.ts';
import type { Frame, Refresh } from '../protocol/messages.ts';
import { type InboxEffect, type InboxEvent, reduceStream, type StreamState } from './inbox.ts';

/** `unknown`: no state; `unopened`: known of, its opening was missed. Else a cursor at 5 of epoch e. */
type At = StreamState['at'] | 'unknown' | 'unopened';
interface Variants {
  readonly frame: Verdict | 'opening';
  readonly place: Verdict;
  readonly position: Verdict;
  readonly refresh: 'news' | 'no news' | 'back' | 'other epoch' | 'forbidden';
  readonly wanted: 'now';
  readonly answered: 'early' | 'last';
  readonly waited: 'early' | 'last';
}
/** A type of event without variants here, and a variant without a row, do not compile. */
type Row = { readonly [T in InboxEvent['type']]: { readonly [V in Variants[T]]: Record<At, string> } };

const frame = (prev: number, id: number, epoch = 'e'): Frame => {
  const events = Array.from({ length: id - prev }, (_, i) => i + prev + 1);
  return {
    stream: 's',
    epoch,
    prev,
    id,
    events: events.map((n) => ({ id: n, type: 't', payload: null, timestamp: 0 })),
  };
};
/** 8 is missing; what is held joins on to 8. */
const held = [frame(8, 9)];
const states: Record<At, StreamState | undefined> = {
  unknown: undefined,
  unopened: { at: 'holding', cursor: null, held, tries: 1, waitedMs: 8_000 },
  live: { at: 'live', cursor: { epoch: 'e', id: 5 } },
  holding: { at: 'holding', cursor: { epoch: 'e', id: 5 }, held, tries: 1, waitedMs: 8_000 },
};
const refresh = (id: number, reason: Refresh['reason'], epoch = 'e'): InboxEvent => ({
  type: 'refresh',
  refresh: { stream: 's', epoch, id, reason },
});
const at = (id: number, epoch = 'e') => ({ cursor: { epoch, id } });
const events: { readonly [T in keyof Row]: { readonly [V in Variants[T]]: InboxEvent } } = {
  frame: {
    joins: { type: 'frame', frame: frame(4, 8) },
    stale: { type: 'frame', frame: frame(3, 5) },
    gap: { type: 'frame', frame: frame(6, 7) },
    other_epoch: { type: 'frame', frame: frame(5, 6, 'f') },
    opening: { type: 'frame', frame: frame(8, 8) },
  },
  place: {
    joins: { type: 'place', ...at(8) },
    stale: { type: 'place', ...at(5) },
    gap: { type: 'place', ...at(7) },
    other_epoch: { type: 'place', ...at(5, 'f') },
  },
  position: {
    joins: { type: 'position', ...at(8) },
    stale: { type: 'position', ...at(5) },
    gap: { type: 'position', ...at(7) },
    other_epoch: { type: 'position', ...at(5, 'f') },
  },
  refresh: {
    news: refresh(8, 'too_far'),
    'no news': refresh(5, 'gap'),
    back: refresh(3, 'cursor_ahead'),
    'other epoch': refresh(2, 'epoch_changed', 'f'),
    forbidden: refresh(5, 'permissions_changed'),
  },
  wanted: { now: { type: 'wanted' } },
  answered: { early: { type: 'answered' }, last: { type: 'answered' } },
  waited: { early: { type: 'waited', ms: 1_000 }, last: { type: 'waited', ms: 2_000 } },
};

const hold = 'gap ask > holding';
const places: Row['place'] = {
  joins: {
    unknown: 'started 8 > live e8',
    unopened: 'started 8 deliver 9 healed > live e9',
    live: `${hold} e5 +1`,
    holding: ' > holding e5 +2',
  },
  stale: {
    unknown: 'started 5 > live e5',
    unopened: 'started 5 ask > holding e5 +1',
    live: ' > live e5',
    holding: ' > holding e5 +1',
  },
  gap: {
    unknown: 'started 7 > live e7',
    unopened: 'started 7 ask > holding e7 +1',
    live: `${hold} e5 +1`,
    holding: ' > holding e5 +2',
  },
  other_epoch: {
    unknown: 'started 5 > live f5',
    unopened: 'started 5 ask > holding f5 +1',
    live: `${hold} e5 +1`,
    holding: ' > holding e5 +2',
  },
};
/** The leader stands somewhere: without a state of its own the tab missed where the stream began. */
const missed = { unknown: `${hold} null +0` };
const unfilled: Row['answered'] = {
  early: { unknown: ' > none', unopened: 'ask > holding null +1', live: ' > live e5', holding: 'ask > holding e5 +1' },
  last: {
    unknown: ' > none',
    unopened: 'started 8 refresh gap deliver 9 healed > live e9',
    live: ' > live e5',
    holding: 'refresh gap deliver 9 healed > live e9',
  },
};
const table: Row = {
  frame: {
    joins: {
      unknown: `${hold} null +1`,
      unopened: ' > holding null +2',
      live: 'deliver 6,7,8 > live e8',
      holding: 'deliver 6,7,8 deliver 9 healed > live e9',
    },
    stale: {
      unknown: `${hold} null +1`,
      unopened: ' > holding null +2',
      live: 'duplicates 2 > live e5',
      holding: 'duplicates 2 > holding e5 +1',
    },
    gap: {
      unknown: `${hold} null +1`,
      unopened: ' > holding null +2',
      live: `${hold} e5 +1`,
      holding: ' > holding e5 +2',
    },
    other_epoch: {
      unknown: `${hold} null +1`,
      unopened: ' > holding null +2',
      live: `${hold} e5 +1`,
      holding: ' > holding e5 +2',
    },
    // Empty, at 8: it opens where there is no cursor, and tells of a hole where there is one.
    opening: {
      unknown: 'started 8 > live e8',
      unopened: 'started 8 deliver 9 healed > live e9',
      live: `${hold} e5 +1`,
      holding: ' > holding e5 +2',
    },
  },
  place: places,
  position: {
    joins: { ...places.joins, ...missed },
    stale: { ...places.stale, ...missed },
    gap: { ...places.gap, ...missed },
    // A leader's place in a dead epoch: ask, and hold nothing of it.
    other_epoch: {
      ...places.other_epoch,
      ...missed,
      live: `${hold} e5 +0`,
      holding: ' > holding e5 +1',
    },
  },
  refresh: {
    news: {
      unknown: 'started 8 refresh too_far > live e8',
      unopened: 'started 8 refresh too_far deliver 9 healed > live e9',
      live: 'refresh too_far > live e8',
      holding: 'refresh too_far deliver 9 healed > live e9',
    },
    'no news': {
      unknown: 'started 5 refresh gap > live e5',
      unopened: 'started 5 refresh gap ask > holding e5 +1',
      live: ' > live e5',
      holding: ' > holding e5 +1',
    },
    back: {
      unknown: 'started 3 refresh cursor_ahead > live e3',
      unopened: 'started 3 refresh cursor_ahead ask > holding e3 +1',
      live: 'refresh cursor_ahead > live e3',
      holding: 'refresh cursor_ahead ask > holding e3 +1',
    },
    'other epoch': {
      unknown: 'started 2 refresh epoch_changed > live f2',
      unopened: 'started 2 refresh epoch_changed > live f2',
      live: 'refresh epoch_changed > live f2',
      holding: 'refresh epoch_changed > live f2',
    },
    forbidden: {
      unknown: ' > none',
      unopened: 'refresh permissions_changed > none',
      live: 'refresh permissions_changed > none',
      holding: 'refresh permissions_changed > none',
    },
  },
  // A channel that the tab joins: the leader says where it stands.
  wanted: {
    now: {
      unknown: 'ask > holding null +0',
      unopened: ' > holding null +1',
      live: ' > live e5',
      holding: ' > holding e5 +1',
    },
  },
  answered: unfilled,
  waited: unfilled,
};

function say(effect: InboxEffect): string {
  if (effect.type === 'deliver') return `deliver ${effect.events.map((event) => event.id)}`;
  if (effect.type === 'refresh') return `refresh ${effect.refresh.reason}`;
  if (effect.type === 'duplicates') return `duplicates ${effect.count}`;
  return effect.type === 'started' ? `started ${effect.cursor.id}` : effect.type;
}

function sayState(state: StreamState | undefined): string {
  if (!state) return 'none';
  const cursor = state.cursor && `${state.cursor.epoch}${state.cursor.id}`;
  return state.at === 'live' ? `live ${cursor}` : `holding ${cursor} +${state.held.length}`;
}

const cells = (Object.keys(table) as (keyof Row)[]).flatMap((type) =>
  Object.entries<Record<At, string>>(table[type]).flatMap(([variant, row]) =>
    (Object.keys(row) as At[]).map((from) => ({ from, type, variant, expected: row[from] })),
  ),
);

describe('one stream in one tab', () => {
  it.each(cells)('[P2] $from, on $type ($variant): $expected', ({ from, type, variant, expected }) => {
    const event = (events[type] as Record<string, InboxEvent>)[variant];
    if (!event) throw new Error(`no event ${type} ${variant}`);
    let state = states[from];
    // The third answer is the last.
    if (type === 'answered' && variant === 'last') state = reduceStream('s', state, event).state;
    const step = reduceStream('s', state, event);
    expect(`${step.effects.map(say).join(' ')} > ${sayState(step.state)}`).toBe(expected);
  });

  it('[P2] a hole of which nothing is held ends where it began', () => {
    const empty: StreamState = { at: 'holding', cursor: null, held: [], tries: 2, waitedMs: 0 };
    expect(reduceStream('s', empty, { type: 'answered' })).toEqual({ state: undefined, effects: [] });
    const placed: StreamState = { ...empty, cursor: { epoch: 'e', id: 5 } };
    expect(reduceStream('s', placed, { type: 'answered' }).state).toEqual({
      at: 'live',
      cursor: { epoch: 'e', id: 5 },
    });
  });

  it('[P8] holds no more than its bound', () => {
    let state: StreamState | undefined = { at: 'live', cursor: { epoch: 'e', id: 0 } };
    for (let n = 1; n < 3_000; n += 1)
      state = reduceStream('s', state, { type: 'frame', frame: frame(n, n + 1) }).state;
    expect(state?.at === 'holding' && state.held.length).toBe(1_000);
  });
});
