/** Every state of a connection's stream with every event: a cell that is missing does not compile. */
import { describe, expect, it } from 'vitest';
import { type CatchUpEffect, type CatchUpEvent, type CatchUpState, reduceCatchUp } from './catch-up.ts';
import type { Page } from './log.ts';

type At = CatchUpState['state'];
interface Variants {
  readonly node: 'equal' | 'behind' | 'ahead' | 'other epoch';
  readonly page: 'events' | 'nothing more' | 'epoch_changed' | 'cursor_ahead' | 'expired' | 'too_far';
  readonly resumed: 'behind' | 'ahead';
  readonly stalled: 'anywhere';
}
/** A type of event without variants here, and a variant without a row, do not compile. */
type Row = { readonly [T in CatchUpEvent['type']]: { readonly [V in Variants[T]]: Record<At, string> } };

/** A stream at 5 of epoch e; of a live one the room knows the place. */
const states: Record<At, CatchUpState> = {
  'catching-up': { state: 'catching-up', stream: 's', at: { epoch: 'e', id: 5 } },
  live: { state: 'live', stream: 's' },
};
const node = (id: number, epoch = 'e'): CatchUpEvent => ({ type: 'node', place: { epoch, id } });
const page = (from: Partial<Page>, ids: readonly number[] = []): CatchUpEvent => {
  const events = ids.map((id) => ({ id, type: 't', payload: null, timestamp: 0 }));
  return { type: 'page', page: { epoch: 'e', floor: 0, head: 5, events, ...from }, maxReplay: 10 };
};
const resumed = (id: number): CatchUpEvent => ({ type: 'resumed', at: { epoch: 'e', id } });

const events: { readonly [T in keyof Row]: { readonly [V in Variants[T]]: CatchUpEvent } } = {
  node: { equal: node(5), behind: node(4), ahead: node(6), 'other epoch': node(5, 'f') },
  page: {
    events: page({ head: 9 }, [6, 7]),
    'nothing more': page({}),
    epoch_changed: page({ epoch: 'f', head: 2 }),
    cursor_ahead: page({ head: 3 }),
    expired: page({ floor: 6, head: 9 }),
    too_far: page({ head: 16 }, [6]),
  },
  resumed: { behind: resumed(2), ahead: resumed(9) },
  stalled: { anywhere: { type: 'stalled', place: { epoch: 'e', id: 7 } } },
};

const live = 'live';
const late = { live: ' > live' };
const table: Row = {
  node: {
    equal: { 'catching-up': 'join > live', ...late },
    // The node lags behind its own log: what it is told later is dropped by the peer.
    behind: { 'catching-up': 'join > live', ...late },
    ahead: { 'catching-up': 'read e5 > at e5', ...late },
    'other epoch': { 'catching-up': 'read e5 > at e5', ...late },
  },
  page: {
    events: { 'catching-up': 'send e5-e7 compare > at e7', ...late },
    'nothing more': { 'catching-up': 'pull > at e5', ...late },
    epoch_changed: { 'catching-up': 'refresh f2 epoch_changed compare > at f2', ...late },
    cursor_ahead: { 'catching-up': 'refresh e3 cursor_ahead compare > at e3', ...late },
    expired: { 'catching-up': 'refresh e9 expired compare > at e9', ...late },
    too_far: { 'catching-up': 'refresh e16 too_far compare > at e16', ...late },
  },
  // Frames of the room were sent up to the node's place; catching up, the peer's own place counts.
  stalled: {
    anywhere: { 'catching-up': ' > at e5', live: 'leave > at e7' },
  },
  resumed: {
    behind: { 'catching-up': 'compare > at e2', live: 'leave compare > at e2' },
    ahead: { 'catching-up': 'compare > at e9', live: 'leave compare > at e9' },
  },
};

function tellEffect(effect: CatchUpEffect): string {
  if (effect.type === 'read') return `read ${effect.at.epoch}${effect.at.id}`;
  if (effect.type === 'refresh') {
    return `refresh ${effect.refresh.epoch}${effect.refresh.id} ${effect.refresh.reason}`;
  }
  if (effect.type !== 'send') return effect.type;
  const { epoch, prev, id } = effect.frame;
  return `send ${epoch}${prev}-${epoch}${id}`;
}

function tell(state: CatchUpState, event: CatchUpEvent): string {
  const { next, effects } = reduceCatchUp(state, event);
  const place = next.state === 'live' ? live : `at ${next.at.epoch}${next.at.id}`;
  return `${effects.map(tellEffect).join(' ')} > ${place}`;
}

const cells = (Object.keys(table) as (keyof Row)[]).flatMap((type) =>
  Object.entries<Record<At, string>>(table[type]).flatMap(([variant, row]) =>
    (Object.keys(row) as At[]).map((at) => [at, type, variant, row[at]] as const),
  ),
);

describe('[P2] the catching up of one stream, every state with every event', () => {
  it.each(cells)('%s: %s, %s', (at, type, variant, expected) => {
    const event = (events[type] as Record<string, CatchUpEvent>)[variant];
    if (!event) throw new Error(`no event for ${type}, ${variant}`);
    expect(tell(states[at], event)).toBe(expected);
  });

  it('live: the frame sent is what follows the place', () => {
    const { effects } = reduceCatchUp(states['catching-up'], page({ head: 9 }, [6, 7]));
    expect(effects[0]).toMatchObject({
      frame: { stream: 's', epoch: 'e', prev: 5, id: 7, events: [{ id: 6 }, { id: 7 }] },
    });
  });
});
