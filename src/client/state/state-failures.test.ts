import { describe, expect, it } from 'vitest';
import { at, openState } from './state.fixture.ts';

describe('a load that fails', () => {
  it('[P7] is tried three times, later each time, reported, and shown', async () => {
    const tab = openState();
    const supplied = tab.part.supply();
    await tab.clock.settle();
    tab.loads[0]?.fail(new Error('first'));
    await tab.clock.advance(499);
    expect([tab.loads.length, tab.shared.getSnapshot().error]).toEqual([1, new Error('first')]);
    await tab.clock.advance(1);
    tab.loads[1]?.fail(new Error('second'));
    await tab.clock.advance(1_000);
    tab.loads[2]?.fail(new Error('third'));
    await tab.clock.advance(60_000);
    expect(await supplied).toBeNull();
    expect([tab.loads.length, tab.clock.reported.length, tab.stale()]).toEqual([3, 3, true]);
    await tab.load([1], { s: at(5) });
    expect(tab.shared.getSnapshot()).toEqual({ state: [1], stale: false });
  });

  it('[P3] is bounded in time: the late one is told, and what it brings is nothing', async () => {
    const tab = openState({ loadTimeoutMs: 2_000 });
    const supplied = tab.part.supply();
    await tab.clock.advance(2_500);
    expect([tab.loads.length, tab.loads[0]?.request.signal.aborted]).toEqual([2, true]);
    tab.loads[0]?.answer([1], { s: at(5) });
    await tab.clock.settle();
    expect(tab.stale()).toBe(true);
    tab.loads[1]?.answer([2], { s: at(5) });
    await supplied;
    expect(tab.state()).toEqual([2]);
  });

  it.each(['', 'nonsense', '[["s"]]', '{"s":1}'])(
    '[P8] a position that is none (%j) is a failed try',
    async (position) => {
      const tab = openState();
      void tab.part.supply();
      await tab.clock.settle();
      tab.loads[0]?.answer([1], position);
      await tab.clock.settle();
      expect([tab.stale(), tab.clock.reported]).toMatchObject([true, [{ code: 'bad_option' }]]);
    },
  );

  it('[P8] a state that is undefined is a failed try: `null` may be one', async () => {
    const tab = openState({}, {});
    const supplied = tab.part.supply();
    await tab.clock.settle();
    tab.loads[0]?.answer(undefined as unknown as [], { s: at(5) });
    await tab.clock.advance(500);
    expect([tab.stale(), tab.clock.reported]).toMatchObject([true, [{ code: 'bad_option' }]]);
    tab.loads[1]?.answer(null as unknown as [], { s: at(5) });
    await supplied;
    expect(tab.shared.getSnapshot()).toEqual({ state: null, stale: false });
  });

  it('[P7] a throwing load, reducer or subscriber is reported and hurts nothing else', async () => {
    const bad = new Error('mine');
    const throwing = (): never => {
      throw bad;
    };
    const tab = openState({ on: { add: (list, order) => [...list, order], bad: throwing } });
    tab.shared.subscribe(throwing);
    let heard = 0;
    tab.shared.subscribe(() => {
      heard += 1;
    });
    await tab.load([1], { s: at(5) });
    tab.event(6, { type: 'bad' });
    tab.event(7);
    tab.part.flush();
    expect([tab.state(), heard]).toEqual([[1, 7], 2]);
    expect(tab.clock.reported).toEqual([bad, bad, bad]);
    const thrown = openState({ load: throwing });
    void thrown.part.supply();
    await thrown.clock.settle();
    expect(thrown.clock.reported).toEqual([bad]);
  });
});

describe('the end of a shared state', () => {
  it('aborts its load, rejects whoever waits, and hears nothing more', async () => {
    const tab = openState();
    const supplied = tab.part.supply();
    await tab.clock.settle();
    const { changes } = tab.world;
    tab.shared.close();
    tab.shared.close();
    expect(tab.loads[0]?.request.signal.aborted).toBe(true);
    tab.loads[0]?.answer([1], { s: at(5) });
    expect(await supplied).toBeNull();
    await expect(tab.shared.ready).rejects.toMatchObject({ code: 'closed' });
    tab.part.offer([1], { s: at(5) });
    expect([tab.stale(), tab.world.changes]).toEqual([true, changes]);
    expect(tab.clock.timers()).toBe(0);
  });

  it('[P6] a sign-out leaves nothing of it, and tells whoever shows it', async () => {
    const tab = openState();
    await tab.load([1], { s: at(5) });
    const { changes } = tab.world;
    tab.world.cursors = {};
    tab.part.reset();
    expect(tab.shared.getSnapshot()).toEqual({ state: undefined, stale: true });
    expect([tab.part.fresh(), tab.world.changes]).toEqual([false, changes + 1]);
  });

  it('[P6] a load under way at a sign-out brings nothing to the next user, and is not tried again', async () => {
    for (const end of ['answers', 'fails']) {
      const tab = openState();
      void tab.part.supply();
      await tab.clock.settle();
      tab.world.cursors = {};
      tab.part.reset();
      expect(tab.loads[0]?.request.signal.aborted).toBe(true);
      if (end === 'answers') tab.loads[0]?.answer([1], { s: at(5) });
      else tab.loads[0]?.fail(new Error('aborted'));
      await tab.clock.advance(10_000);
      expect(tab.shared.getSnapshot()).toMatchObject({ state: undefined, stale: true });
      expect(tab.loads).toHaveLength(1);
    }
  });
});
