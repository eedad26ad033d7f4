/** What happens to a group while one of its tabs hears nothing. */
import { describe, expect, test } from 'vitest';
import { createRealm, type SimTab } from './realm.ts';

const say = ({ socket }: SimTab): string => `${socket.status.connection} ${socket.status.reason?.code ?? ''}`.trim();

describe('a tab that missed it', () => {
  test('[P6] a sign-out whose message is lost ends a quiet leader all the same', async () => {
    const realm = createRealm();
    const leader = realm.openTab();
    leader.socket.connect();
    await realm.settle();
    const other = realm.openTab({ browser: leader.browser });
    other.socket.connect();
    await realm.settle();
    leader.browser.bus.lose(leader.page, 100);
    void other.socket.signOut();
    await realm.run(500);
    expect([say(leader), say(other)]).toEqual(['signed-out signed_out', 'signed-out signed_out']);
  });

  test('[P9] "replaced by another browser" is still so for a tab that was frozen when it happened', async () => {
    const realm = createRealm({ server: { sessions: 'replace' } });
    const leader = realm.openTab();
    leader.socket.connect();
    await realm.settle();
    const frozen = realm.openTab({ browser: leader.browser });
    frozen.socket.connect();
    await realm.settle();
    realm.freeze(frozen);
    const elsewhere = realm.openTab({ browser: realm.openBrowser() });
    elsewhere.socket.connect();
    await realm.settle();
    expect([say(leader), say(elsewhere)]).toEqual(['failed session_replaced', 'connected']);
    realm.thaw(frozen);
    await realm.run(10_000);
    expect([say(leader), say(frozen), say(elsewhere)]).toEqual([
      'failed session_replaced',
      'failed session_replaced',
      'connected',
    ]);
    // The app asks for it, in any tab: the whole group is back.
    leader.socket.connect();
    await realm.run(10_000);
    expect([say(leader), say(frozen), say(elsewhere)]).toEqual(['connected', 'connected', 'failed session_replaced']);
    // And a new page does.
    realm.openTab({ browser: elsewhere.browser }).socket.connect();
    await realm.run(10_000);
    expect([say(leader), say(frozen), say(elsewhere)]).toEqual([
      'failed session_replaced',
      'failed session_replaced',
      'connected',
    ]);
  });

  test('[P5] the tab that was asked to load a shared state crashes: another one loads it soon', async () => {
    const realm = createRealm();
    const leader = realm.openTab();
    leader.socket.connect();
    await realm.settle();
    const position = (): Promise<string> => realm.server.realtime()?.positionOf({ userId: 'user' }) ?? Promise.reject();
    const open = (load: () => Promise<{ state: string; position: string }>) => {
      const tab = realm.openTab({ browser: leader.browser });
      return { tab, state: tab.socket.state({ name: 'orders', load, on: {} }) };
    };
    const first = open(() => new Promise(() => {}));
    await realm.run(200);
    const second = open(async () => ({ state: 'loaded', position: await position() }));
    await realm.run(200);
    realm.crash(first.tab);
    await realm.run(4_000);
    expect(second.state.getSnapshot()).toEqual({ state: 'loaded', stale: false });
  });

  test('[P6] a load that hangs over a sign-out does not keep the next user from loading', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    let loads = 0;
    const position = (): Promise<string> => realm.server.realtime()?.positionOf({ userId: 'user' }) ?? Promise.reject();
    const state = tab.socket.state({
      name: 'orders',
      on: {},
      async load() {
        loads += 1;
        if (loads === 1) await new Promise(() => {});
        return { state: loads, position: await position() };
      },
    });
    await realm.run(500);
    void tab.socket.signOut();
    await realm.run(500);
    tab.socket.connect();
    await realm.run(2_000);
    expect([loads, state.getSnapshot()]).toEqual([2, { state: 2, stale: false }]);
  });

  test('[P10] a page that hangs while it reads its storage does not take the storage for broken', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    tab.socket.connect();
    await realm.run(1);
    realm.hang(tab);
    await realm.run(3_000);
    realm.unhang(tab);
    await realm.settle();
    expect([say(tab), tab.socket.status.degraded]).toEqual(['connected', []]);
  });

  test('[P6] signed out in the first moment, nothing of it is stored later', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    tab.socket.connect();
    await realm.run(1);
    void tab.socket.signOut();
    await realm.run(3_000);
    expect(tab.browser.disk.contents().filter(([key]) => !key.endsWith(':mark'))).toEqual([]);
  });

  test('[P9] a tab that is out of the election does not go on believing in a leader that is gone', async () => {
    const realm = createRealm();
    let signedIn = false;
    const out = realm.openTab({ socket: { auth: async () => (signedIn ? { token: 'user' } : null) } });
    out.socket.connect();
    await realm.run(500);
    const leader = realm.openTab({ browser: out.browser });
    leader.socket.connect();
    await realm.settle();
    expect([say(out), out.socket.status.role]).toEqual(['connected', 'follower']);
    // As if its `bye` had been lost.
    realm.crash(leader);
    await realm.run(6_000);
    expect([say(out), out.socket.status.role]).toEqual(['signed-out signed_out', 'none']);
    signedIn = true;
    out.socket.connect();
    await realm.settle();
    expect([say(out), out.socket.status.role]).toEqual(['connected', 'leader']);
  });

  test.each(['freeze', 'hang'] as const)(
    '[P5] a tab that does %s while it is about to take over does not keep the others from it',
    async (how) => {
      const realm = createRealm();
      const tabs = [realm.openTab()];
      for (let count = 0; count < 2; count += 1) {
        tabs[0]?.socket.connect();
        await realm.settle();
        tabs.push(realm.openTab({ browser: tabs[0]?.browser ?? realm.openBrowser() }));
        tabs.at(-1)?.socket.connect();
        await realm.run(1_000);
      }
      const [leader, ...others] = tabs as [SimTab, SimTab, SimTab];
      // The lock is that of all namespaces.
      const stealLock = `${leader.socket.diagnostics().group.slice(0, -1)}:steal`;
      realm.hang(leader);
      let stealer: SimTab | undefined;
      for (let waited = 0; !stealer && waited < 10_000; waited += 20) {
        await realm.run(20);
        stealer = others.find(({ page, browser }) => browser.locks.holderOf(stealLock) === page);
      }
      expect(stealer).toBeDefined();
      if (stealer) realm[how](stealer);
      await realm.run(50);
      // Frozen it would keep the lock for as long as it is frozen.
      if (how === 'freeze') expect(stealer?.browser.locks.holderOf(stealLock)).toBeNull();
      await realm.run(how === 'freeze' ? 5_000 : 10_000);
      const left = others.find((tab) => tab !== stealer);
      expect(left?.socket.status.role).toBe('leader');
    },
  );

  test('[P9] a tab that is out of the election and missed the next leader hears of it at the roll-call', async () => {
    const realm = createRealm({ server: { sessions: 'replace' } });
    const out = realm.openTab();
    out.socket.connect();
    await realm.settle();
    realm.openTab({ browser: realm.openBrowser() }).socket.connect();
    await realm.settle();
    out.browser.bus.lose(out.page, 100);
    const next = realm.openTab({ browser: out.browser });
    next.socket.connect();
    await realm.run(2_000);
    expect([say(out), say(next)]).toEqual(['failed session_replaced', 'connected']);
    out.browser.bus.lose(out.page, 0);
    await realm.run(61_000);
    expect(say(out)).toBe('connected');
  });

  test('[P3] a frozen leader of before sends no command to a plain server beside the leader of now', async () => {
    let runs = 0;
    const add = (_: unknown, ack: unknown): void => {
      runs += 1;
      (ack as () => void)();
    };
    const realm = createRealm({ server: { listenersOf: () => new Map([['add', add]]) }, socket: { companion: false } });
    const frozen = realm.openTab();
    frozen.socket.connect();
    await realm.settle();
    const follower = realm.openTab({ browser: frozen.browser, visible: false });
    const next = realm.openTab({ browser: frozen.browser });
    for (const tab of [follower, next]) tab.socket.connect();
    await realm.settle();
    realm.freeze(frozen, true);
    await realm.run(6_000);
    expect(next.socket.status.role).toBe('leader');
    void follower.socket.timeout(2_000).emitWithAck('add', {});
    await realm.run(3_000);
    realm.thaw(frozen);
    await realm.run(3_000);
    expect(runs).toBe(1);
  });

  test('[P4] what a leader handled that crashed before it stored it is stored by the next one', async () => {
    const realm = createRealm();
    const heard: unknown[] = [];
    const open = (browser: SimTab['browser'] | undefined) => {
      const tab = realm.openTab(browser && { browser });
      tab.socket.on('tick', (n: unknown) => heard.push(n));
      return tab;
    };
    const leader = open(undefined);
    await realm.settle();
    const next = open(leader.browser);
    await realm.settle();
    void realm.server.to('all').emit('tick', 1);
    while (heard.length < 2) await realm.run(1);
    realm.crash(leader);
    await realm.run(2_000);
    expect(next.socket.status).toMatchObject({ role: 'leader', connection: 'connected' });
    realm.crash(next);
    await realm.run(200);
    open(leader.browser);
    await realm.run(2_000);
    expect(heard).toEqual([1, 1]);
  });

  test('[P4] a cold start whose IndexedDB is slow refreshes, and repeats nothing an earlier leader left', async () => {
    const realm = createRealm();
    const heard: unknown[] = [];
    const open = async (browser?: SimTab['browser']) => {
      const tab = realm.openTab(browser && { browser });
      tab.socket.onRefresh(() => void heard.push('refresh'));
      tab.socket.on('tick', (n: unknown) => heard.push(n));
      tab.socket.connect();
      await realm.run(2_000);
      return tab;
    };
    const tick = async (n: number): Promise<void> => {
      void realm.server.to('all').emit('tick', n);
      await realm.run(500);
    };
    const first = await open();
    const { browser } = first;
    await tick(1);
    realm.closeTab(first);
    const next = await open(browser);
    await tick(2);
    realm.crash(next);
    browser.disk.setMode('hangs');
    const last = await open(browser);
    await tick(3);
    expect(heard).toEqual([1, 2, 'refresh', 3]);
    // It leads without IndexedDB, and crashes too.
    realm.crash(last);
    await open(browser);
    expect(heard).toEqual([1, 2, 'refresh', 3]);
  });

  test('[P6] a page back from the cache sees at once that its mark is gone, also where no pagehide ran', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    tab.socket.connect();
    await realm.settle();
    realm.navigateAway(tab, true);
    tab.browser.disk.clear();
    realm.navigateBack(tab);
    expect(say(tab)).toBe('signed-out signed_out');
  });

  test('[P5] a tab that reads its storage before it leads does not take that for a leader without life', async () => {
    const stolen: unknown[] = [];
    const realm = createRealm({ onSteal: (by, from) => stolen.push([by.name, from?.name]) });
    const first = realm.openTab();
    first.socket.connect();
    await realm.settle();
    realm.hang(first);
    const [second, third] = [1, 2].map(() => realm.openTab({ browser: first.browser }));
    for (const tab of [second, third]) tab?.socket.connect();
    await realm.run(3_900);
    first.browser.disk.setMode('hangs');
    realm.crash(first);
    await realm.run(3_000);
    expect(stolen).toEqual([]);
    expect([second, third].map((tab) => tab?.socket.status.role).sort()).toEqual(['follower', 'leader']);
  });
});
