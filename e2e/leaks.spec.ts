/** After `close()` a page is as it was: timers, listeners, channels, sockets, locks. */
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed } from './support/group.ts';
import { countLive, withoutLocks } from './support/inject.ts';
import type { Tab } from './support/tab.ts';

const counted = { start: false, init: [countLive] } as const;
const live = (tab: Tab) => tab.page.evaluate(() => window.live?.());

async function begin(tab: Tab) {
  await tab.page.evaluate(() => window.tab.start());
  await tab.untilConnected();
}

test('[P1] leader and follower leave nothing behind after close()', async ({ openTab, server }) => {
  const tabs = [await openTab(counted), await openTab(counted)];
  const before = await Promise.all(tabs.map(live));
  for (const tab of tabs) await begin(tab);
  await allSeen(tabs, await publish(server, 1, 10));
  const during = await live(tabs[0] as Tab);
  expect(during?.sockets, 'the counter counts').toBeGreaterThan(0);
  expect(during?.channels).toBeGreaterThan(0);
  expect(during?.listeners).toBeGreaterThan(before[0]?.listeners ?? 0);
  // The follower first: the leader's own end is checked with nobody left behind it.
  for (const tab of [...tabs].reverse()) await tab.page.evaluate(() => window.tab.close());
  for (const [i, tab] of tabs.entries()) await expect.poll(() => live(tab), { message: tab.name }).toEqual(before[i]);
});

test('[P1] close() twice, close() while connecting, start and stop as StrictMode does', async ({ openTab }) => {
  const tab = await openTab(counted);
  const before = await live(tab);
  await tab.page.evaluate(() => {
    for (let i = 0; i < 3; i += 1) {
      window.tab.start();
      window.tab.close();
      window.tab.close();
    }
    window.tab.start();
  });
  await tab.untilConnected();
  await tab.page.evaluate(() => {
    window.tab.close();
    window.tab.connect();
    window.tab.close();
  });
  await expect.poll(() => live(tab)).toEqual(before);
});

test('[P1] two facades in one page are one participant; the last to close ends it', async ({ openTab, server }) => {
  const tab = await openTab(counted);
  const before = await live(tab);
  await begin(tab);
  const seen = await tab.page.evaluateHandle(() => window.tab.startSecond());
  await expect.poll(async () => (await tab.diagnostics()).tabs.length).toBe(1);
  await tab.untilSeen(await publish(server, 1, 3));
  expect(await seen.evaluate((second) => second.seen())).toEqual([1, 2, 3]);
  expect((await server.state()).sessions).toHaveLength(1);

  await seen.evaluate((second) => second.close());
  await tab.untilSeen(await publish(server, 4, 1));
  expect(await seen.evaluate((second) => second.seen())).toEqual([1, 2, 3]);
  await tab.page.evaluate(() => window.tab.close());
  await expect.poll(() => live(tab)).toEqual(before);
});

test('[P6] sign-out leaves nothing behind in any tab', async ({ openTab }) => {
  const tabs = [await openTab(counted), await openTab(counted)];
  const before = await Promise.all(tabs.map(live));
  for (const tab of tabs) await begin(tab);
  for (const tab of tabs) await tab.page.evaluate(() => window.tab.setAuth({ kind: 'none' }));
  await tabs[1]?.page.evaluate(() => window.tab.signOut());
  await expect.poll(() => tabs[0]?.page.evaluate(() => window.tab.connected())).toBe(false);
  for (const tab of tabs) await tab.page.evaluate(() => window.tab.close());
  for (const [i, tab] of tabs.entries()) await expect.poll(() => live(tab), { message: tab.name }).toEqual(before[i]);
});

test('[P10] without Web Locks start and close() leave nothing behind that grows', async ({ openTab }) => {
  const tab = await openTab({ start: false, init: [countLive, withoutLocks] });
  const before = await live(tab);
  const cycle = async () => {
    await begin(tab);
    await tab.page.evaluate(() => window.tab.close());
    await expect.poll(async () => (await live(tab))?.channels).toBe(0);
  };
  await cycle();
  // The `broadcast-channel` package listens for the page's end from its first use on, and never stops.
  const listeners = (before?.listeners ?? 0) + 2;
  await expect.poll(() => live(tab)).toEqual({ ...before, listeners });
  await cycle();
  await expect.poll(() => live(tab)).toEqual({ ...before, listeners });
});

test('[P1] close() in the leader: another tab leads, this one holds nothing', async ({ openTab, server }) => {
  const tabs = [await openTab(counted), await openTab(counted), await openTab(counted)];
  const before = await live(tabs[0] as Tab);
  for (const tab of tabs) await begin(tab);
  const [leader, ...rest] = tabs as [Tab, Tab, Tab];
  await leader.page.evaluate(() => window.tab.close());
  await untilLed(rest);
  await allSeen(rest, await publish(server, 1, 1));
  // Locks are the browser's: those of the other tabs are counted in every page.
  const own = async () => ({ ...(await live(leader)), held: 0, pending: 0 });
  await expect.poll(own).toEqual({ ...before, held: 0, pending: 0 });
});
