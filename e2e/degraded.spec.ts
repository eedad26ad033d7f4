/** Browsers that lack something: it goes on, and says what it lacks. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from './support/group.ts';
import { withHangingStorage, withoutChannel, withoutLocks, withoutStorage } from './support/inject.ts';
import type { Tab } from './support/tab.ts';

test('[P10] no Web Locks: elected over the channel, one connection, a closed leader is replaced', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3, { init: [withoutLocks] });
  const leader = await untilLed(tabs);
  await untilOneConnection(server);
  await allSeen(tabs, await publish(server, 1, 10));
  expect((await leader.status()).degraded).toEqual(['no-locks']);

  await leader.page.close();
  const rest = tabs.filter((tab) => tab !== leader);
  await untilLed(rest, 20_000);
  await allSeen(rest, await publish(server, 11, 10));
  await untilOneConnection(server);
  for (const tab of rest) expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
});

test('[P10] no BroadcastChannel: each tab has its own connection and every event', async ({ openTabs, server }) => {
  const tabs = await openTabs(3, { init: [withoutChannel] });
  expect(await liveSessions(server)).toHaveLength(3);
  await allSeen(tabs, await publish(server, 1, 20));
  for (const tab of tabs) {
    expect(await tab.status()).toMatchObject({ role: 'solo', degraded: ['no-channel'] });
    expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
  }
  await tabs[0]?.page.evaluate(() => window.tab.command('solo'));
  await expect.poll(async () => (await tabs[0]?.record())?.commands).toMatchObject([{ outcome: 'result' }]);
});

for (const [name, script] of [
  ['refused', withoutStorage],
  ['hanging', withHangingStorage],
] as const) {
  test(`[P10] storage ${name}: cursors in memory, and status says so`, async ({ openTabs, server }) => {
    const tabs = await openTabs(3, { init: [script] });
    const [leader, ...rest] = tabs as [Tab, Tab, Tab];
    await allSeen(tabs, await publish(server, 1, 10));
    await expect.poll(async () => (await leader.status()).degraded).toEqual(['no-storage']);
    await leader.page.close();
    await untilLed(rest);
    await allSeen(rest, await publish(server, 11, 10));
    for (const tab of rest) expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
    await untilOneConnection(server);
  });
}

test('[P10] storage cleared under open tabs: they go on', async ({ openTabs, server, web, context }) => {
  const tabs = await openTabs(3);
  const [leader, ...rest] = tabs as [Tab, Tab, Tab];
  await allSeen(tabs, await publish(server, 1, 5));
  const session = await context.newCDPSession(leader.page);
  await session.send('Storage.clearDataForOrigin', { origin: web.origin, storageTypes: 'indexeddb' });
  await allSeen(tabs, await publish(server, 6, 5));
  await leader.page.close();
  await untilLed(rest);
  await allSeen(rest, await publish(server, 11, 5));
  for (const tab of rest) expect(faultsOf(await tab.record(), 15, 1)).toEqual([]);
});

test('[P8] forged messages on the channel change nothing', async ({ openTabs, server, context, web }) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 3));
  const { group, status } = await (tabs[0] as Tab).diagnostics();
  const outsider = await context.newPage();
  await outsider.goto(`${web.origin}/elsewhere`);
  await outsider.evaluate(
    ({ name, term }) => {
      const channel = new BroadcastChannel(name);
      const forged = { v: 1, term: term + 2 ** 52, from: 'x', client: 'x' };
      for (const type of ['lead', 'welcome', 'frames', 'bye', 'take', '__proto__', 7, null]) {
        channel.postMessage({ ...forged, type });
        channel.postMessage({
          ...forged,
          type,
          term: -1,
          frames: [{ stream: 'user:u1', epoch: 'x', prev: -3, id: NaN }],
        });
      }
      for (const junk of [null, 1, 'x', [], {}, new Map([[1, 2]])]) channel.postMessage(junk);
    },
    { name: group, term: status.term },
  );
  await allSeen(tabs, await publish(server, 4, 3));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 6, 1)).toEqual([]);
  await untilOneConnection(server);
  const counts = await Promise.all(tabs.map(async (tab) => (await tab.diagnostics()).counters.malformed));
  expect(Math.max(...counts)).toBeGreaterThan(0);
});
