/** The machine's clock is set while tabs are open. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed, untilOneConnection } from './support/group.ts';
import { withSetClock } from './support/inject.ts';
import type { Tab } from './support/tab.ts';

const hourMs = 3_600_000;
const init = [withSetClock];
const options = { leaderTimeoutMs: 2_000 };

/** In all tabs at once, as of one machine. */
async function setClock(tabs: readonly Tab[], offsetMs: number) {
  await Promise.all(tabs.map(({ page }) => page.evaluate((ms) => localStorage.setItem('clock', String(ms)), offsetMs)));
}

test('[P2] [P3] [P5] the clock set forward an hour, back, and back by a day: nobody notices, newcomers fit in', async ({
  openTab,
  openTabs,
  server,
}) => {
  test.setTimeout(90_000);
  const tabs = await openTabs(3, { init, options });
  let last = 0;
  const commands: string[] = [];
  const next = async (count: number) => {
    await allSeen(tabs, await publish(server, last + 1, count));
    last += count;
  };
  await next(10);
  for (const offsetMs of [hourMs, -hourMs, hourMs, -24 * hourMs]) {
    await setClock(tabs, offsetMs);
    // Longer than the leader's timeout, events flowing now and then.
    await server.publish({ to: { user: 'u1' }, type: 'tick', from: last + 1, count: 4, perSecond: 1 });
    last += 4;
    await allSeen(tabs, last);
    const leader = await untilLed(tabs);
    const key = `at ${offsetMs} ${last}`;
    commands.push(key);
    const asker = tabs.find((tab) => tab !== leader);
    await asker?.page.evaluate((name) => window.tab.command(name), key);
    await expect.poll(async () => (await asker?.record())?.commands.at(-1)).toMatchObject({ key, outcome: 'result' });

    await leader.page.close();
    tabs.splice(tabs.indexOf(leader), 1);
    await untilLed(tabs);
    const newcomer = await openTab({ init, options });
    await newcomer.untilConnected();
    tabs.push(newcomer);
    await next(10);
  }
  for (const tab of tabs) expect(faultsOf(await tab.record(), last)).toEqual([]);
  const told = await Promise.all(tabs.map((tab) => tab.diagnostics()));
  expect(told.map(({ steals, counters }) => [steals, counters.malformed])).toEqual(Array(3).fill([0, 0]));
  expect(Object.values((await server.state()).runsByKey)).toEqual(commands.map(() => 1));
  await untilOneConnection(server);
});
