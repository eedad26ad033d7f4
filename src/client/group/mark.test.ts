import { describe, expect, it } from 'vitest';
import { createStore } from '../ports.fixture.ts';
import { open, opened, saved } from './memory.fixture.ts';

describe('the mark of a sign-out', () => {
  it("[P6] is written by the group's first tab and taken over by the others", () => {
    const store = createStore();
    const first = open(store);
    const second = open(store);
    first.memory.adoptMark();
    const mark = store.now.get('g:mark');
    expect(mark).toBeDefined();
    second.memory.adoptMark();
    expect(store.now.get('g:mark')).toBe(mark);
    expect([first.memory.marked(), second.memory.marked()]).toEqual([true, true]);
  });

  it.each(['first-7', 'of a sign-out'])(
    '[P4] that a killed browser had not kept yet costs no place (%s)',
    async (mark) => {
      const { store, memory } = opened();
      store.kept.set('g/:saved', { ...saved(1), mark });
      memory.adoptMark();
      expect(await memory.read()).toMatchObject({ saved: saved(1), lost: false });
    },
  );

  it.each(['changed', 'gone'])('[P6] %s, nothing is written any more', async (what) => {
    const { store, clock, world, memory, heard } = opened();
    memory.adoptMark();
    world.snapshot = saved(1);
    memory.save();
    if (what === 'changed') store.now.set('g:mark', 'another');
    else store.now.delete('g:mark');
    expect(memory.marked()).toBe(false);
    await clock.advance(50);
    expect(heard).toEqual(['signed out']);
    memory.saveNow();
    await clock.settle();
    expect(store.kept.size).toBe(0);
    expect(store.now.has('g/:saved')).toBe(false);
  });

  it('[P6] changed between the call and its transaction, what was there is wiped', async () => {
    const { store, clock, world, memory } = opened();
    memory.adoptMark();
    store.kept.set('g/:saved', saved(1));
    store.before = () => store.now.set('g:mark', 'another');
    world.snapshot = saved(1, 9);
    memory.save();
    await clock.advance(50);
    expect(store.kept.get('g/:saved')).toBeUndefined();
  });

  it('[P6] changed between the call and its transaction, no client is stored for the next user to find', async () => {
    const { store, clock, memory } = opened();
    memory.adoptMark();
    store.before = () => store.now.set('g:mark', 'another');
    await memory.claimClient();
    expect(store.kept.get('g/:client')).toBeUndefined();
    memory.writeClient('c');
    await clock.advance(50);
    expect(store.kept.get('g/:client')).toBeUndefined();
  });

  it('[P6] signs out this tab and all that took the old one; what is stored is gone', async () => {
    const store = createStore();
    const here = open(store);
    const there = open(store);
    here.memory.adoptMark();
    there.memory.adoptMark();
    here.world.snapshot = saved(1);
    here.memory.saveNow();
    here.memory.writeClient('c');
    here.memory.changeMark();
    await here.memory.wipe();
    expect([here.memory.marked(), there.memory.marked()]).toEqual([true, false]);
    expect(store.kept.size).toBe(0);
    expect(store.now.has('g/:saved')).toBe(false);
    there.memory.adoptMark();
    expect(there.memory.marked()).toBe(true);
  });

  it('[P6] tells what a sign-out had no time to wipe: it is not resumed, and lost cursors are announced', async () => {
    const { store, clock, world, memory } = opened();
    memory.adoptMark();
    world.snapshot = saved(2, 7);
    memory.save();
    await clock.advance(50);
    const sibling = open(store);
    sibling.memory.adoptMark();
    expect(await sibling.memory.read()).toMatchObject({ saved: saved(2, 7), lost: false });
    memory.changeMark();
    const next = open(store);
    next.memory.adoptMark();
    expect(await next.memory.read()).toMatchObject({ saved: undefined, lost: true });
    next.world.snapshot = saved(1, 9);
    next.memory.save();
    await next.clock.advance(50);
    expect(await next.memory.read()).toMatchObject({ saved: saved(1, 9), lost: false });
  });

  it('[P6] that another tab changes while this one is in the group is a sign-out at once', () => {
    const { store, memory, heard } = opened();
    memory.adoptMark();
    memory.watch();
    store.changeElsewhere('g:mark', store.now.get('g:mark') ?? '');
    expect(heard).toEqual([]);
    store.changeElsewhere('g:mark', 'another');
    expect(heard).toEqual(['signed out']);
    memory.stop();
    expect(store.watched.size).toBe(0);
  });

  it('[P6] that changed before the tab could watch it is a sign-out too', () => {
    const { store, memory, heard } = opened();
    memory.adoptMark();
    store.changeElsewhere('g:mark', 'another');
    memory.watch();
    expect(heard).toEqual(['signed out']);
  });

  it('[P6] that can not be written is no reason to forget', () => {
    const { store, memory } = opened();
    store.writeNow = () => {};
    memory.adoptMark();
    expect(memory.marked()).toBe(true);
  });
});

describe('the halt of a group', () => {
  it('is seen by all its tabs until one of them resumes', () => {
    const store = createStore();
    const here = open(store);
    const there = open(store);
    here.memory.halt();
    expect([here.memory.halted(), there.memory.halted()]).toEqual([true, true]);
    there.memory.resume();
    expect([here.memory.halted(), there.memory.halted()]).toEqual([false, false]);
    expect(open(null).memory.halted()).toBe(false);
  });

  it('[P6] goes with a sign-out', async () => {
    const { store, memory } = opened();
    memory.halt();
    await memory.wipe();
    expect(store.now.has('g/:halt')).toBe(false);
  });

  it('[P6] is not written by a tab that does not know of the sign-out yet', async () => {
    const store = createStore();
    const [here, there] = [open(store), open(store)];
    here.memory.adoptMark();
    there.memory.adoptMark();
    here.memory.changeMark();
    await here.memory.wipe();
    there.memory.halt();
    expect(store.now.has('g/:halt')).toBe(false);
  });
});
