/** Networks that lie, crawl, lose one direction, or end. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilOneConnection } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const user = { user: 'u1' } as const;
type Three = [Tab, Tab, Tab];

async function untilNotConnected(tabs: readonly Tab[], timeout = 20_000) {
  const connected = () => Promise.all(tabs.map(({ page }) => page.evaluate(() => window.tab.connected())));
  await expect.poll(connected, { timeout }).toEqual(tabs.map(() => false));
}

test('[P2] [P9] offline and online again: back at the event, not after the backoff', async ({
  openTabs,
  server,
  network,
  context,
}) => {
  const patient = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000, randomizationFactor: 0 };
  const tabs = await openTabs(3, { options: patient });
  await allSeen(tabs, await publish(server, 1, 5));
  await context.setOffline(true);
  network.cut();
  for (const tab of tabs) await expect.poll(async () => (await tab.status()).connection).toBe('waiting');
  await publish(server, 6, 5);
  network.restore();
  const tried = network.attempts.length;
  await context.setOffline(false);
  await allSeen(tabs, 10);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
  expect(network.attempts.length, 'tries before the network was back').toBeGreaterThan(tried);
  await untilOneConnection(server);
});

test('[P1] [P2] only what the server sends is lost: found dead, the older connection ended', async ({
  openTabs,
  server,
  network,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 5));
  const [dead] = await liveSessions(server);
  network.strand('down');
  await publish(server, 6, 5);
  await allSeen(tabs, 10, 20_000);
  await untilOneConnection(server);
  expect(await liveSessions(server)).not.toContain(dead);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
});

test('[P3] [P5] a round trip of 3 to 4 s with jitter: slow, but the leader and all outcomes stay, and soon the link', async ({
  openTabs,
  server,
  network,
}) => {
  test.setTimeout(90_000);
  const tabs = (await openTabs(3, { options: { leaderTimeoutMs: 2_000 } })) as Three;
  const [leader, follower] = tabs;
  await allSeen(tabs, await publish(server, 1, 1));
  const { term } = await leader.status();
  network.delay(1_600, 300);
  // Silence long enough to make sure of the link twice: the first time it is taken for dead.
  await expect
    .poll(async () => (await server.state()).received.ping ?? 0, { timeout: 40_000 })
    .toBeGreaterThanOrEqual(2);
  await server.publish({ to: user, type: 'tick', from: 2, count: 10, perSecond: 5 });
  for (let i = 0; i < 10; i += 1) await follower.page.evaluate((key) => window.tab.command(key), `slow${i}`);
  await allSeen(tabs, 11, 20_000);
  await expect.poll(async () => (await follower.record()).commands.length, { timeout: 20_000 }).toBe(10);

  const outcomes = (await follower.record()).commands.map(({ outcome }) => outcome);
  expect(outcomes).toEqual(Array(10).fill('result'));
  expect(new Set(Object.values(server.runsByKey))).toEqual(new Set([1]));
  expect(await leader.status()).toMatchObject({ role: 'leader', term });
  for (const tab of tabs) {
    expect((await tab.diagnostics()).steals).toBe(0);
    expect(faultsOf(await tab.record(), 11, 1)).toEqual([]);
  }
  // At most the first ping took the slowness for death.
  expect((await server.state()).sessions.length).toBeLessThanOrEqual(2);
});

test('[P2] [P3] [P9] a proxy that keeps everything and then bursts: said, caught up, commands once', async ({
  openTabs,
  server,
  network,
}) => {
  const tabs = (await openTabs(3)) as Three;
  await allSeen(tabs, await publish(server, 1, 5));
  network.hold();
  await tabs[1].page.evaluate(() => window.tab.command('held up'));
  await server.publish({ to: user, type: 'tick', from: 6, count: 200, perSecond: 50 });
  await untilNotConnected(tabs);
  network.release();
  await allSeen(tabs, 205);
  await expect.poll(async () => (await tabs[1].record()).commands).toMatchObject([{ outcome: 'result' }]);
  expect(server.runsByKey).toEqual({ 'held up': 1 });
  for (const tab of tabs) expect(faultsOf(await tab.record(), 205, 1)).toEqual([]);
  await untilOneConnection(server);
});

test('[P2] [P3] a proxy that forbids WebSocket: long polling, the same events and commands', async ({
  openTabs,
  server,
  network,
}) => {
  network.forbidWebSocket();
  const tabs = await openTabs(3);
  await server.publish({ to: user, type: 'tick', from: 1, count: 300, perSecond: 200 });
  for (const tab of tabs) await tab.page.evaluate((key) => window.tab.command(key), tab.name);
  await allSeen(tabs, 300);
  for (const tab of tabs) {
    expect(faultsOf(await tab.record(), 300, 1)).toEqual([]);
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  expect(server.runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
  expect((await server.state()).sessions).toHaveLength(1);
});
