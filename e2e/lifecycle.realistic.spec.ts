/** Hidden, frozen, cached and hung tabs, as browsers really make them. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from './support/group.ts';
import { freeze, thaw } from './support/lifecycle.ts';
import type { Tab } from './support/tab.ts';

type Three = [Tab, Tab, Tab];

test('[P5] a frozen leader leaves at once; thawed, it follows and has everything', async ({ openTabs, server }) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await rest[1].page.bringToFront();
  await freeze(leader);
  await expect.poll(async () => (await leader.record()).lifecycle).toContain('freeze:hidden');
  await untilLed(rest, 4_000);
  await allSeen(rest, await publish(server, 11, 50));
  expect(await liveSessions(server)).toHaveLength(1);

  await thaw(leader);
  await allSeen(tabs, await publish(server, 61, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 61, 1)).toEqual([]);
  expect((await leader.status()).role).toBe('follower');
  await untilOneConnection(server);
});

test('[P5] a frozen follower thaws into the log, not into a hole', async ({ openTabs, server }) => {
  const tabs = (await openTabs(3)) as Three;
  const [, follower, front] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await front.page.bringToFront();
  await freeze(follower);
  await allSeen([tabs[0], front], await publish(server, 11, 500));
  await thaw(follower);
  await allSeen(tabs, await publish(server, 511, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 511, 1)).toEqual([]);
});

test('[P5] the back/forward cache, leader and follower: away, back, nothing lost or twice', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, follower, third] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await follower.away();
  await leader.away();
  await untilLed([third], 2_000);
  await third.untilSeen(await publish(server, 11, 100));
  await leader.back();
  await follower.back();
  await allSeen(tabs, await publish(server, 111, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 111, 1), tab.name).toEqual([]);
  for (const tab of [leader, follower]) expect((await tab.record()).lifecycle).toContain('pageshow:true');
  await untilOneConnection(server);
});

test('[P5] a hung leader is replaced within leaderTimeoutMs by the visible tab', async ({ openTabs, server }) => {
  const leaderTimeoutMs = 3_000;
  const tabs = (await openTabs(3, { options: { leaderTimeoutMs } })) as Three;
  const [leader, ...rest] = tabs;
  const [, front] = rest;
  await allSeen(tabs, await publish(server, 1, 10));
  await front.page.bringToFront();
  const began = performance.now();
  const blocked = leader.block(8_000);
  expect(await untilLed(rest)).toBe(front);
  const took = performance.now() - began;
  test.info().annotations.push({ type: 'takeover', description: `${Math.round(took)} ms` });
  // Connecting and this test's own polling come on top of the bound.
  expect(took).toBeLessThan(leaderTimeoutMs + 1_500);
  expect(took).toBeGreaterThan(leaderTimeoutMs / 2);
  await allSeen(rest, await publish(server, 11, 50));
  expect(await liveSessions(server)).toHaveLength(1);
  await blocked;
  // It finds its place by itself, not by the next event.
  await allSeen(tabs, 60);
  await allSeen(tabs, await publish(server, 61, 1));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 61, 1)).toEqual([]);
  expect((await leader.status()).role).toBe('follower');
  await untilOneConnection(server);
});

test('[P5] a slow network is no reason to replace the leader', async ({ openTabs, server, network }) => {
  const tabs = (await openTabs(3, { options: { leaderTimeoutMs: 2_000 } })) as Three;
  const [leader, , front] = tabs;
  await allSeen(tabs, await publish(server, 1, 1));
  await front.page.bringToFront();
  const { term } = await leader.status();
  network.delay(1_000);
  // Long enough for two rounds of suspicion: events crawl in, the leader lives.
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 2, count: 6, perSecond: 1 });
  await allSeen(tabs, 7, 20_000);
  expect(await leader.status()).toMatchObject({ role: 'leader', term });
  expect((await front.diagnostics()).steals).toBe(0);
});

test('[P5] planned hand-over: a hidden leader without a connection gives way to the visible tab', async ({
  openTabs,
  server,
  network,
}) => {
  // Silent between its tries, so that it is asked.
  const options = {
    leaderTimeoutMs: 2_000,
    reconnectionDelay: 4_000,
    reconnectionDelayMax: 4_000,
    randomizationFactor: 0,
  };
  const tabs = (await openTabs(3, { options })) as Three;
  const [leader, , front] = tabs;
  await allSeen(tabs, await publish(server, 1, 5));
  await front.page.bringToFront();
  await expect.poll(() => leader.page.evaluate(() => document.visibilityState)).toBe('hidden');
  network.cut();
  await expect.poll(async () => (await front.status()).role, { timeout: 10_000 }).toBe('leader');
  await publish(server, 6, 5);
  network.restore();
  await allSeen(tabs, 10);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
  expect((await leader.status()).role).toBe('follower');
  await untilOneConnection(server);
});

test('[P1] the leader is reloaded again and again: one connection, nobody locked out', async ({ openTabs, server }) => {
  const tabs = (await openTabs(3)) as Three;
  for (let i = 0; i < 10; i += 1) {
    const leader = await untilLed(tabs);
    await leader.page.reload();
  }
  await untilLed(tabs);
  for (const tab of tabs) await tab.untilConnected();
  await allSeen(tabs, await publish(server, 1, 10));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
  await untilOneConnection(server);
});

test('[P5] a hidden leader that is connected stays', async ({ openTabs, server }) => {
  const tabs = (await openTabs(3, { options: { leaderTimeoutMs: 2_000 } })) as Three;
  const [leader, , front] = tabs;
  await front.page.bringToFront();
  const { term } = await leader.status();
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 12, perSecond: 2 });
  await allSeen(tabs, 12, 20_000);
  expect(await leader.status()).toMatchObject({ role: 'leader', term });
});

test('[P1] a half-open connection is found dead, and the server ends the older one', async ({
  openTabs,
  server,
  network,
}) => {
  const tabs = (await openTabs(3)) as Three;
  await allSeen(tabs, await publish(server, 1, 5));
  const [dead] = await liveSessions(server);
  await tabs[0].page.bringToFront();
  network.strand();
  await expect.poll(async () => (await tabs[0].record()).link, { timeout: 15_000 }).toContain('disconnect');
  await publish(server, 6, 5);
  await allSeen(tabs, 10);
  await untilOneConnection(server);
  expect(await liveSessions(server)).not.toContain(dead);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
});
