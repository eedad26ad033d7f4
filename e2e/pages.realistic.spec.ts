/** Pages that come and go in ways that no event announces, and many of them at once. */
import { faultIn, faultsOf, mostAtOnce } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection, untilPublished } from './support/group.ts';
import { neverLeaves } from './support/inject.ts';
import { participantIn, type Tab } from './support/tab.ts';

type Three = [Tab, Tab, Tab];
const toU1 = { to: { user: 'u1' }, type: 'tick' } as const;

test('[P1] [P3] a crashed follower disturbs nobody, and its last command runs at most once', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, follower, third] = tabs;
  const sessions = await liveSessions(server);
  await server.publish({ ...toU1, from: 1, count: 200, perSecond: 100 });
  await follower.untilSeenAtLeast(50);
  await follower.page.evaluate(() => window.tab.command('last words'));
  await follower.crash();
  await allSeen([leader, third], 200);
  for (const tab of [leader, third]) expect(faultsOf(await tab.record(), 200, 1)).toEqual([]);
  const { runsById, runsByKey } = await server.state();
  expect(Object.values(runsById).every((runs) => runs === 1)).toBe(true);
  expect(runsByKey['last words'] ?? 0).toBeLessThanOrEqual(1);
  expect(await liveSessions(server)).toEqual(sessions);
});

const leaderTimeoutMs = 3_000;
/** Connecting, and this test's own polling. */
const takeoverMs = leaderTimeoutMs + 2_000;

test('[P5] frozen without a word: the visible tab takes over; thawed, it follows', async ({ openTabs, server }) => {
  const tabs = (await openTabs(3, { init: [neverLeaves], options: { leaderTimeoutMs } })) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await rest[1].page.bringToFront();
  const session = await leader.page.context().newCDPSession(leader.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  expect(await untilLed(rest, takeoverMs)).toBe(rest[1]);
  await allSeen(rest, await publish(server, 11, 50));
  expect(await liveSessions(server)).toHaveLength(1);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await allSeen(tabs, await publish(server, 61, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 61, 1)).toEqual([]);
  expect((await leader.status()).role).toBe('follower');
  await untilOneConnection(server);
});

test('[P5] gone into the back/forward cache without a word: the next one leads; back, it follows', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3, { init: [neverLeaves], options: { leaderTimeoutMs } })) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await leader.away();
  await rest[1].page.bringToFront();
  await untilLed(rest, takeoverMs);
  await allSeen(rest, await publish(server, 11, 50));
  // A message on an open channel puts a page out of the cache: it may come back as itself or anew.
  await leader.back();
  await leader.untilConnected();
  await allSeen(tabs, await publish(server, 61, 1));
  for (const tab of rest) expect(faultsOf(await tab.record(), 61, 1)).toEqual([]);
  expect(faultsOf(await leader.record(), 61)).toEqual([]);
  expect((await leader.status()).role).toBe('follower');
  await untilOneConnection(server);
});

test('[P1] [P2] [P5] 30 tabs at once: one leader, one connection, every event in each; the leader is closed', async ({
  openTab,
  server,
}) => {
  test.setTimeout(120_000);
  const tabs = await Promise.all(Array.from({ length: 30 }, () => openTab()));
  for (const tab of tabs) await tab.untilConnected(30_000);
  expect((await server.state()).rawEver).toBe(1);
  await server.publish({ ...toU1, from: 1, count: 300, perSecond: 100 });
  const leader = await untilLed(tabs);
  await leader.untilSeenAtLeast(100);
  await leader.page.close();
  const rest = tabs.filter((tab) => tab !== leader);
  await allSeen(rest, 300, 30_000);
  const records = await Promise.all(rest.map((tab) => tab.record()));
  expect(records.flatMap((record) => faultsOf(record, 300, 1))).toEqual([]);
  await untilLed(rest);
  expect((await server.state()).rawEver).toBe(2);
  await untilOneConnection(server);
});

test('[P1] the leader is reloaded 30 times in quick succession: one connection, nobody locked out', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [reloaded, ...rest] = tabs;
  await server.publish({ ...toU1, from: 1, count: 300, perSecond: 100 });
  // Each of them stands for the lock, few are given the time to connect.
  for (let i = 0; i < 30; i += 1) await reloaded.page.reload({ waitUntil: 'domcontentloaded' });
  await untilLed(tabs);
  await untilPublished(server);
  await allSeen(tabs, await publish(server, 301, 1));
  for (const tab of rest) expect(faultsOf(await tab.record(), 301, 1)).toEqual([]);
  expect(faultsOf(await reloaded.record(), 301)).toEqual([]);
  await untilOneConnection(server);
  for (const tab of tabs) expect((await tab.status()).reason).toBeUndefined();
});

test('[P4] all tabs closed and as many opened at once, events flowing: none is missing', async ({
  openTab,
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(4);
  await server.publish({ ...toU1, from: 1, count: 400, perSecond: 100 });
  await allSeenAtLeast(tabs, 100);
  await Promise.all(tabs.map((tab) => tab.page.close()));
  const next = await Promise.all(tabs.map(() => openTab()));
  await untilPublished(server);
  // Who comes after the last event has its place, and waits for the next.
  for (const tab of next) await tab.untilConnected();
  await allSeen(next, await publish(server, 401, 1));
  await expect.poll(() => web.reports.length).toBe(4);
  const records = await Promise.all(next.map((tab) => tab.record()));
  for (const record of [...records, ...web.reports]) expect(faultsOf(record, record.events.at(-1)?.n ?? 0)).toEqual([]);
  expect(records.flatMap(({ refreshes }) => refreshes)).toEqual([]);
  // Whoever leads went on where the last leader had stopped.
  const handled = new Set([...records, ...web.reports].flatMap(({ events }) => events.map(({ n }) => n)));
  expect(
    faultIn(
      [...handled].sort((a, b) => a - b),
      1,
      401,
    ),
  ).toBeNull();
  expect(mostAtOnce((await server.state()).sessions)).toBe(1);
  await untilOneConnection(server);
});

async function allSeenAtLeast(tabs: readonly Tab[], n: number) {
  await Promise.all(tabs.map((tab) => tab.untilSeenAtLeast(n)));
}

test('[P1] a tab opened by another one, with a copy of its session: two tabs, one connection', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(2)) as [Tab, Tab];
  const [leader, follower] = tabs;
  await leader.page.evaluate(() => {
    sessionStorage.setItem('copied', 'yes');
    history.replaceState({ copied: true }, '');
  });
  const opening = leader.page.waitForEvent('popup');
  await leader.page.evaluate(() => void window.open(location.href));
  const page = await opening;
  const copy = await participantIn(page, 'copy');
  await copy.untilConnected();
  expect(await page.evaluate(() => sessionStorage.getItem('copied'))).toBe('yes');
  await allSeen([...tabs, copy], await publish(server, 1, 10));
  const told = await Promise.all([...tabs, copy].map((tab) => tab.diagnostics()));
  expect(new Set(told.map(({ tab }) => tab)).size).toBe(3);
  expect(told.map(({ status }) => status.role)).toEqual(['leader', 'follower', 'follower']);
  expect((await server.state()).rawEver).toBe(1);

  await leader.page.close();
  await untilLed([follower, copy]);
  await allSeen([follower, copy], await publish(server, 11, 10));
  for (const tab of [follower, copy]) expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
  const lives = await Promise.all([follower, copy].map((tab) => tab.record()));
  expect(new Set(lives.map(({ life }) => life)).size).toBe(2);
  await untilOneConnection(server);
});
