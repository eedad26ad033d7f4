/** Tabs that live: one connection, every event, every command, each user's own. */
import { faultsOfCommands } from '../support/check.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from '../support/group.ts';
import { storedBy } from '../support/stored.ts';
import type { EngineTab } from './engine.ts';
import { expect, expectWhole, test } from './fixtures.ts';

test('[P1] [P2] [P3] [P10] three tabs: one connection, 1,000 events in each, commands once, nothing missing', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3);
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 1_000, perSecond: 500 });
  for (const { page, name } of tabs) {
    await page.evaluate((key) => {
      for (let i = 0; i < 10; i += 1) window.tab.command(`${key}:${i}`);
    }, name);
  }
  await allSeen(tabs, 1_000);
  await expectWhole(tabs, 1_000);
  for (const tab of tabs) await expect.poll(async () => (await tab.record()).commands.length).toBe(10);
  const records = await Promise.all(tabs.map((tab) => tab.record()));
  expect(faultsOfCommands(records, server.runsByKey)).toEqual([]);
  expect(Object.keys(server.runsByKey)).toHaveLength(30);

  const { sessions, rawEver } = await server.state();
  expect([sessions.length, rawEver], 'connections ever').toEqual([1, 1]);
  for (const tab of tabs) expect((await tab.status()).degraded, tab.name).toEqual([]);
});

test('[P2] [P4] all tabs closed and one opened again: it gets what came meanwhile, and nothing twice', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(2)) as [EngineTab, EngineTab];
  await allSeen(tabs, await publish(server, 1, 20));
  // Firefox may break off the `pagehide` listeners of a page that it closes: then only what is stored by now counts.
  await expect.poll(async () => JSON.stringify((await storedBy(tabs[0])).values)).toContain('"id":20');
  for (const { page } of tabs) await page.close();
  await expect.poll(() => liveSessions(server)).toEqual([]);
  await publish(server, 21, 20);
  const [next] = await openTabs(1);
  if (!next) throw new Error('unreachable');
  await next.untilSeen(40);
  await expectWhole([next], 40, 21);
  expect((await next.record()).refreshes).toEqual([]);
});

test('[P6] sign-out in one tab: ended and wiped in all', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  const [leader, signer] = tabs as [EngineTab, EngineTab];
  await allSeen(tabs, await publish(server, 1, 10));
  for (const { page } of tabs) await page.evaluate(() => window.tab.setAuth({ kind: 'none' }));
  await signer.page.evaluate(() => window.tab.signOut());
  await expect.poll(() => liveSessions(server)).toEqual([]);
  await publish(server, 11, 10);
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.status()).connection).toBe('signed-out');
    expect(await tab.diagnostics()).toMatchObject({ cursors: {}, outbox: 0 });
  }
  await expectWhole(tabs, 10);
  const stored = JSON.stringify(await storedBy(leader));
  expect(stored, 'the mark of the sign-out').toContain('onesocket');
  expect(stored, 'no cursor of the user').not.toContain('user:u1');
});

test('[P6] a second profile of the same user: a group of its own', async ({ openTabs, openEngine, server }) => {
  const tabs = await openTabs(2);
  const others = await openTabs(2, { engine: await openEngine() });
  expect(await liveSessions(server)).toHaveLength(2);
  await allSeen([...tabs, ...others], await publish(server, 1, 50));
  await expectWhole([...tabs, ...others], 50);
  await untilLed(tabs);
  await untilLed(others);
  const clients = (await server.state()).sessions.map(({ auth }) => auth.client);
  expect(new Set(clients).size).toBe(2);
  await tabs[0]?.page.close();
  await allSeen([...tabs.slice(1), ...others], await publish(server, 51, 10));
  await expectWhole([...tabs.slice(1), ...others], 60);
  await expect.poll(() => liveSessions(server)).toHaveLength(2);
});

test('[P1] [P2] [P3] the link is cut for 3 s: caught up, commands once', async ({ openTabs, server, network }) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 10));
  network.cut();
  await publish(server, 11, 100);
  for (const { page, name } of tabs) await page.evaluate((key) => window.tab.command(key), name);
  // The length of the fault, not a wait for a state.
  await new Promise((done) => setTimeout(done, 3_000));
  network.restore();
  await allSeen(tabs, 110);
  await expectWhole(tabs, 110);
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
    expect((await tab.record()).refreshes).toEqual([]);
  }
  expect(server.runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
  await untilOneConnection(server);
});

test('[P2] the server is killed and started again without its log: said in each tab, then every event', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 10));
  await server.restart();
  const refreshed = async (tab: EngineTab) => (await tab.record()).refreshes.flatMap(({ streams }) => streams);
  for (const tab of tabs) await expect.poll(() => refreshed(tab)).toContain('user:u1');
  await allSeen(tabs, await publish(server, 11, 10));
  await expectWhole(tabs, 20);
  for (const tab of tabs) {
    // Of each stream that the tab is in, together or one by one.
    for (const refresh of (await tab.record()).refreshes) {
      expect(refresh, tab.name).toMatchObject({ reason: 'epoch_changed', after: 10 });
    }
  }
  await untilOneConnection(server);
});
