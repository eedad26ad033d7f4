import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { createLoads } from './loads.ts';

function open() {
  const clock = createManualClock();
  const told: string[] = [];
  const loads = createLoads({
    clock,
    tab: 'leader',
    tell: (body, to) => told.push(`${to} ${body.type === 'load' ? `${body.name} ${body.version}` : body.type}`),
  });
  const key = { name: 'orders', version: 1 };
  return {
    clock,
    told,
    loads,
    want: (tab: string, fresh = false) => loads.want(tab, { type: 'want', ...key, fresh }),
    loaded: (tab: string) => loads.loaded(tab, { type: 'loaded', ...key, state: [], position: {} }),
    failed: (tab: string) => loads.loaded(tab, { type: 'loaded', ...key }),
  };
}

describe('who loads a shared state', () => {
  it('is one tab for all, and nobody else while it does', () => {
    const { told, want, loaded } = open();
    for (const tab of ['a', 'b', 'c', 'a']) want(tab);
    expect(told).toEqual(['a orders 1']);
    loaded('a');
    expect(told).toEqual(['a orders 1']);
  });

  it('is the leader, if it wants it too', () => {
    const { told, want, failed } = open();
    want('a');
    want('leader');
    want('b');
    failed('a');
    expect(told).toEqual(['a orders 1', 'leader orders 1']);
  });

  it('is a tab that has it already, for one that comes later', () => {
    const { told, want, loaded } = open();
    want('a');
    loaded('a');
    want('b');
    expect(told).toEqual(['a orders 1', 'a orders 1']);
  });

  it('is the leader itself, if it has it: no post on the way, and it is surely there', () => {
    const { told, want, loaded } = open();
    want('a');
    loaded('a');
    want('leader', true);
    want('b');
    expect(told).toEqual(['a orders 1', 'leader orders 1']);
  });

  it('is the next one when it failed, is gone, or is silent', async () => {
    const { clock, told, loads, want, failed } = open();
    for (const tab of ['a', 'b', 'c', 'd']) want(tab);
    failed('a');
    loads.forget('b');
    expect(told).toEqual(['a orders 1', 'b orders 1', 'c orders 1']);
    await clock.advance(1_999);
    expect(told.slice(2)).toEqual(['c orders 1', 'c orders 1']);
    await clock.advance(1);
    expect(told.at(-1)).toBe('d orders 1');
    failed('d');
    await clock.advance(100_000);
    expect(told).toHaveLength(5);
  });

  it('is left alone as long as it says that it is still at it', async () => {
    const { clock, told, want } = open();
    for (const tab of ['a', 'b']) want(tab);
    for (let time = 0; time < 60_000; time += 1_000) {
      await clock.advance(1_000);
      want('a');
    }
    expect(new Set(told)).toEqual(new Set(['a orders 1']));
    await clock.advance(10_000);
    expect(told.at(-1)).toBe('b orders 1');
  });

  it('is again chosen when the one who had it can not give it', () => {
    const { told, want, loaded, failed } = open();
    want('a');
    loaded('a');
    want('b');
    failed('a');
    expect(told).toEqual(['a orders 1', 'a orders 1', 'b orders 1']);
  });

  it('is not a tab whose state a refresh made worthless', () => {
    const { told, loads, want, loaded } = open();
    want('a');
    loaded('a');
    loads.invalidate();
    want('b');
    expect(told).toEqual(['a orders 1', 'b orders 1']);
  });

  it('is nobody who is gone, whatever it had', () => {
    const { told, loads, want, loaded } = open();
    want('a');
    loaded('a');
    loads.forget('a');
    want('b');
    expect(told).toEqual(['a orders 1', 'b orders 1']);
  });

  it('is chosen per name and version, and a failure of somebody else changes nothing', () => {
    const { told, loads, want, failed } = open();
    want('a');
    loads.want('b', { type: 'want', name: 'orders', version: 2, fresh: false });
    loads.want('c', { type: 'want', name: '__proto__', version: 0, fresh: false });
    failed('b');
    loads.loaded('z', { type: 'loaded', name: 'unheard of', version: 0 });
    expect(told).toEqual(['a orders 1', 'b orders 2', 'c __proto__ 0']);
  });

  it('[P8] is one of so many tabs and no more, however many say that they have it', () => {
    const { told, want, failed } = open();
    for (let n = 0; n < 2_000; n += 1) want(`t${n}`);
    for (let n = 0; n < told.length; n += 1) failed(told[n]?.split(' ')[0] ?? '');
    expect(told).toHaveLength(500);
  });

  it('[P8] is kept in mind for so many states and no more, and leaves no timer behind', () => {
    const { clock, told, loads } = open();
    for (let n = 0; n < 300; n += 1) loads.want('a', { type: 'want', name: `state ${n}`, version: 0, fresh: false });
    expect(told).toHaveLength(200);
    expect(clock.timers()).toBe(200);
    loads.close();
    expect(clock.timers()).toBe(0);
  });
});
