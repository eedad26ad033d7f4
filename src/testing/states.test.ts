/** Shared states of several tabs and streams over the simulated world: who loads, who gets it, what goes wrong. */
import { describe, expect, test } from 'vitest';
import { createRealm, type SimTab } from './realm.ts';

function open() {
  const errors: unknown[] = [];
  const realm = createRealm({ onError: (_where, error) => void errors.push(error) });
  const position = async () => (await realm.server.realtime()?.positionOf({ userId: 'user' })) ?? '';
  const loadsOf = new Map<string, number>();
  /** A list of what `add` brought; `load` is told which try of this tab it is. */
  const list = (tab: SimTab, load: (nth: number) => unknown = () => [], name = 'list', type = 'add') =>
    tab.socket.state<unknown[]>({
      name,
      loadTimeoutMs: 2_000,
      on: { [type]: (before, n) => [...before, n] },
      async load() {
        const key = `${tab.name} ${name}`;
        loadsOf.set(key, (loadsOf.get(key) ?? 0) + 1);
        const at = await position();
        return { state: (await load(loadsOf.get(key) ?? 0)) as unknown[], position: at };
      },
    });
  const loads = () => Object.fromEntries(loadsOf);
  return { realm, errors, list, loads };
}
const never = () => new Promise(() => {});
const fails = () => Promise.reject(new Error('not to be had'));

