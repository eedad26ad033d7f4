/** No token, tokens that expire, tokens that can't be had; sign-out. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish } from './support/group.ts';
import { storedBy } from './support/stored.ts';
import type { Tab } from './support/tab.ts';

const states = (tabs: readonly Tab[]) => Promise.all(tabs.map(async (tab) => (await tab.status()).connection));

test('[P9] no token: no connection, status says signed-out, and a token later connects', async ({
  openTab,
  server,
}) => {
  const tabs = [await openTab({ auth: { kind: 'none' } }), await openTab({ auth: { kind: 'none' } })];
  await expect.poll(() => states(tabs)).toEqual(['signed-out', 'signed-out']);
  expect((await server.state()).rawEver).toBe(0);

  // Signed in, in one tab: it leads, and the other tab follows it without a token of its own.
  const [first, second] = tabs as [Tab, Tab];
  await first.page.evaluate(() => {
    window.tab.setAuth({ kind: 'token', user: 'u1' });
    window.tab.connect();
  });
  await allConnected(tabs);
  await allSeen(tabs, await publish(server, 1, 1));
  expect(await liveSessions(server)).toHaveLength(1);
  expect((await second.status()).role).toBe('follower');
});

async function allConnected(tabs: readonly Tab[]) {
  for (const tab of tabs) await tab.untilConnected();
}

test('[P9] an expired token: auth is asked again and the new one connects', async ({ openTab, server }) => {
  const tab = await openTab({ auth: { kind: 'token', user: 'u1', ttl: -60 } });
  await expect.poll(() => tab.page.evaluate(() => window.tab.authCalls())).toBeGreaterThanOrEqual(2);
  expect(await liveSessions(server)).toEqual([]);
  await tab.page.evaluate(() => window.tab.setAuth({ kind: 'token', user: 'u1' }));
  await tab.untilConnected();
  await tab.untilSeen(await publish(server, 1, 1));
});

test('[P9] a renewal that fails: disconnected when the token ends, and status says why', async ({
  openTab,
  server,
}) => {
  const tab = await openTab({ auth: { kind: 'token', user: 'u1', ttl: 6 } });
  await tab.untilConnected();
  await tab.page.evaluate(() => window.tab.setAuth({ kind: 'throws' }));
  await expect.poll(() => liveSessions(server), { timeout: 15_000 }).toEqual([]);
  await expect.poll(async () => (await tab.status()).reason?.code).toBe('auth_failed');
  expect(await tab.page.evaluate(() => window.tab.connected())).toBe(false);
  // It comes back by itself when tokens can be had again.
  await tab.page.evaluate(() => window.tab.setAuth({ kind: 'token', user: 'u1' }));
  await tab.untilConnected(20_000);
});

test('[P6] sign-out in one tab: closed in all, and nothing stored but the mark', async ({ openTabs, server }) => {
  const tabs = await openTabs(5);
  await allSeen(tabs, await publish(server, 1, 3));
  const [, , third] = tabs as [Tab, Tab, Tab];
  await third.page.evaluate(() => {
    window.tab.setAuth({ kind: 'none' });
    return window.tab.signOut();
  });
  await expect.poll(() => liveSessions(server)).toEqual([]);
  await expect.poll(() => states(tabs)).toEqual(Array(5).fill('signed-out'));
  const stored = await storedBy(third);
  expect(JSON.stringify(stored), 'no cursor of the user').not.toContain('user:u1');
  expect(stored.local.length, JSON.stringify(stored.local)).toBeLessThanOrEqual(1);
});

test('[P5] backoff: growing delays without chance, then connected again', async ({ openTab, network, server }) => {
  // One transport: each try is then one connection.
  const options = {
    reconnectionDelay: 100,
    reconnectionDelayMax: 800,
    randomizationFactor: 0,
    transports: ['websocket'],
  };
  const tab = await openTab({ options });
  await tab.untilConnected();
  await tab.untilSeen(await publish(server, 1, 2));
  const tries = network.attempts.length;
  network.cut();
  await expect.poll(() => network.attempts.length - tries, { timeout: 15_000 }).toBeGreaterThanOrEqual(6);
  const times = network.attempts.slice(tries);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const planned = [200, 400, 800, 800, 800];
  for (const [i, gap] of gaps.slice(0, planned.length).entries()) {
    const least = planned[i] ?? 0;
    expect(gap, `delay ${i + 1} of ${gaps.map(Math.round)}`).toBeGreaterThanOrEqual(least * 0.9);
    expect(gap, `delay ${i + 1} of ${gaps.map(Math.round)}`).toBeLessThan(least * 2 + 500);
  }
  await publish(server, 3, 10);
  network.restore();
  await tab.untilSeen(12);
  expect(faultsOf(await tab.record(), 12, 1)).toEqual([]);
  // It said where it stood: the server was asked for what follows.
  const { sessions } = await server.state();
  expect(sessions.at(-1)?.auth.cursors).toMatchObject({ 'user:u1': { id: 2 } });
});

test('[P9] a limit on attempts ends in failed, and connect() begins anew', async ({ openTab, network, server }) => {
  const tab = await openTab({ options: { reconnectionAttempts: 3 } });
  await tab.untilConnected();
  network.cut();
  await expect.poll(() => tab.status()).toMatchObject({ connection: 'failed', reason: { code: 'attempts_exhausted' } });
  network.restore();
  await tab.page.evaluate(() => window.tab.connect());
  await tab.untilConnected();
  await tab.untilSeen(await publish(server, 1, 1));
});

test('[P9] enabled: false: no connection, no channel, no lock; the app goes on', async ({ openTab, server }) => {
  const tab = await openTab({ options: { enabled: false } });
  const locks = await tab.page.evaluate(async () => {
    window.tab.emit('work', { key: 'x' });
    const { held, pending } = await navigator.locks.query();
    return [held?.length, pending?.length];
  });
  expect(locks).toEqual([0, 0]);
  expect(await tab.page.evaluate(() => window.tab.connected())).toBe(false);
  expect((await tab.status()).role).toBe('none');
  expect((await server.state()).rawEver).toBe(0);
});
