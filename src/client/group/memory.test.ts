import { describe, expect, it } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { createStore } from '../ports.fixture.ts';
import { open, opened, saved } from './memory.fixture.ts';

/** Also of a store that hangs. */
async function read({ memory, clock }: ReturnType<typeof open>) {
  const reading = memory.read();
  await clock.advance(1_000);
  return reading;
}

describe('what a group stores', () => {
  it('[P4] is written once for many calls, soon, and by a leader only', async () => {
    const { store, clock, world, memory } = opened();
    memory.save();
    await clock.advance(50);
    expect(store.kept.size).toBe(0);
    world.snapshot = saved(2);
    memory.save();
    await clock.advance(49);
    memory.save();
    world.snapshot = saved(2, 7);
    expect(store.kept.size).toBe(0);
    await clock.advance(1);
    expect(store.kept.get('g/:saved')).toEqual(saved(2, 7));
    expect(store.now.has('g/:saved')).toBe(false);
  });

  it('[P1] names one browser, also for two first tabs at the same time', async () => {
    const store = createStore();
    const [one, two] = [open(store), open(store)];
    const [here, there] = await Promise.all([one.memory.claimClient(), two.memory.claimClient()]);
    expect(there).toBe(here);
    expect((await one.memory.read()).client).toBe(here);
    expect(await open(null).memory.claimClient()).toBeDefined();
  });

  it('[P1] is never overwritten by a lower term, and the one who tried hears of the higher', async () => {
    const { store, clock, world, memory, heard } = opened();
    store.kept.set('g/:saved', saved(5, 9));
    world.snapshot = saved(4, 99);
    memory.save();
    await clock.advance(50);
    expect(store.kept.get('g/:saved')).toEqual(saved(5, 9));
    expect(heard).toEqual(['higher 5']);
    world.snapshot = saved(5, 10);
    memory.save();
    await clock.advance(50);
    expect(store.kept.get('g/:saved')).toEqual(saved(5, 10));
    expect(heard).toHaveLength(1);
  });

  it('[P4] is written at once, and synchronously, when the page goes', async () => {
    const { store, clock, world, memory } = opened();
    world.snapshot = saved(2);
    memory.save();
    memory.saveNow();
    expect(JSON.parse(store.now.get('g/:saved') ?? '')).toEqual(saved(2));
    await clock.settle();
    // No transaction on the way out: it would keep the page out of the back/forward cache.
    expect(store.kept.has('g/:saved')).toBe(false);
    expect(clock.timers()).toBe(0);
  });

  it('[P4] a page that led before another one leaves what that one left at its last moment', async () => {
    const { store, memory, world } = opened();
    store.writeNow('g/:saved', JSON.stringify(saved(8, 5)));
    world.snapshot = saved(7, 4);
    memory.saveNow();
    expect((await memory.read()).saved).toEqual(saved(8, 5));
  });

  it.each([
    ['localStorage when its term is higher', [5, 3], [6, 2], 2],
    ['IndexedDB when its term is higher', [6, 1], [5, 2], 1],
    ['the page that left last, on a tie', [5, 1], [5, 2], 2],
    ['the one that went further, on a tie of two leaders', [5, 2], [5, 1], 2],
  ] as const)('[P4] is read from %s', async (_, database, local, id) => {
    const { store, memory } = opened();
    store.kept.set('g/:saved', { ...saved(database[0], database[1]), tab: 'another' });
    store.now.set('g/:saved', JSON.stringify(saved(local[0], local[1])));
    expect((await memory.read()).saved?.cursors.s?.id).toBe(id);
  });

  it('[P4] an old copy of a last moment is not read where a later leader crashed and IndexedDB is slow', async () => {
    const { store, clock, world, memory } = opened();
    world.snapshot = saved(10, 100);
    memory.saveNow();
    const next = open(store);
    next.world.snapshot = saved(11, 5_000);
    next.memory.save();
    await next.clock.advance(50);
    expect(store.kept.get('g/:saved')).toEqual(saved(11, 5_000));
    // Hung, and replaced: its last moment comes when the next one leads.
    memory.saveNow();
    next.memory.save();
    await next.clock.advance(50);
    store.mode = 'hangs';
    const last = read(open(store));
    expect(await last).toEqual({ client: undefined, saved: undefined, lost: true });
    expect(clock.timers()).toBe(0);
  });

  it.each([
    ['the same one, whose page goes during its last write', 10],
    ['a later one', 11],
  ])('[P4] the copy of a last moment stays when IndexedDB is written: it is of %s', async (_, term) => {
    const { store, clock, world, memory } = opened();
    world.snapshot = saved(10, 100);
    store.before = () => store.now.set('g/:saved', JSON.stringify(saved(term, 101)));
    memory.save();
    await clock.advance(50);
    expect((await memory.read()).saved).toEqual(saved(term, 101));
    store.mode = 'hangs';
    expect((await read(open(store))).saved).toEqual(saved(term, 101));
  });

  it('[P5] keeps its places, not its term, where a clock was years ahead: no tab would believe the next one', async () => {
    const { store, clock, memory } = opened();
    store.kept.set('g/:saved', saved(clock.wall() + 400 * 86_400_000, 7));
    expect((await memory.read()).saved).toEqual(saved(0, 7));
  });

  it('[P8] is nothing where it is malformed', async () => {
    const bad = [
      'x',
      [],
      { term: -1, cursors: {} },
      { term: limits.term, cursors: {} },
      { term: 1, cursors: { s: { epoch: 'e', id: -1 } } },
    ];
    for (const value of bad) {
      const { store, memory } = opened();
      store.kept.set('g/:saved', value);
      store.kept.set('g/:client', { id: 7 });
      store.now.set('g/:saved', `${JSON.stringify(value)}`);
      expect(await memory.read()).toEqual({ client: undefined, saved: undefined, lost: false });
      store.now.set('g/:saved', '{');
      expect(await memory.read()).toEqual({ client: undefined, saved: undefined, lost: false });
    }
  });

  it('keeps the browser id and the user whom the server named', async () => {
    const { store, clock, memory } = opened();
    memory.writeClient('c');
    store.now.set('g/:saved', JSON.stringify({ ...saved(1), user: 'u', token: 'secret' }));
    await clock.settle();
    expect(await memory.read()).toEqual({ client: 'c', saved: { ...saved(1), user: 'u' }, lost: false });
  });
});

