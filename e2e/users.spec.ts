/** Two users in one browser profile. */
import { faultIn } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { liveSessions, untilPublished } from './support/group.ts';

test("[P6] two users in two tabs: neither sees the other's events", async ({ openTab, server }) => {
  const anna = await openTab({ user: 'anna' });
  const ben = await openTab({ user: 'ben' });
  for (const tab of [anna, ben]) await tab.untilConnected();
  expect(await liveSessions(server)).toHaveLength(2);

  await server.publish({ to: { user: 'anna' }, type: 'tick', from: 1, count: 20 });
  await server.publish({ to: { user: 'ben' }, type: 'tick', from: 101, count: 20 });
  await untilPublished(server);
  await server.publish({ to: 'all', type: 'tick', from: 200, count: 1 });
  for (const [tab, user, first] of [
    [anna, 'anna', 1],
    [ben, 'ben', 101],
  ] as const) {
    await expect.poll(async () => (await tab.record()).events.length).toBe(21);
    const { events, plain } = await tab.record();
    const own = events.filter(({ stream }) => stream === `user:${user}`).map(({ n }) => n);
    expect(faultIn(own, first, first + 19)).toBeNull();
    expect(events.filter(({ stream }) => stream !== `user:${user}`)).toEqual([{ stream: 'all', id: 1, n: 200 }]);
    expect([...plain].sort((a, b) => a - b)).toEqual([...own, 200].sort((a, b) => a - b));
    const { tabs, status } = await tab.diagnostics();
    expect(tabs).toHaveLength(1);
    expect(status.role).toBe('leader');
  }
});

test('[P6] a token of another user is refused, and nothing is relayed', async ({ openTab, server }) => {
  const anna = await openTab({ user: 'anna' });
  await anna.untilConnected();
  const intruder = await openTab({ user: 'ben', auth: { kind: 'token', user: 'anna' } });
  await expect.poll(async () => (await intruder.status()).reason?.code).toBe('wrong_user');
  await server.publish({ to: { user: 'anna' }, type: 'tick', from: 1, count: 3 });
  await server.publish({ to: 'all', type: 'tick', from: 4, count: 1 });
  await expect.poll(async () => (await anna.record()).events.length).toBe(4);
  const { events, plain, link } = await intruder.record();
  expect([events, plain]).toEqual([[], []]);
  expect(link.filter((what) => what.startsWith('connect') && !what.startsWith('connect_error'))).toEqual([]);
  expect(await liveSessions(server)).toHaveLength(1);
});

test("[P6] a renewed token of another user is refused and ends nobody's session", async ({ openTab, server }) => {
  const tab = await openTab({ user: 'anna', auth: { kind: 'token', user: 'anna', ttl: 6 } });
  await tab.untilConnected();
  await tab.page.evaluate(() => window.tab.setAuth({ kind: 'token', user: 'ben', ttl: 60 }));
  await expect.poll(async () => (await tab.status()).reason?.code, { timeout: 15_000 }).toBe('wrong_user');
  await expect.poll(() => liveSessions(server)).toHaveLength(0);
  await server.publish({ to: { user: 'ben' }, type: 'tick', from: 1, count: 1 });
  await untilPublished(server);
  expect((await tab.record()).events).toEqual([]);
});

test('[P6] sign-out of one user leaves the other connected', async ({ openTab, openTabs, server }) => {
  const annas = await openTabs(2, { user: 'anna' });
  const ben = await openTab({ user: 'ben' });
  await ben.untilConnected();
  await annas[1]?.page.evaluate(() => window.tab.signOut());
  for (const tab of annas) await expect.poll(() => tab.page.evaluate(() => window.tab.connected())).toBe(false);
  await server.publish({ to: { user: 'ben' }, type: 'tick', from: 1, count: 1 });
  await ben.untilSeen(1);
  expect(await liveSessions(server)).toHaveLength(1);
});
