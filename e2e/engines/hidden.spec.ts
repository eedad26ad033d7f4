/** Hidden tabs, whose timers the browser slows. */
import { allSeen, publish, untilLed, untilOneConnection } from '../support/group.ts';
import { longestByLife } from '../support/history.ts';
import type { EngineTab } from './engine.ts';
import { expect, expectWhole, takeOverMs, tellAlways, test } from './fixtures.ts';

test('[P2] [P5] a hidden leader relays as before; stopped, it is replaced by the visible tab', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = (await openTabs(3)) as [EngineTab, EngineTab, EngineTab];
  const [leader, hidden, front] = tabs;
  const pid = await leader.pid();
  await allSeen(tabs, await publish(server, 1, 10));
  for (const tab of tabs) await tellAlways(tab);
  for (const { page } of [leader, hidden]) await page.hide();
  const latest = ({ name }: EngineTab) => longestByLife(web.reports).find((record) => record.name === name);
  for (const tab of [leader, hidden]) {
    await expect.poll(() => latest(tab)?.lifecycle.at(-1), { message: tab.name }).toBe('visibilitychange:hidden');
  }
  // From here the two are only listened to: some drivers show a tab when they ask it.
  const before = web.reports.length;
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 11, count: 1_000, perSecond: 200 });
  await front.page.evaluate(() => window.tab.command('asked'));
  await front.untilSeen(1_010);
  await expect.poll(async () => (await front.record()).commands).toMatchObject([{ outcome: 'result' }]);
  await expect.poll(() => [leader, hidden].map((tab) => latest(tab)?.events.at(-1)?.n)).toEqual([1_010, 1_010]);
  expect(await front.status()).toMatchObject({ role: 'follower', tabs: 3 });
  expect((await front.diagnostics()).steals).toBe(0);
  const told = ({ name }: EngineTab) => web.reports.slice(before).filter((record) => record.name === name).length;
  for (const tab of [leader, hidden])
    expect(told(tab), `timers of ${tab.name} are slowed`).toBeLessThan(told(front) / 2);

  process.kill(pid, 'SIGSTOP');
  await untilLed([front], takeOverMs);
  await front.untilSeen(await publish(server, 1_011, 10));
  process.kill(pid, 'SIGCONT');
  await expect.poll(() => latest(leader)?.roles.at(-1)).toBe('follower');
  await expect.poll(() => latest(leader)?.events.at(-1)?.n).toBe(1_020);
  await allSeen(tabs, await publish(server, 1_021, 1));
  await expectWhole(tabs, 1_021);
  await untilOneConnection(server);
});
