/** Events through every fault of the leader, counted in each tab and at the server. */
import type { TabRecord } from './page/types.ts';
import { faultsOf, mostAtOnce, repeatedIn } from './support/check.ts';
import { faults, hideBehindOthers, type Run } from './support/faults.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, untilLed, untilPublished } from './support/group.ts';

const perFault = 1_000;
const perSecond = 200;

test('[P1] [P2] [P5] 5 tabs, 1,000 events at 200 per second through each fault of the leader', async ({
  openTab,
  openTabs,
  server,
  network,
  web,
}) => {
  test.setTimeout(180_000);
  const tabs = await openTabs(5);
  const run: Run = { tabs, lived: new Set(tabs), network, openTab: () => openTab() };
  expect(await liveSessions(server)).toHaveLength(1);
  const before: TabRecord[] = [];
  let last = 0;

  for (const fault of faults) {
    await test.step(fault.name, async () => {
      const leader = await untilLed(run.tabs);
      await hideBehindOthers(run, leader);
      await server.publish({ to: { user: 'u1' }, type: 'tick', from: last + 1, count: perFault, perSecond });
      // In the thick of it: some events before, most during and after.
      await leader.untilSeenAtLeast(last + perSecond / 2);
      before.push(await leader.record());
      await fault.happen(run, leader);
      await untilPublished(server);
      last += perFault;
      await allSeen(run.tabs, last);
      expect(await liveSessions(server), 'live connections').toHaveLength(1);
    });
  }

  const records = await Promise.all(run.tabs.map((tab) => tab.record()));
  const lived = [...run.lived].map(({ name }) => name);
  expect(lived.length, 'tabs that lived through the whole run').toBeGreaterThanOrEqual(2);
  const wrong = records.flatMap((record) => faultsOf(record, last, lived.includes(record.name) ? 1 : undefined));
  expect(wrong).toEqual([]);
  expect(records.flatMap(({ refreshes }) => refreshes)).toEqual([]);

  // Lives that ended: as their page reported at `pagehide`, or as last seen before a crash.
  const names = new Set([...records, ...before, ...web.reports].map(({ name }) => name));
  for (const name of names) {
    const lives = new Map<string, TabRecord>();
    for (const record of [...before, ...web.reports, ...records]) {
      const known = lives.get(record.life);
      if (record.name === name && record.events.length >= (known?.events.length ?? 0)) lives.set(record.life, record);
    }
    const ended = [...lives.values()].filter(({ life }) => !records.some((record) => record.life === life));
    for (const record of ended) expect(faultsOf(record, record.events.at(-1)?.n ?? 0)).toEqual([]);
    expect(repeatedIn([...lives.values()]), `handled twice in ${name}`).toEqual([]);
  }

  const { sessions } = await server.state();
  expect(mostAtOnce(sessions), 'connections at once').toBeLessThanOrEqual(2);
});
