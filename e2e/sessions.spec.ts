/** One user in two browsers, by each of the server's policies. */
import type { BrowserContext } from '@playwright/test';
import { faultIn } from './support/check.ts';
import { test as base, expect, type OpenTab } from './support/fixtures.ts';
import { allSeen, liveSessions, publish } from './support/group.ts';
import type { Tab } from './support/tab.ts';

/** Another profile: its own locks, channels and storage. */
const test = base.extend<{ otherBrowser: BrowserContext }>({
  otherBrowser: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
});

async function openTwo(openTab: OpenTab, context?: BrowserContext): Promise<[Tab, Tab]> {
  const place = context ? { context } : {};
  return [await openTab(place), await openTab(place)];
}
async function untilFailed(tabs: readonly Tab[], code: string) {
  for (const tab of tabs) {
    await expect.poll(() => tab.status()).toMatchObject({ connection: 'failed', reason: { code } });
  }
}
async function untilConnected(tabs: readonly Tab[]) {
  for (const tab of tabs) await tab.untilConnected();
}

test("[P1] sessions 'multi': one connection each, every event in both", async ({ openTab, otherBrowser, server }) => {
  const tabs = [...(await openTwo(openTab)), ...(await openTwo(openTab, otherBrowser))];
  await untilConnected(tabs);
  expect(await liveSessions(server)).toHaveLength(2);
  await allSeen(tabs, await publish(server, 1, 20));
  for (const tab of tabs) expect(faultIn((await tab.record()).plain, 1, 20)).toBeNull();
});

test.describe("'replace'", () => {
  test.use({ serverOptions: { mode: 'companion', sessions: 'replace' } });

  test("[P9] sessions 'replace': the old one is told why, stays away, and comes back by connect()", async ({
    openTab,
    otherBrowser,
    server,
  }) => {
    const old = await openTwo(openTab);
    await untilConnected(old);
    await allSeen(old, await publish(server, 1, 5));
    const next = await openTwo(openTab, otherBrowser);
    await untilConnected(next);
    await untilFailed(old, 'session_replaced');
    await allSeen(next, await publish(server, 6, 5));
    // Far longer than a reconnection takes here.
    await server.publish({ to: { user: 'u1' }, type: 'tick', from: 11, count: 20, perSecond: 10 });
    await allSeen(next, 30);
    expect((await server.state()).sessions, 'no fight').toHaveLength(2);
    expect(await liveSessions(server)).toHaveLength(1);

    await old[1].page.evaluate(() => window.tab.connect());
    await untilConnected(old);
    await untilFailed(next, 'session_replaced');
    await allSeen(old, await publish(server, 31, 5));
    for (const tab of old) expect(faultIn((await tab.record()).plain, 1, 35)).toBeNull();
    expect((await server.state()).sessions).toHaveLength(3);
  });
});

test.describe("'reject'", () => {
  test.use({ serverOptions: { mode: 'companion', sessions: 'reject' } });

  test("[P9] sessions 'reject': the new one is told why, and gets in when the old one is gone", async ({
    openTab,
    otherBrowser,
    server,
  }) => {
    const old = await openTwo(openTab);
    await untilConnected(old);
    const next = await openTwo(openTab, otherBrowser);
    await untilFailed(next, 'session_rejected');
    const { rawEver } = await server.state();
    await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 20, perSecond: 10 });
    await allSeen(old, 20);
    expect((await server.state()).rawEver, 'no tries').toBe(rawEver);

    for (const tab of old) await tab.page.close();
    await expect.poll(() => liveSessions(server)).toEqual([]);
    await next[0].page.evaluate(() => window.tab.connect());
    await untilConnected(next);
    await allSeen(next, await publish(server, 21, 5));
    expect(await liveSessions(server)).toHaveLength(1);
  });
});
