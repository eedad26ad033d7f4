/** Tokens that end, are revoked, or can't be had in one tab only, while events and commands flow. */
import type { AuthPlan } from './page/types.ts';
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const setAuth = (tab: Tab, plan: AuthPlan) => tab.page.evaluate((next) => window.tab.setAuth(next), plan);

test('[P2] [P3] the token ends with events and commands in flight: nothing lost, nothing twice', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3, { auth: { kind: 'token', user: 'u1', ttl: 4 } });
  const [, follower] = tabs as [Tab, Tab];
  // Nobody gets another token in time.
  for (const tab of tabs) await setAuth(tab, { kind: 'throws' });
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 700, perSecond: 100 });
  const asked: string[] = [];
  const ask = async () => {
    asked.push(`c${asked.length}`);
    await follower.page.evaluate((key) => window.tab.command(key), asked.at(-1) ?? '');
  };
  await expect
    .poll(
      async () => {
        await ask();
        return liveSessions(server);
      },
      { timeout: 15_000, intervals: [100] },
    )
    .toEqual([]);
  await ask();
  for (const tab of tabs) await setAuth(tab, { kind: 'token', user: 'u1' });
  await allSeen(tabs, 700, 20_000);
  await expect.poll(async () => (await follower.record()).commands.length).toBe(asked.length);
  const { commands } = await follower.record();
  expect(commands.filter(({ outcome }) => outcome !== 'result')).toEqual([]);
  expect(server.runsByKey).toEqual(Object.fromEntries(asked.map((key) => [key, 1])));
  for (const tab of tabs) expect(faultsOf(await tab.record(), 700, 1)).toEqual([]);
  await untilOneConnection(server);
});

test('[P9] refused for ever: every tab says why, and nobody tries again', async ({ openTab, openTabs, server }) => {
  const tabs = await openTabs(3);
  const other = await openTab({ user: 'u2' });
  await other.untilConnected();
  await server.ask('refuse', { user: 'u1', code: 'session_rejected' });
  await server.ask('disconnect', {});
  for (const tab of tabs) {
    await expect.poll(() => tab.status()).toMatchObject({ connection: 'failed', reason: { code: 'session_rejected' } });
  }
  await other.untilConnected();
  const { rawEver } = await server.state();
  // Far longer than a reconnection takes here.
  await server.publish({ to: { user: 'u2' }, type: 'tick', from: 1, count: 20, perSecond: 10 });
  await other.untilSeen(20);
  expect((await server.state()).rawEver, 'tries after the refusal').toBe(rawEver);

  await server.ask('refuse', { user: 'u1', code: null });
  await tabs[2]?.page.evaluate(() => window.tab.connect());
  for (const tab of tabs) await tab.untilConnected();
  await allSeen(tabs, await publish(server, 1, 3));
  expect(await liveSessions(server)).toHaveLength(2);
});

for (const kind of ['throws', 'hangs', 'none'] as const) {
  test(`[P5] the leader's auth fails (${kind}), the others' works: another leads`, async ({ openTabs, server }) => {
    const tabs = await openTabs(3, { options: { authTimeoutMs: 1_000 } });
    const leader = await untilLed(tabs);
    await allSeen(tabs, await publish(server, 1, 5));
    await setAuth(leader, { kind });
    await server.ask('disconnect', {});
    await publish(server, 6, 5);
    expect(await untilLed(tabs.filter((tab) => tab !== leader))).not.toBe(leader);
    // It follows like any other, and needs no token for that.
    await allSeen(tabs, 10);
    for (const tab of tabs) expect(faultsOf(await tab.record(), 10, 1)).toEqual([]);
    await untilOneConnection(server);
  });
}
