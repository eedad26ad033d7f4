import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, openState } from './state.fixture.ts';

describe('a shared state', () => {
  it('is a snapshot, then its tail: events up to the position are not applied again', async () => {
    const tab = openState();
    for (const id of [6, 7, 8]) tab.event(id);
    expect([tab.state(), tab.stale()]).toEqual([undefined, true]);
    expect(await tab.load([1, 6, 7], { s: at(7) })).toEqual({ state: [1, 6, 7, 8], position: { s: at(8) } });
    expect(tab.shared.getSnapshot()).toEqual({ state: [1, 6, 7, 8], stale: false });
    tab.event(9);
    expect(tab.state()).toEqual([1, 6, 7, 8, 9]);
    expect(await tab.shared.ready).toEqual([1, 6, 7, 8]);
  });

  it('[P2] has each event once, wherever the load stands between what was held and what comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4), fc.nat(4), fc.nat(4), async (before, ahead, after) => {
        const tab = openState();
        let id = 5;
        for (let n = 0; n < before; n += 1) tab.event(++id);
        const position = id - Math.min(before, 2) + ahead;
        const loaded = Array.from({ length: position }, (_, n) => n + 1);
        await tab.load(loaded, { s: at(position) });
        for (let n = 0; n < after; n += 1) tab.event(++id);
        expect(tab.state()).toEqual(Array.from({ length: Math.max(position, id) }, (_, n) => n + 1));
      }),
    );
  });

  it('counts a stream that the position does not name from the call of load', async () => {
    const tab = openState({}, { s: at(5), x: at(2) });
    const supplied = tab.part.supply();
    await tab.clock.settle();
    tab.event(3, { stream: 'x' });
    tab.event(6);
    tab.loads[0]?.answer([1], { s: at(6) });
    await supplied;
    expect(tab.state()).toEqual([1, 3]);
  });

  it('is the same object until something changed, and tells its subscribers once per post', async () => {
    const tab = openState();
    await tab.load([1], { s: at(5) });
    const { changes } = tab.world;
    const before = tab.shared.getSnapshot();
    tab.event(6, { type: 'unknown' });
    tab.part.flush();
    expect(tab.shared.getSnapshot()).toBe(before);
    tab.event(7);
    tab.event(8);
    tab.part.flush();
    expect(tab.world.changes).toBe(changes + 1);
    expect(Object.isFrozen(tab.shared.getSnapshot())).toBe(true);
  });

  it.each([
    ['before what was held', at(4)],
    ['of another epoch', at(9, 'f')],
  ])('[P2] a position %s is a failed try: it would leave a hole', async (_, position) => {
    const tab = openState();
    tab.event(6);
    const supplied = tab.part.supply();
    await tab.clock.settle();
    tab.loads[0]?.answer([1], { s: position });
    await tab.clock.advance(500);
    expect(tab.stale()).toBe(true);
    expect(tab.shared.getSnapshot().error).toBeDefined();
    // Only too early, no fault of the app's: not reported as one.
    expect(tab.clock.reported).toEqual([]);
    tab.loads[1]?.answer([2], { s: at(5) });
    await supplied;
    expect(tab.shared.getSnapshot()).toEqual({ state: [2, 6], stale: false });
  });

  it('[P2] is stale from a refresh on, until a load reaches that place', async () => {
    const tab = openState();
    await tab.load([1], { s: at(5) });
    tab.refresh(20);
    tab.event(21);
    await tab.clock.settle();
    expect([tab.state(), tab.stale(), tab.world.wants]).toEqual([[1], true, 2]);
    tab.part.offer([3], { s: at(19) });
    expect(tab.stale()).toBe(true);
    tab.part.offer([4], { s: at(20) });
    expect(tab.shared.getSnapshot()).toEqual({ state: [4, 21], stale: false });
  });

  it('[P2] a refresh while it loads makes that load too old', async () => {
    const tab = openState();
    const supplied = tab.part.supply();
    await tab.clock.settle();
    tab.refresh(20, 'expired');
    tab.loads[0]?.answer([1], { s: at(19) });
    await tab.clock.advance(500);
    expect([tab.stale(), tab.loads[1]?.request.reason]).toEqual([true, 'expired']);
    tab.loads[1]?.answer([2], { s: at(20) });
    await supplied;
    expect(tab.shared.getSnapshot()).toEqual({ state: [2], stale: false });
  });

  it('[P6] what one may no longer see does not hold it back', async () => {
    const tab = openState({}, { s: at(5), x: at(3) });
    await tab.load([1], { s: at(5), x: at(3) });
    tab.refresh(5, 'permissions_changed');
    tab.world.cursors = { x: at(3) };
    expect(tab.stale()).toBe(true);
    tab.part.offer([2], { x: at(3) });
    expect(tab.shared.getSnapshot()).toEqual({ state: [2], stale: false });
  });

  it('takes what another tab offers only while it needs it, and asks again for what does not reach', async () => {
    const tab = openState();
    await tab.clock.settle();
    expect(tab.world.wants).toBe(1);
    tab.part.offer([0], { s: at(1) });
    await tab.clock.advance(999);
    expect(tab.world.wants).toBe(1);
    await tab.clock.advance(1);
    expect(tab.world.wants).toBe(2);
    tab.part.offer([1], { s: at(5) });
    tab.part.offer([9], { s: at(9) });
    expect(tab.state()).toEqual([1]);
  });

  it('[P5] asks at once after a refresh, however much was refused before it', async () => {
    const tab = openState();
    await tab.load([1], { s: at(5) });
    tab.refresh(6, 'expired');
    await tab.clock.settle();
    // It missed the refresh of a new epoch; the others have loaded theirs.
    for (let waited = 0; waited < 10; waited += 1) {
      tab.part.offer([2], { s: at(0, 'f') });
      await tab.clock.advance(1_000);
    }
    const { wants } = tab.world;
    tab.refresh(0, 'epoch_changed', 'f');
    await tab.clock.settle();
    expect(tab.world.wants).toBe(wants + 1);
    tab.part.offer([3], { s: at(0, 'f') });
    expect(tab.shared.getSnapshot()).toEqual({ state: [3], stale: false });
    await tab.clock.advance(100_000);
    expect(tab.world.wants).toBe(wants + 1);
  });

  it('[P5] asks ever more rarely by its own wishes, not by how much the others are given', async () => {
    const tab = openState();
    await tab.clock.settle();
    const siblings = 20;
    for (const waitMs of [1_000, 2_000, 4_000, 8_000]) {
      const { wants } = tab.world;
      for (let n = 0; n < siblings; n += 1) tab.part.offer([0], { s: at(1) });
      await tab.clock.advance(waitMs - 1);
      expect(tab.world.wants).toBe(wants);
      await tab.clock.advance(1);
      expect(tab.world.wants).toBe(wants + 1);
    }
  });

  it("[P5] begins anew with its wishes when it is right, and when it becomes nobody's", async () => {
    for (const end of ['accepted', 'reset']) {
      const tab = openState();
      await tab.clock.settle();
      for (let tries = 0; tries < 7; tries += 1) {
        tab.part.offer([0], { s: at(1) });
        await tab.clock.advance(10_000);
      }
      tab.part.offer([0], { s: at(1) });
      if (end === 'accepted') tab.part.offer([1], { s: at(5) });
      else tab.part.reset();
      expect(tab.clock.timers()).toBe(0);
      const { wants } = tab.world;
      tab.refresh(9);
      await tab.clock.settle();
      expect(tab.world.wants).toBe(wants + 1);
      tab.part.offer([0], { s: at(1) });
      await tab.clock.advance(1_000);
      expect(tab.world.wants).toBe(wants + 2);
    }
  });

  it('passes on what it has without a load, up to its cursors', async () => {
    const tab = openState();
    await tab.load([1], { s: at(5) });
    tab.event(6);
    expect(await tab.part.supply()).toEqual({ state: [1, 6], position: { s: at(6) } });
    expect(tab.loads).toHaveLength(1);
  });

  it('[P8] holds no more than its bound, and wants a later snapshot instead', async () => {
    const tab = openState();
    await tab.clock.settle();
    for (let id = 6; id <= 5_006; id += 1) tab.event(id);
    await tab.clock.settle();
    expect(tab.world.wants).toBe(2);
    tab.part.offer([1], { s: at(5_005) });
    expect(tab.stale()).toBe(true);
    tab.part.offer([1], { s: at(5_006) });
    tab.event(5_007);
    expect(tab.state()).toEqual([1, 5_007]);
  });
});
