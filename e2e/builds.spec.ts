/** Builds of different versions side by side in one browser, as after a deployment. */
import { buildOnce } from './support/build.ts';
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed } from './support/group.ts';
import { speaksLaterMinor } from './support/inject.ts';

test('[P1] [P2] two protocol majors: a group each, never mixed', async ({ openTabs, server, web }) => {
  const { page } = await buildOnce();
  const nextMajor = page.replace(/\bprotocolVersion = 1;/, 'protocolVersion = 2;');
  expect(nextMajor).not.toBe(page);
  web.serveBuild('next-major', nextMajor);
  const old = await openTabs(2);
  const next = await openTabs(2, { build: 'next-major' });
  const tabs = [...old, ...next];
  expect(await liveSessions(server)).toHaveLength(2);
  await allSeen(tabs, await publish(server, 1, 50));

  const leaders = [await untilLed(old), await untilLed(next)];
  const told = await Promise.all(tabs.map((tab) => tab.diagnostics()));
  expect(told.map(({ tabs: known, counters }) => [known.length, counters.malformed])).toEqual(Array(4).fill([2, 0]));
  expect(new Set(told.map(({ group }) => group)).size).toBe(2);
  for (const leader of leaders) await leader.page.close();
  const rest = tabs.filter((tab) => !leaders.includes(tab));
  for (const tab of rest) await untilLed([tab]);
  await allSeen(rest, await publish(server, 51, 50));
  for (const tab of rest) expect(faultsOf(await tab.record(), 100, 1)).toEqual([]);
  expect(await liveSessions(server)).toHaveLength(2);
  const { sessions } = await server.state();
  expect(new Set(sessions.map(({ auth }) => auth.client)).size).toBe(2);
});

for (const first of ['later', 'this'] as const) {
  test(`[P1] [P8] two minors, ${first} one leading: one group, one connection, unknown parts ignored`, async ({
    openTab,
    server,
  }) => {
    const init = [speaksLaterMinor];
    const tabs = [await openTab(first === 'later' ? { init } : {})];
    await tabs[0]?.untilConnected();
    tabs.push(await openTab({ init }), await openTab());
    for (const tab of tabs) await tab.untilConnected();
    await allSeen(tabs, await publish(server, 1, 50));
    for (const tab of tabs) await tab.page.evaluate((name) => window.tab.command(name), tab.name);
    for (const tab of tabs) {
      await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
    }
    const leader = await untilLed(tabs);
    await leader.page.close();
    const rest = tabs.filter((tab) => tab !== leader);
    await untilLed(rest);
    await allSeen(rest, await publish(server, 51, 50));
    for (const tab of rest) expect(faultsOf(await tab.record(), 100, 1)).toEqual([]);
    expect((await server.state()).rawEver).toBe(2);
    expect((await server.state()).runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
  });
}
