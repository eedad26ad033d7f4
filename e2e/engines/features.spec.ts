/** What else a browser has a part in: long polling, shared states, channels, half-open connections. */
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from '../support/group.ts';
import { storedBy } from '../support/stored.ts';
import type { EngineTab } from './engine.ts';
import { expect, expectWhole, test } from './fixtures.ts';

test('[P1] [P2] [P3] [P5] WebSocket is forbidden: all by long polling, also when the leader is closed', async ({
  openTabs,
  server,
  network,
}) => {
  network.forbidWebSocket();
  const [leader, ...rest] = (await openTabs(3)) as [EngineTab, EngineTab, EngineTab];
  await allSeen([leader, ...rest], await publish(server, 1, 100));
  await leader.page.close();
  await untilLed(rest);
  for (const { page, name } of rest) await page.evaluate((key) => window.tab.command(key), name);
  await allSeen(rest, await publish(server, 101, 100));
  await expectWhole(rest, 200);
  for (const tab of rest) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  expect(server.runsByKey).toEqual({ tab2: 1, tab3: 1 });
  await untilOneConnection(server);
});

test('[P1] [P2] a half-open connection is found dead, and the server ends the older one', async ({
  openTabs,
  server,
  network,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 5));
  const [dead] = await liveSessions(server);
  network.strand();
  await publish(server, 6, 5);
  await allSeen(tabs, 10, 20_000);
  await untilOneConnection(server);
  expect(await liveSessions(server)).not.toContain(dead);
  await expectWhole(tabs, 10);
});

test('[P2] [P4] a shared state is loaded once for all tabs, and shown at once by a page after all were closed', async ({
  openTabs,
  server,
  web,
}) => {
  const shared = { list: true, keepList: true };
  const tabs = (await openTabs(3, shared)) as [EngineTab, EngineTab, EngineTab];
  const lists = (of: readonly EngineTab[]) => Promise.all(of.map(async (tab) => (await tab.list()).list));
  await allSeen(tabs, await publish(server, 1, 5));
  await expect.poll(() => lists(tabs)).toEqual(tabs.map(() => [1, 2, 3, 4, 5]));
  expect(web.listsServed).toBe(1);
  await expect
    .poll(async () => JSON.stringify((await storedBy(tabs[0])).values), { timeout: 10_000 })
    .toContain('"state":[1,2,3,4,5]');
  for (const { page } of tabs) await page.close();
  await expect.poll(() => liveSessions(server)).toEqual([]);
  await publish(server, 6, 5);
  let answer = () => {};
  const answered = new Promise<void>((done) => {
    answer = done;
  });
  web.serveList(async () => {
    await answered;
    return server.ask('list', { user: 'u1' });
  });
  const [next] = (await openTabs(1, shared)) as [EngineTab];
  await expect.poll(async () => (await next.list()).first).toMatchObject({ list: [1, 2, 3, 4, 5], stale: true });
  answer();
  await expect.poll(async () => (await next.list()).list?.length).toBe(10);
});

test('[P2] channels with filters: each tab has what it asked for, also after the leader is closed', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as [EngineTab, EngineTab, EngineTab];
  const [leader, ...rest] = tabs;
  for (const [at, { page }] of tabs.entries()) await page.evaluate((part) => window.tab.joinChannel([part]), at + 1);
  const channel = async ({ page }: EngineTab) => (await page.evaluate(() => window.tab.channels()))[0];
  for (const tab of tabs) await expect.poll(async () => (await channel(tab))?.status).toBe('joined');
  await server.publish({ to: { channel: 'numbers' }, type: 'tick', from: 1, count: 100 });
  for (const [at, tab] of tabs.entries()) await expect.poll(async () => (await channel(tab))?.seen).toEqual([at + 1]);
  await leader.page.close();
  await untilLed(rest);
  await server.publish({ to: { channel: 'numbers' }, type: 'tick', from: 101, count: 100 });
  for (const [at, tab] of rest.entries()) {
    await expect.poll(async () => (await channel(tab))?.seen).toEqual([at + 2, 100 + at + 2]);
    expect((await channel(tab))?.refreshes).toEqual([]);
  }
});
