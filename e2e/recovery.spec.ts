/** Holes, gaps beyond the log, lost logs, cold starts: filled or announced, never silent. */
import type { TabRecord } from './page/types.ts';
import { faultsOf, repeatedIn } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilOneConnection } from './support/group.ts';
import { canBeDeaf } from './support/inject.ts';

const user = { user: 'u1' } as const;

test('[P2] one event lost on its way: one request_sync of the whole group, no hole', async ({ openTabs, server }) => {
  const tabs = await openTabs(5);
  await allSeen(tabs, await publish(server, 1, 3));
  expect((await server.state()).received.request_sync ?? 0).toBe(0);
  await server.ask('tamper', { type: 'tick', how: 'skip' });
  await publish(server, 4, 1);
  await expect.poll(async () => (await server.state()).tampered).toBe(1);
  await allSeen(tabs, await publish(server, 5, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 5, 1)).toEqual([]);
  expect((await server.state()).received.request_sync).toBe(1);
});

test('[P2] one event sent twice: handled once', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  await server.ask('tamper', { type: 'tick', how: 'repeat' });
  await allSeen(tabs, await publish(server, 1, 1));
  await allSeen(tabs, await publish(server, 2, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 2, 1)).toEqual([]);
  expect((await server.state()).tampered).toBe(1);
});

test.describe('a small log', () => {
  test.use({ serverOptions: { mode: 'companion', log: { maxEvents: 50 } } });

  test('[P2] gap beyond the log: one refresh per tab, one load in all', async ({ openTabs, server, network, web }) => {
    const tabs = await openTabs(5);
    for (const tab of tabs) await tab.page.evaluate(() => window.tab.openList());
    await allSeen(tabs, await publish(server, 1, 10));
    const fresh = async (length: number) => {
      const lists = await Promise.all(tabs.map((tab) => tab.list()));
      return lists.every(({ list, stale }) => !stale && list?.length === length && list.at(-1) === length);
    };
    await expect.poll(() => fresh(10)).toBe(true);
    const loadsBefore = web.listsServed;
    expect(loadsBefore).toBe(1);

    network.cut();
    await publish(server, 11, 100);
    network.restore();
    for (const tab of tabs) await tab.untilConnected();
    await expect.poll(() => fresh(110)).toBe(true);
    await allSeen(tabs, await publish(server, 111, 1));
    await expect.poll(() => fresh(111)).toBe(true);

    expect(web.listsServed - loadsBefore, 'loads of the whole group').toBe(1);
    for (const tab of tabs) {
      const { events, refreshes } = await tab.record();
      expect(refreshes).toEqual([
        { streams: ['user:u1'], reason: expect.stringMatching(/too_far|expired/), after: 10 },
      ]);
      expect(events.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 111]);
    }
  });
});

/** Streams that a tab was told to load again, in any number of notices. */
const refreshed = ({ refreshes }: Pick<TabRecord, 'refreshes'>) => refreshes.flatMap(({ streams }) => streams).sort();
const bothStreams = ['all', 'user:u1'];

test('[P2] the log restarted: every tab hears epoch_changed first, also one that missed the announcement', async ({
  openTab,
  openTabs,
  server,
}) => {
  const hearing = await openTabs(4);
  const deaf = await openTab({ init: [canBeDeaf] });
  await deaf.untilConnected();
  const tabs = [...hearing, deaf];
  await allSeen(tabs, await publish(server, 1, 5));

  await deaf.page.evaluate(() => {
    window.deaf = true;
  });
  await server.restart();
  for (const tab of hearing) await expect.poll(async () => refreshed(await tab.record())).toEqual(bothStreams);
  await allSeen(hearing, await publish(server, 6, 1));
  expect((await deaf.record()).events).toHaveLength(5);
  await deaf.page.evaluate(() => {
    window.deaf = false;
  });
  await publish(server, 7, 1);
  await expect.poll(async () => refreshed(await deaf.record())).toEqual(bothStreams);
  await allSeen(tabs, await publish(server, 8, 1));

  for (const tab of tabs) {
    const { events, refreshes, name } = await tab.record();
    expect(refreshed({ refreshes }), 'each stream once').toEqual(bothStreams);
    for (const { reason, after } of refreshes) expect([reason, after], name).toEqual(['epoch_changed', 5]);
    const later = events
      .slice(5)
      .map(({ n }) => n)
      .join();
    // A refresh says: load again. What it covers need not come as events too; what follows it must.
    expect(later, name).toMatch(tab === deaf ? /^(6,)?(7,)?8$/ : /^6,7,8$/);
  }
});

test('[P4] cold start: after all tabs closed, the next one gets what it missed, and nothing twice', async ({
  openTab,
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 20));
  for (const tab of tabs) await tab.page.close();
  await expect.poll(() => web.reports.length).toBe(3);
  await publish(server, 21, 30);

  const next = await openTab();
  await next.untilSeen(50);
  expect(faultsOf(await next.record(), 50, 21)).toEqual([]);
  expect(
    repeatedIn([...web.reports, await next.record()].filter(({ name }) => name !== 'tab2' && name !== 'tab3')),
  ).toEqual([]);
  expect((await next.record()).refreshes).toEqual([]);
  await untilOneConnection(server);
});

test('[P4] all tabs crash: nothing is lost, and little is repeated', async ({ openTab, openTabs, server }) => {
  const tabs = await openTabs(3);
  await server.publish({ to: user, type: 'tick', from: 1, count: 200, perSecond: 100 });
  await allSeen(tabs, 200);
  for (const tab of tabs) await tab.crash();
  await publish(server, 201, 30);

  const next = await openTab();
  await next.untilSeen(230);
  const { events, refreshes } = await next.record();
  const first = events[0]?.n ?? 0;
  expect(faultsOf(await next.record(), 230, first)).toEqual([]);
  expect(first, 'nothing lost').toBeLessThanOrEqual(201);
  // One interval of 50 ms at 100 per second, and as much again for a slow disk.
  expect(first, 'little repeated').toBeGreaterThan(190);
  expect(refreshes).toEqual([]);
});

test("[P4] resume: 'now' starts at the head", async ({ openTab, server, web }) => {
  const first = await openTab();
  await first.untilConnected();
  await first.untilSeen(await publish(server, 1, 5));
  await first.page.close();
  await expect.poll(() => web.reports.length).toBe(1);
  await publish(server, 6, 5);
  const next = await openTab({ options: { resume: 'now' } });
  await next.untilConnected();
  await next.untilSeen(await publish(server, 11, 1));
  expect(faultsOf(await next.record(), 11, 11)).toEqual([]);
});

test('[P2] the server ends the connection: reconnected, nothing missed', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 5));
  await server.ask('disconnect', {});
  await server.publish({ to: user, type: 'tick', from: 6, count: 50 });
  await allSeen(tabs, 55);
  for (const tab of tabs) {
    const record = await tab.record();
    expect(faultsOf(record, 55, 1)).toEqual([]);
    expect(record.link).toEqual([expect.stringMatching(/^connect/), 'disconnect', 'connect:recovered']);
  }
});
