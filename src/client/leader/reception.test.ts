import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Item } from '../../core/envelope.ts';
import type { Cursor, Cursors } from '../../protocol/cursor.ts';
import type { Frame } from '../../protocol/messages.ts';
import type { Intake } from './intake.ts';
import { createReception } from './reception.ts';
import { createRelay } from './relay.ts';

const at = (id: number, epoch = 'e'): Cursor => ({ epoch, id });
const frame = (prev: number, id: number): Frame => ({ stream: 's', epoch: 'e', prev, id, events: [] });
const say = (item: Item): string => {
  if ('packet' in item) return item.packet;
  return 'reason' in item ? `${item.reason} ${item.id}` : `${item.prev}-${item.id}`;
};

/** A leader at s:6, which posted from 4 on. */
function open({ connected = true, places = { s: at(6) } as Record<string, Cursor> } = {}) {
  const clock = createManualClock();
  const told: string[] = [];
  const intake: Pick<Intake, 'positions' | 'has' | 'open' | 'ask'> = {
    positions: () => places,
    has: (stream) => stream in places,
    open(stream, cursor) {
      places[stream] = cursor;
    },
    ask: (stream, tab, cursor) => void told.push(`${tab} asks for ${stream} from ${cursor.epoch}${cursor.id}`),
  };
  const relay = createRelay({ clock, send: (items) => () => told.push(`post ${items.map(say)}`) });
  relay.ring.restart('s', at(4));
  for (const one of [frame(4, 5), frame(5, 6)]) relay.ring.add(one);
  const reception = createReception({
    clock,
    relay,
    intake: intake as Intake,
    connected: () => connected,
    welcome: (to) => told.push(`welcome ${to}`),
    tell: (body, to) =>
      told.push(body.type === 'items' ? `${to}: ${body.items.map(say)} fills ${body.fills}` : body.type),
  });
  const hello = (from: string, cursors: Cursors, fresh = false, streams: readonly string[] = []): void =>
    reception.hello(from, { type: 'hello', fresh, cursors, streams });
  return { clock, told, places, relay, hello };
}

describe('how a leader receives tabs', () => {
  it('[P2] answers those of one task together: a welcome after what waits, then to each what it lacks', async () => {
    const { clock, told, relay, hello } = open();
    hello('a', { s: at(5) });
    hello('b', { s: at(5) });
    hello('c', { s: at(4) });
    hello('d', { s: at(6) });
    expect(told).toEqual([]);
    relay.push({ packet: 'mine', args: [] });
    await clock.settle();
    expect(told).toEqual(['post mine', 'welcome a,b,c,d', 'a,b: 5-6 fills s', 'c: 4-6 fills s']);
  });

  it('asks the server for those whom the ring can not serve: too old, or of another epoch', async () => {
    const { clock, told, hello } = open();
    hello('a', { s: at(3) });
    hello('b', { s: at(9, 'f') });
    await clock.settle();
    expect(told.slice(1)).toEqual(['a asks for s from e3', 'b asks for s from f9']);
  });

  it('[P2] gives a stream that a tab never heard of from its opening, or says that some of it is gone', async () => {
    const { clock, told, relay, hello } = open();
    hello('a', {});
    await clock.settle();
    expect(told).toEqual(['welcome a', 'a: 4-4,4-6 fills s']);
    relay.ring.forget('s');
    hello('a', {});
    await clock.settle();
    expect(told.at(-1)).toBe('a: gap 6 fills s');
  });

  it('gives a fresh tab nothing: it starts where the welcome says', async () => {
    const { clock, told, hello } = open();
    hello('a', {}, true);
    await clock.settle();
    expect(told).toEqual(['welcome a']);
  });

  it('[P6] takes a stream away that the server did not grant; while offline it asks for it in the next handshake', async () => {
    const granted = open();
    granted.hello('a', { x: at(3), s: at(6) });
    await granted.clock.settle();
    expect(granted.told).toEqual(['welcome a', 'a: permissions_changed 3 fills x']);
    const offline = open({ connected: false });
    offline.hello('a', { x: at(3), s: at(2) });
    await offline.clock.settle();
    expect(offline.places).toEqual({ s: at(6), x: at(3) });
    expect(offline.told).toEqual(['welcome a', 'a asks for s from e2']);
  });

  it('[P8] answers so many tabs of one task and no more: a longer list of receivers is malformed', async () => {
    const { clock, told, hello } = open();
    for (let n = 0; n < 2_000; n += 1) hello(`t${n}`, { s: at(6) });
    hello('t7', { s: at(6) });
    await clock.settle();
    expect(told.map((said) => said.split(',').length)).toEqual([500]);
  });

  it('answers the last hello of a tab, once', async () => {
    const { clock, told, hello } = open();
    hello('a', { s: at(1) });
    hello('a', { s: at(5) });
    await clock.settle();
    await clock.settle();
    expect(told).toEqual(['welcome a', 'a: 5-6 fills s']);
  });
});