describe('shared states', () => {
  test('[P2] several of them, over several streams, in several tabs: each event once in each that takes it', async () => {
    const { realm, list, loads } = open();
    const tabs = [realm.openTab(), realm.openTab(), realm.openTab()];
    await realm.server.realtime()?.joinRoom('user', 'kitchen');
    const adds = tabs.map((tab) => list(tab));
    const takes = tabs.slice(1).map((tab) => list(tab, () => ['zero'], 'takes', 'take'));
    await realm.settle();
    for (let n = 1; n <= 30; n += 1) {
      const target = ([{ user: 'user' }, 'all', { room: 'kitchen' }] as const)[n % 3] ?? 'all';
      await realm.server.to(target as 'all').emit(n % 2 === 0 ? 'add' : 'take', n);
    }
    await realm.settle();
    const sorted = (values: unknown[] | undefined) => [...(values ?? [])].sort((a, b) => Number(a) - Number(b));
    const numbers = Array.from({ length: 30 }, (_, n) => n + 1);
    for (const { getSnapshot } of adds) expect(sorted(getSnapshot().state)).toEqual(numbers.filter((n) => n % 2 === 0));
    for (const { getSnapshot } of takes) {
      const [zero, ...rest] = getSnapshot().state ?? [];
      expect([zero, sorted(rest)]).toEqual(['zero', numbers.filter((n) => n % 2 === 1)]);
    }
    expect(loads()).toEqual({ 'tab1 list': 1, 'tab2 takes': 1 });
  });

  test('[P2] a lost log: all states are loaded again, each by one tab for all', async () => {
    const { realm, list, loads } = open();
    const tabs = [realm.openTab(), realm.openTab(), realm.openTab()];
    const all = tabs.flatMap((tab) => [list(tab), list(tab, (nth) => [nth], 'other')]);
    await realm.settle();
    const before = loads();
    realm.server.stop();
    await realm.run(1_000);
    // Its log is in memory: what was there is gone, and so are the epochs.
    realm.server.start();
    await realm.run(15_000);
    for (const { getSnapshot } of all) expect(getSnapshot().stale).toBe(false);
    // Two streams begin anew, one after the other: a load between them is too early.
    const again = Object.entries(loads()).map(([key, n]) => n - (before[key] ?? 0));
    expect(again).toHaveLength(2);
    for (const n of again) expect([1, 2]).toContain(n);
  });

  test('[P8] what can not be cloned stays with its tab: every tab loads for itself, and that is reported', async () => {
    const { realm, list, loads, errors } = open();
    const tabs = [realm.openTab(), realm.openTab(), realm.openTab()];
    const states = tabs.map((tab) => list(tab, () => [() => tab.name]));
    await realm.settle();
    for (const { getSnapshot } of states) expect(getSnapshot()).toMatchObject({ stale: false });
    const made = states.map(({ getSnapshot }) => getSnapshot().state as [() => string]);
    expect(made.map(([name]) => name())).toEqual(tabs.map(({ name }) => name));
    expect(loads()).toEqual({ 'tab1 list': 1, 'tab2 list': 1, 'tab3 list': 1 });
    expect(errors[0]).toMatchObject({ name: 'DataCloneError' });
  });

  test('[P7] a load that fails in one tab: the next one loads, and the first has it from there', async () => {
    const { realm, list, errors } = open();
    const [first, second] = [realm.openTab(), realm.openTab()];
    const broken = list(first, fails);
    await realm.run(500);
    const working = list(second, () => ['here']);
    expect(broken.getSnapshot().error).toEqual(new Error('not to be had'));
    await realm.run(5_000);
    for (const { getSnapshot } of [broken, working]) expect(getSnapshot()).toEqual({ state: ['here'], stale: false });
    expect(errors).toHaveLength(3);
  });

  test('[P3] a load that never ends in one tab: the next one loads when its tries are used up', async () => {
    const { realm, list } = open();
    const [first, second] = [realm.openTab(), realm.openTab()];
    const hanging = list(first, never);
    await realm.run(500);
    const working = list(second, () => ['here']);
    await realm.run(3 * 2_000 + 3_500 + 500);
    for (const { getSnapshot } of [hanging, working]) expect(getSnapshot()).toEqual({ state: ['here'], stale: false });
  });

  test('[P5] the leader dies while another tab loads for all: that load counts, and is not repeated', async () => {
    const { realm, list, loads } = open();
    const leader = realm.openTab();
    leader.socket.connect();
    await realm.settle();
    const [first, second] = [realm.openTab(), realm.openTab()];
    const slow = () => new Promise((done) => void first.page.clock.after(1_500, () => done(['slow'])));
    const states = [list(first, slow), list(second, slow)];
    await realm.run(500);
    realm.crash(leader);
    await realm.run(3_000);
    for (const { getSnapshot } of states) expect(getSnapshot()).toEqual({ state: ['slow'], stale: false });
    expect(loads()).toEqual({ 'tab2 list': 1 });
  });

  test.each([
    { name: '' },
    { name: 'x'.repeat(257) },
    { name: 7 },
    { version: -1 },
    { version: '2' },
    { load: undefined },
    { loadTimeoutMs: 0 },
    { loadTimeoutMs: Number.NaN },
  ])('[P8] options that no other tab would understand are an error at once: %j', (wrong) => {
    const { realm } = open();
    const { socket } = realm.openTab();
    const right = { name: 'n', load: async () => ({ state: 1, position: '' }), on: {} };
    expect(() => socket.state({ ...right, ...wrong } as typeof right)).toThrow(
      expect.objectContaining({ code: 'bad_option' }),
    );
  });

  test('[P2] loaded while events rain: each of them is in the state once, wherever the load came to lie', async () => {
    const { realm, list } = open();
    const [first, second] = [realm.openTab(), realm.openTab()];
    const seen: number[] = [];
    const slow = (tab: SimTab) => () =>
      new Promise((done) => {
        const now = [...seen];
        tab.page.clock.after(300, () => done(now));
      });
    const states = [list(first, slow(first)), list(second, slow(second))];
    for (let n = 1; n <= 100; n += 1) {
      await realm.server.to({ user: 'user' }).emit('add', n);
      seen.push(n);
      await realm.run(20);
    }
    await realm.settle();
    for (const { getSnapshot } of states) expect(getSnapshot()).toEqual({ state: seen, stale: false });
  });
});
