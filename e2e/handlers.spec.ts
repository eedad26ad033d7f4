/** The app's own handlers at their worst. */
import { faultIn, faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed } from './support/group.ts';
import type { Tab } from './support/tab.ts';

test.use({ expectedErrors: /a handler (throws|rejects)/ });

test('[P7] handlers that throw and reject stop no other handler, tab or cursor, and are reported', async ({
  openTabs,
  server,
  pageErrors,
}) => {
  const tabs = await openTabs(3);
  const [leader, follower, third] = tabs as [Tab, Tab, Tab];
  for (const tab of [leader, follower]) await tab.page.evaluate(() => window.tab.misbehave());
  // Registered behind the bad ones.
  const later = await Promise.all(tabs.map(({ page }) => page.evaluateHandle(() => window.tab.startSecond())));
  await allSeen(tabs, await publish(server, 1, 100));
  for (const [i, tab] of tabs.entries()) {
    expect(faultsOf(await tab.record(), 100, 1)).toEqual([]);
    expect(faultIn((await later[i]?.evaluate((second) => second.seen())) ?? [], 1, 100)).toBeNull();
    const { cursors, counters } = await tab.diagnostics();
    expect(cursors['user:u1']?.id).toBe(100);
    expect(counters.handlerErrors > 0, tab.name).toBe(tab !== third);
  }
  // Two bad handlers in two tabs, each once per event.
  await expect.poll(() => pageErrors.length).toBe(400);

  // What was handled badly is handled all the same: nobody gets it again.
  await leader.page.close();
  await untilLed([follower, third]);
  await allSeen([follower, third], await publish(server, 101, 1));
  for (const tab of [follower, third]) expect(faultsOf(await tab.record(), 101, 1)).toEqual([]);
});

test('[P7] a handler that takes long in one tab delays no other', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  const [, slow] = tabs as [Tab, Tab];
  const blocked = slow.block(5_000);
  const others = tabs.filter((tab) => tab !== slow);
  await allSeen(others, await publish(server, 1, 1_000), 4_000);
  await blocked;
  await allSeen(tabs, 1_000);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 1_000, 1)).toEqual([]);
});
