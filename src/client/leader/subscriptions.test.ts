import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import { createSubscriptions } from './subscriptions.ts';

const logs = 'channel:logs';
const errors = 'channel:logs?level=error';
const at = (id: number): Cursor => ({ epoch: 'e', id });

function open(stored: Readonly<Record<string, Cursor>> = {}) {
  const clock = createManualClock();
  const sent: { name: string; payload: unknown; answer: (value: unknown) => void }[] = [];
  const positions: Record<string, Cursor> = {};
  const refused: string[] = [];
  const subscriptions = createSubscriptions(
    {
      clock,
      request: (name, payload, answer) => void sent.push({ name, payload, answer }),
      intake: {
        positions: () => positions,
        open(stream, cursor) {
          positions[stream] = cursor;
        },
        forget(stream) {
          delete positions[stream];
        },
        refuse: (stream) => void refused.push(stream),
      },
    },
    stored,
  );
  const said = (): unknown[] =>
    sent.map(({ name, payload }) => [name, (payload as { readonly streams: unknown }).streams]);
  const grant = (streams: Readonly<Record<string, Cursor>>): void => sent.at(-1)?.answer({ success: true, streams });
  return { clock, sent, said, grant, positions, refused, subscriptions };
}

describe('what the tabs of a browser wish', () => {
  it('is asked for once, when there is a connection, and again with the next one', () => {
    const { said, grant, positions, subscriptions } = open();
    subscriptions.set('a', [logs, errors], {});
    subscriptions.set('b', [logs], {});
    expect(said()).toEqual([]);
    subscriptions.online({ 'user:u': at(1) });
    expect(said()).toEqual([['subscribe', { [logs]: null, [errors]: null }]]);
    grant({ [logs]: at(3), [errors]: at(3) });
    subscriptions.set('b', [logs, errors], {});
    expect([said().length, positions]).toEqual([1, { [logs]: at(3), [errors]: at(3) }]);
    subscriptions.offline();
    positions[logs] = at(5);
    subscriptions.online({ [errors]: at(3) });
    expect(said().slice(1)).toEqual([['subscribe', { [logs]: at(5) }]]);
  });

  it('[P8] that is not answered, or not now, is asked for again, and a late answer counts no more', async () => {
    const { clock, sent, said, grant, positions, subscriptions } = open();
    subscriptions.set('a', [logs], {});
    subscriptions.online({});
    await clock.advance(5_000);
    expect(said()).toHaveLength(2);
    sent[0]?.answer({ success: true, streams: { [logs]: at(1) } });
    expect(positions).toEqual({});
    sent[1]?.answer({ success: false, error: { code: 'rate_limited', message: '' } });
    await clock.advance(1_000);
    expect(said()).toHaveLength(3);
    grant({ [logs]: at(2) });
    await clock.advance(60_000);
    expect([said().length, positions]).toEqual([3, { [logs]: at(2) }]);
  });

  it('of tabs that know places goes on from them, for a while also from the stored ones', async () => {
    const { said, subscriptions } = open({ [logs]: at(7), 'user:u': at(9) });
    subscriptions.online({});
    subscriptions.set('a', [errors], { [errors]: at(4), 'user:u': at(9) });
    expect(subscriptions.places()).toEqual({ [logs]: at(7) });
    subscriptions.set('b', [logs], {});
    expect(said()).toEqual([['subscribe', { [errors]: at(4) }]]);
    const later = open({ [logs]: at(7) });
    later.subscriptions.online({});
    await later.clock.advance(10_001);
    later.subscriptions.set('a', [logs], {});
    expect([later.said(), later.subscriptions.places()]).toEqual([[['subscribe', { [logs]: null }]], {}]);
    const soon = open({ [logs]: at(7) });
    soon.subscriptions.online({});
    soon.subscriptions.set('a', [logs], {});
    expect(soon.said()).toEqual([['subscribe', { [logs]: at(7) }]]);
  });

  it('[P6] is told when it is refused, and not asked for again before somebody subscriptions it anew', () => {
    const { said, grant, refused, subscriptions } = open();
    subscriptions.set('a', [logs, errors], {});
    subscriptions.online({});
    grant({ [errors]: at(1) });
    expect(refused).toEqual([logs]);
    subscriptions.set('b', [errors], {});
    expect(said()).toHaveLength(1);
    subscriptions.set('b', [errors, logs], {});
    expect(said().slice(1)).toEqual([['subscribe', { [logs]: null }]]);
  });

  it('lingers when it is gone, and is left then, with a connection or without', async () => {
    const { clock, said, grant, positions, subscriptions } = open();
    subscriptions.set('a', [logs, errors], {});
    subscriptions.online({});
    grant({ [logs]: at(1), [errors]: at(1) });
    subscriptions.set('a', [errors], {});
    await clock.advance(9_000);
    subscriptions.set('b', [logs], {});
    await clock.advance(9_000);
    subscriptions.forget('b');
    await clock.advance(9_000);
    expect(said()).toHaveLength(1);
    await clock.advance(1_000);
    expect(said().slice(1)).toEqual([['unsubscribe', [logs]]]);
    subscriptions.offline();
    subscriptions.forget('a');
    await clock.advance(10_000);
    expect([said().length, positions]).toEqual([2, {}]);
  });

  it('[P8] is bounded in what is asked for, and in tabs: what is too much waits for room', async () => {
    const { clock, said, grant, refused, subscriptions } = open();
    for (let tab = 0; tab < 600; tab += 1) subscriptions.set(`t${tab}`, [`channel:c${tab}`], {});
    subscriptions.online({});
    const asked = (): string[] =>
      said().flatMap((each) => {
        const [name, streams] = each as [string, object];
        return name === 'subscribe' ? Object.keys(streams) : [];
      });
    expect(asked()).toHaveLength(32);
    grant(Object.fromEntries(asked().map((stream) => [stream, at(1)])));
    expect(asked()).toHaveLength(32);
    for (let tab = 0; tab < 600; tab += 1) {
      subscriptions.forget(`t${tab}`);
      await clock.advance(100);
      const more = asked().at(-1) as string;
      grant({ [more]: at(1) });
    }
    expect([asked().length, refused]).toEqual([500, []]);
  });

  it('[P9] that is too much is asked for when a channel is closed to this user', () => {
    const { said, grant, subscriptions } = open();
    const many = Array.from({ length: 32 }, (_, n) => `channel:c${n}`);
    subscriptions.set('a', many, {});
    subscriptions.set('b', [logs], {});
    subscriptions.online(Object.fromEntries(many.map((stream) => [stream, at(1)])));
    expect(said()).toEqual([]);
    subscriptions.refused('channel:c7');
    expect(said()).toEqual([['subscribe', { [logs]: null }]]);
    grant({ [logs]: at(2) });
    expect(said()).toHaveLength(1);
  });
});
