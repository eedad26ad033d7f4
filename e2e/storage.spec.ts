/** IndexedDB deleted, blocked, full or dying under open tabs: nothing is lost while a tab lives, and status says so. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed, untilOneConnection } from './support/group.ts';
import { withDyingStorage, withFullStorage, withShortLivedHandles } from './support/inject.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

type Three = [Tab, Tab, Tab];
const database = 'onesocket';
const degraded = async (tab: Tab) => (await tab.status()).degraded;

/** Events before and after the leader's end: each once in every tab that lived. */
async function survivesItsLeader(tabs: readonly Tab[], server: TestServer, from: number) {
  await allSeen(tabs, await publish(server, from, 10));
  const leader = await untilLed(tabs);
  await leader.page.close();
  const rest = tabs.filter((tab) => tab !== leader);
  await untilLed(rest);
  await allSeen(rest, await publish(server, from + 10, 10));
  for (const tab of rest) expect(faultsOf(await tab.record(), from + 19, 1)).toEqual([]);
  await untilOneConnection(server);
  return rest;
}

test('[P10] the database deleted by another page: not held up, made again, and the next start resumes', async ({
  openTab,
  openTabs,
  server,
  context,
  web,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 10));
  const other = await context.newPage();
  await other.goto(`${web.origin}/elsewhere`);
  const outcome = await other.evaluate(
    (name) =>
      new Promise<string>((done) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => done('deleted');
        request.onblocked = () => done('blocked');
      }),
    database,
  );
  expect(outcome).toBe('deleted');
  const rest = await survivesItsLeader(tabs, server, 11);
  for (const tab of rest) expect(await degraded(tab)).toEqual([]);

  for (const tab of rest) await tab.page.close();
  await publish(server, 31, 5);
  const next = await openTab();
  await next.untilSeen(35);
  const record = await next.record();
  expect([record.refreshes, faultsOf(record, 35, 31)]).toEqual([[], []]);
});

test('[P10] a deletion that another page holds up blocks every open: memory, and status says so', async ({
  openTabs,
  server,
  context,
  web,
}) => {
  const tabs = (await openTabs(3)) as Three;
  await allSeen(tabs, await publish(server, 1, 10));
  const [holder, deleter] = [await context.newPage(), await context.newPage()];
  for (const page of [holder, deleter]) await page.goto(`${web.origin}/elsewhere`);
  await holder.evaluate(
    (name) =>
      new Promise<void>((done) => {
        const request = indexedDB.open(name);
        // Kept open, `versionchange` ignored.
        request.onsuccess = () => done();
      }),
    database,
  );
  await deleter.evaluate(
    (name) =>
      new Promise<void>((done) => {
        indexedDB.deleteDatabase(name).onblocked = () => done();
      }),
    database,
  );
  await allSeen(tabs, await publish(server, 11, 10));
  await expect.poll(() => degraded(tabs[0])).toEqual(['no-storage']);
  await survivesItsLeader(tabs, server, 21);
});

for (const [name, init] of [
  ['a full disk: every write refused', withFullStorage],
  ['a database process that died', withDyingStorage],
] as const) {
  test(`[P10] ${name}: memory, and status says so`, async ({ openTabs, server }) => {
    const tabs = (await openTabs(3, { init: [init] })) as Three;
    for (let n = 1; n <= 10; n += 1) await allSeen(tabs, await publish(server, n, 1));
    await expect.poll(() => degraded(tabs[0])).toEqual(['no-storage']);
    await survivesItsLeader(tabs, server, 11);
  });
}

test('[P10] handles that die again and again: opened again, storage stays in use', async ({
  openTab,
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3, { init: [withShortLivedHandles] });
  for (let n = 1; n <= 10; n += 1) await allSeen(tabs, await publish(server, n, 1));
  const rest = await survivesItsLeader(tabs, server, 11);
  for (const tab of [...rest]) expect(await degraded(tab)).toEqual([]);
  for (const tab of rest) await tab.crash();
  await publish(server, 31, 5);
  const next = await openTab();
  await next.untilSeen(35);
  expect((await next.record()).refreshes).toEqual([]);
});

test('[P10] an origin without quota: memory, and status says so', async ({ openTabs, server, context, web }) => {
  // The browser remembers for half a minute how much room there was: taken away before the first write.
  const page = await context.newPage();
  await page.goto(`${web.origin}/elsewhere`);
  const session = await context.newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: web.origin, quotaSize: 1 });
  const tabs = (await openTabs(3)) as Three;
  await allSeen(tabs, await publish(server, 1, 10));
  await expect.poll(() => degraded(tabs[0])).toEqual(['no-storage']);
  await survivesItsLeader(tabs, server, 11);
});
