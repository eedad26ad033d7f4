/** The life of a sign-in, with real tokens of few seconds: renewed, late, failing in one tab, with other modules. */
import { decodeJwt } from 'jose';
import type { AuthPlan } from './page/types.ts';
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const setAuth = (tab: Tab, plan: AuthPlan) => tab.page.evaluate((next) => window.tab.setAuth(next), plan);
const authCalls = (tab: Tab) => tab.page.evaluate(() => window.tab.authCalls());

test('[P2] renewed before its end, by the leader alone, over the open connection', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3, { auth: { kind: 'token', user: 'u1', ttl: 6 } });
  const [leader, ...others] = tabs as [Tab, Tab, Tab];
  // Past the life of three tokens.
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 160, perSecond: 8 });
  await allSeen(tabs, 160, 40_000);
  const { sessions, rawEver, received } = await server.state();
  expect([sessions.length, rawEver]).toEqual([1, 1]);
  expect(received.reauthenticate).toBeGreaterThanOrEqual(3);
  expect(await Promise.all(others.map(authCalls))).toEqual([0, 0]);
  expect(await authCalls(leader)).toBe(web.tokensServed);
  for (const tab of tabs) {
    expect((await tab.record()).link).toEqual(['connect']);
    expect(faultsOf(await tab.record(), 160, 1)).toEqual([]);
  }
});

test('[P2] [P9] a token of 3 s, an auth that takes 5 s: ended at 3 s, nothing in between, all of it after', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3, { auth: { kind: 'token', user: 'u1', ttl: 3 } });
  for (const tab of tabs) await setAuth(tab, { kind: 'token', user: 'u1', ttl: 600, afterMs: 5_000 });
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 240, perSecond: 20 });
  await allSeen(tabs, 240, 30_000);
  const [old, next, ...more] = (await server.state()).sessions;
  expect([more.length, next?.closedAt]).toEqual([0, undefined]);
  const { exp = 0 } = decodeJwt(String(old?.auth.token));
  const lateMs = (old?.closedAt ?? Number.POSITIVE_INFINITY) - exp * 1_000;
  expect(lateMs).toBeGreaterThan(-100);
  // Far from the answer of `auth`, also on a busy machine.
  expect(lateMs).toBeLessThan(2_500);
  expect((next?.openedAt ?? 0) - (old?.closedAt ?? 0)).toBeGreaterThan(2_000);
  for (const tab of tabs) {
    const { link, linkAfter, ...record } = await tab.record();
    expect(link.filter((what) => !what.startsWith('connect_error'))).toEqual([
      'connect',
      'disconnect',
      'connect:recovered',
    ]);
    const [from, to] = [linkAfter[link.indexOf('disconnect')], linkAfter[link.indexOf('connect:recovered')]];
    expect(to, `${tab.name}: events without a connection`).toBe(from);
    expect(faultsOf({ ...record, link, linkAfter }, 240, 1)).toEqual([]);
  }
});

test("[P5] the leader's renewals fail until its token ends: it leaves the election, and another leads", async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3, { auth: { kind: 'token', user: 'u1', ttl: 4 } });
  const [leader, ...others] = tabs as [Tab, Tab, Tab];
  await setAuth(leader, { kind: 'throws' });
  for (const tab of others) await setAuth(tab, { kind: 'token', user: 'u1' });
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 200, perSecond: 20 });
  await allSeen(tabs, 200, 30_000);
  await untilLed(others);
  expect(await liveSessions(server)).toHaveLength(1);
  // It follows, and needs no token for that.
  await expect.poll(() => leader.status()).toMatchObject({ role: 'follower', connection: 'connected' });
  for (const tab of tabs) expect(faultsOf(await tab.record(), 200, 1)).toEqual([]);
});

test.describe('modules', () => {
  test.use({ serverOptions: { mode: 'companion', moduleByType: { order: 'orders', chat: 'chat' } } });

  test('[P2] as the sign-in says: heard in every tab, ignored and counted without, changed by a renewal', async ({
    openTabs,
    server,
  }) => {
    const auth = { kind: 'token', user: 'u1', ttl: 10, modules: ['orders'] } as const;
    const tabs = await openTabs(2, { auth, types: ['order', 'chat', 'tick'] });
    const heard = async (from: number) => {
      for (const [n, type] of (['order', 'chat', 'tick'] as const).entries()) {
        await server.publish({ to: { user: 'u1' }, type, from: from + n, count: 1 });
      }
      await allSeen(tabs, from + 2);
      return Promise.all(tabs.map(async (tab) => (await tab.record()).plain.filter((n) => n >= from)));
    };
    expect(await heard(1)).toEqual([
      [1, 3],
      [1, 3],
    ]);
    for (const tab of tabs) expect((await tab.diagnostics()).counters).toMatchObject({ foreignModule: 1, gaps: 0 });

    const renewals = async () => (await server.state()).received.reauthenticate ?? 0;
    const before = await renewals();
    for (const tab of tabs) await setAuth(tab, { ...auth, ttl: 600, modules: ['chat'] });
    await expect.poll(renewals, { timeout: 15_000 }).toBe(before + 1);
    // The answer is on its way to the tabs: a command's comes after it.
    await Promise.all(tabs.map((tab) => tab.page.evaluate(() => window.tab.ask('double', 1))));
    expect(await heard(11)).toEqual([
      [12, 13],
      [12, 13],
    ]);
    expect((await server.state()).sessions).toHaveLength(1);
  });
});

test('[P9] signed out until the app says otherwise: no token asked for by a timer, no connection', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(2);
  const [first, second] = tabs as [Tab, Tab];
  for (const tab of tabs) await setAuth(tab, { kind: 'none' });
  await first.page.evaluate(() => window.tab.signOut());
  for (const tab of tabs) await expect.poll(async () => (await tab.status()).connection).toBe('signed-out');
  const { rawEver } = await server.state();
  const tokens = web.tokensServed;

  // A later sign-in, in the other tab; the first follows when it is told.
  for (const tab of tabs) await setAuth(tab, { kind: 'token', user: 'u1' });
  await second.page.evaluate(() => window.tab.connect());
  await second.untilConnected();
  expect((await first.status()).connection).toBe('signed-out');
  await first.page.evaluate(() => window.tab.connect());
  await first.untilConnected();
  await allSeen(tabs, await publish(server, 1, 2));
  expect([(await server.state()).rawEver - rawEver, web.tokensServed - tokens]).toEqual([1, 1]);
  expect(await liveSessions(server)).toHaveLength(1);
});
