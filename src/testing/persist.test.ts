/** States that outlive their tabs, over the simulated browser's disk. */
import { describe, expect, test } from 'vitest';
import { indexedDb } from '../persist.ts';
import { createRealm, type Realm, type SimTab } from './realm.ts';

interface World {
  readonly realm: Realm;
  /** What `load` brings; `null`: it never ends. */
  answer: unknown;
  loads: number;
  readonly warnings: string[];
}

const createWorld = (): World => {
  const warnings: string[] = [];
  const logger = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} };
  return { realm: createRealm({ socket: { logger } }), answer: [], loads: 0, warnings };
};

function openState(world: World, tab: SimTab, options: { name?: string; version?: number; maxBytes?: number } = {}) {
  const { name = 'orders', version = 0, ...bounds } = options;
  return tab.socket.state<unknown>({
    name,
    version,
    persist: indexedDb(bounds),
    async load() {
      world.loads += 1;
      if (world.answer === null) return new Promise(() => {});
      const position = await world.realm.server.realtime()?.positionOf({ userId: tab.user });
      return { state: world.answer, position: position ?? '' };
    },
    on: { add: (list, n) => [...(list as unknown[]), n] },
  });
}

const kept = ({ browser }: SimTab) => browser.disk.contents().filter(([key]) => key.includes(':kept:'));
interface Kept {
  readonly value: { readonly at: number; readonly state: unknown };
}
/** The states in the store, without the list of them. */
const states = (tab: SimTab) =>
  kept(tab)
    .filter(([key]) => !key.endsWith(':index'))
    .map(([, record]) => (record as Kept).value.state);
const longEnoughMs = 5_000;