describe('a store that lets us down', () => {
  it('[P10] hangs: every call is bounded by a second, then it is done without and said so once', async () => {
    const { store, clock, memory, heard } = opened();
    store.mode = 'hangs';
    store.now.set('g/:saved', JSON.stringify(saved(3)));
    let read: unknown;
    void memory.read().then((value) => {
      read = value;
    });
    await clock.advance(999);
    expect(read).toBeUndefined();
    await clock.advance(1);
    expect(read).toEqual({ client: undefined, saved: saved(3), lost: false });
    expect([memory.broken(), heard]).toEqual([true, ['broken']]);
    store.mode = 'works';
    memory.writeClient('c');
    await memory.wipe();
    expect(store.kept.size).toBe(0);
    expect(heard).toEqual(['broken']);
  });

  it('[P4] hangs with nothing else to go by: the cursors are lost, and it says so', async () => {
    const { store, clock, memory } = opened();
    store.mode = 'hangs';
    let read: unknown;
    void memory.read().then((value) => {
      read = value;
    });
    await clock.advance(1_000);
    expect(read).toEqual({ client: undefined, saved: undefined, lost: true });
  });

  it('[P10] fails: the same, at once', async () => {
    const { store, clock, world, memory, heard } = opened();
    store.mode = 'fails';
    world.snapshot = saved(1);
    memory.save();
    await clock.advance(50);
    expect([memory.broken(), heard]).toEqual([true, ['broken']]);
    memory.save();
    await clock.advance(50);
    expect(heard).toEqual(['broken']);
  });

  it.each([
    ['fails', 101],
    ['hangs', 102],
  ] as const)('[P4] %s from some time on: a crash repeats no more than where it works', async (mode, atFailure) => {
    const { store, clock, world, memory } = opened();
    store.now.set('g/:saved', JSON.stringify(saved(9, 1)));
    world.snapshot = saved(10, 100);
    memory.save();
    await clock.advance(50);
    store.mode = mode;
    world.snapshot = saved(10, 101);
    memory.save();
    await clock.advance(50);
    world.snapshot = saved(10, 102);
    await clock.advance(1_000);
    expect((await read(open(store))).saved).toEqual(saved(10, atFailure));
    world.snapshot = saved(10, 103);
    memory.save();
    await clock.advance(50);
    expect((await read(open(store))).saved).toEqual(saved(10, 103));
    store.mode = 'works';
    expect((await open(store).memory.read()).saved).toEqual(saved(10, 103));
  });

  it('[P4] fails, and is asked again: what was lost is still lost', async () => {
    const { store, memory } = opened();
    store.mode = 'fails';
    for (const _ of [1, 2]) expect(await memory.read()).toMatchObject({ saved: undefined, lost: true });
  });

  it('[P10] is not there at all: nothing is kept, nothing waits', async () => {
    const { world, memory, heard } = open(null);
    world.snapshot = saved(1);
    memory.adoptMark();
    memory.saveNow();
    memory.changeMark();
    await memory.wipe();
    expect(await memory.read()).toEqual({ client: undefined, saved: undefined, lost: false });
    expect([memory.broken(), memory.marked(), heard]).toEqual([true, true, []]);
  });
});