describe('a state that is kept', () => {
  test('[P9] is shown at once by the next page, stale, and then caught up', async () => {
    const world = createWorld();
    const { realm } = world;
    world.answer = [1];
    const first = realm.openTab();
    openState(world, first);
    await realm.run(1_000);
    await realm.server.to({ user: 'user' }).emit('add', 2);
    await realm.run(longEnoughMs);
    expect(states(first)).toEqual([[1, 2]]);
    realm.closeTab(first);

    world.answer = null;
    const next = openState(world, realm.openTab());
    expect(next.getSnapshot()).toEqual({ state: undefined, stale: true });
    let shown = 0;
    next.subscribe(() => {
      shown += 1;
    });
    await realm.run(100);
    expect([next.getSnapshot(), shown]).toEqual([{ state: [1, 2], stale: true }, 1]);
    // Events are held for what is loaded: nothing is applied to what may be old.
    await realm.server.to({ user: 'user' }).emit('add', 3);
    await realm.run(500);
    expect(next.getSnapshot().state).toEqual([1, 2]);
    world.answer = [1, 2, 3];
    await realm.run(15_000);
    expect(next.getSnapshot()).toEqual({ state: [1, 2, 3], stale: false });
    expect(await next.ready).toEqual([1, 2, 3]);
  });

  test('does not replace what is loaded already, and another version has its own', async () => {
    const world = createWorld();
    const { realm } = world;
    world.answer = ['old'];
    const first = realm.openTab();
    openState(world, first);
    await realm.run(longEnoughMs);
    realm.closeTab(first);
    world.answer = null;
    const tab = realm.openTab();
    const other = openState(world, tab, { version: 1 });
    const named = openState(world, tab, { name: 'carts' });
    await realm.run(500);
    expect([other.getSnapshot().state, named.getSnapshot().state]).toEqual([undefined, undefined]);
    // Made when the group is known already.
    const late = openState(world, tab);
    await realm.run(100);
    expect(late.getSnapshot()).toEqual({ state: ['old'], stale: true });
  });

  test('[P6] is wiped by a sign-out in any tab, also what was about to be written, and never shown again', async () => {
    for (const waitMs of [0, 2_000, 2_500, longEnoughMs]) {
      const world = createWorld();
      const { realm } = world;
      world.answer = ['mine'];
      const [first, second] = [realm.openTab(), realm.openTab()];
      for (const tab of [first, second]) openState(world, tab);
      await realm.run(1_000);
      await realm.server.to({ user: 'user' }).emit('add', 'more');
      await realm.run(waitMs);
      void second.socket.signOut();
      await realm.run(longEnoughMs);
      expect(states(first), `${waitMs}`).toEqual([]);
      world.answer = null;
      const next = openState(world, realm.openTab());
      await realm.run(1_000);
      expect(next.getSnapshot()).toEqual({ state: undefined, stale: true });
    }
  });

  test('[P6] a tab that was frozen over a sign-out writes and shows nothing of before', async () => {
    const world = createWorld();
    const { realm } = world;
    world.answer = ['mine'];
    const [frozen, other] = [realm.openTab(), realm.openTab()];
    const state = openState(world, frozen);
    await realm.run(1_000);
    realm.freeze(frozen, true);
    void other.socket.signOut();
    await realm.run(1_000);
    realm.thaw(frozen);
    await realm.run(longEnoughMs);
    expect([states(frozen), state.getSnapshot().state]).toEqual([[], undefined]);
  });

  test("[P6] is one user's: another in the same browser has nothing of it, and a sign-out leaves theirs", async () => {
    const world = createWorld();
    const { realm } = world;
    world.answer = ['anna'];
    const anna = realm.openTab({ user: 'anna' });
    openState(world, anna);
    await realm.run(longEnoughMs);
    world.answer = null;
    const ben = realm.openTab({ user: 'ben', browser: anna.browser });
    const his = openState(world, ben);
    await realm.run(1_000);
    expect(his.getSnapshot().state).toBeUndefined();
    void ben.socket.signOut();
    await realm.run(1_000);
    expect(states(anna)).toEqual([['anna']]);
  });

  test('is written by one tab at a time, and no more often than its interval', async () => {
    const world = createWorld();
    const { realm } = world;
    const tabs = Array.from({ length: 5 }, () => realm.openTab());
    for (const tab of tabs) openState(world, tab);
    await realm.run(longEnoughMs);
    const writesWithin = async (ms: number, each = async (_n: number) => {}) => {
      const writtenAt = new Set<number>();
      for (let n = 0; n < ms / 50; n += 1) {
        await each(n);
        await realm.run(50);
        for (const [key, record] of kept(tabs[0] as SimTab)) {
          if (!key.endsWith(':index')) writtenAt.add((record as Kept).value.at);
        }
      }
      // The first is of before.
      return writtenAt.size - 1;
    };
    expect(await writesWithin(5_000)).toBe(0);
    const busy = await writesWithin(10_000, async (n) => void (await realm.server.to({ user: 'user' }).emit('add', n)));
    expect(busy).toBeGreaterThanOrEqual(3);
    expect(busy).toBeLessThanOrEqual(5);
    expect(await writesWithin(20_000)).toBeLessThanOrEqual(2);
    expect((states(tabs[0] as SimTab)[0] as unknown[]).length).toBe(200);
  });

  test('[P8] is one of so many, not too large, and not too old', async () => {
    const world = createWorld();
    const { realm } = world;
    const tab = realm.openTab();
    for (let n = 0; n < 40; n += 1) {
      world.answer = [n];
      openState(world, tab, { name: `state ${n}` });
      await realm.run(500);
    }
    await realm.run(longEnoughMs);
    expect(states(tab)).toHaveLength(32);
    expect(states(tab)).not.toContainEqual([0]);
    expect(states(tab)).toContainEqual([39]);

    const cyclic = new Map<string, unknown>([['y'.repeat(600), new Uint8Array(10)]]);
    cyclic.set('itself', cyclic);
    world.answer = ['x'.repeat(600), cyclic, new Set([new Blob(['z'])])];
    openState(world, tab, { name: 'state 39', version: 1, maxBytes: 1_000 });
    openState(world, tab, { name: 'state 39', version: 2, maxBytes: 1_500 });
    await realm.run(longEnoughMs);
    expect(kept(tab).filter(([key]) => /"state 39",[12]/.test(key))).toHaveLength(1);
    expect(world.warnings).toEqual([expect.stringContaining('larger than about 1000 bytes')]);

    realm.closeTab(tab);
    await realm.run(7 * 86_400_000 + 1_000);
    world.answer = null;
    const next = openState(world, realm.openTab({ browser: tab.browser }), { name: 'state 38' });
    await realm.run(1_000);
    expect(next.getSnapshot().state).toBeUndefined();
  });

  test.each([null, 7, 'junk', { mark: null, value: 1 }, [['a']]])(
    '[P8] junk in its place (%j) is nothing',
    async (junk) => {
      const world = createWorld();
      const { realm } = world;
      world.answer = [1];
      const first = realm.openTab();
      openState(world, first);
      await realm.run(longEnoughMs);
      realm.closeTab(first);
      first.browser.disk.corrupt(junk);
      const next = openState(world, realm.openTab({ browser: first.browser }));
      await realm.run(longEnoughMs);
      expect(next.getSnapshot()).toEqual({ state: [1], stale: false });
      expect(states(first)).toEqual([[1]]);
    },
  );

  test.each(['fails', 'hangs'] as const)('[P10] a store that %s is harmless', async (mode) => {
    const world = createWorld();
    const { realm } = world;
    world.answer = [1];
    const tab = realm.openTab();
    tab.browser.disk.setMode(mode);
    const state = openState(world, tab);
    await realm.run(3_000);
    expect(state.getSnapshot()).toEqual({ state: [1], stale: false });
    await realm.server.to({ user: 'user' }).emit('add', 2);
    await realm.run(longEnoughMs);
    expect(state.getSnapshot().state).toEqual([1, 2]);
  });

  test('[P10] what can not be cloned is not kept, said once, and hurts no other storage', async () => {
    const world = createWorld();
    const { realm } = world;
    world.answer = [() => {}];
    const tab = realm.openTab();
    openState(world, tab);
    await realm.run(longEnoughMs);
    await realm.server.to({ user: 'user' }).emit('add', 2);
    await realm.run(longEnoughMs);
    expect(states(tab)).toEqual([]);
    expect(world.warnings).toEqual(['state "orders": not kept']);
    expect(tab.socket.status.degraded).toEqual([]);
  });

  test('is an option with bounds that make sense', () => {
    expect(() => indexedDb({ maxAgeMs: 0 })).toThrow(expect.objectContaining({ code: 'bad_option' }));
    expect(() => indexedDb({ maxBytes: Number.NaN })).toThrow(/maxBytes/);
  });
});
