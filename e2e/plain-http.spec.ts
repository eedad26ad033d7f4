/** Plain http on a host name that the browser does not take for this machine: what needs a secure context is not there. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed, untilOneConnection } from './support/group.ts';

test.use({
  launchOptions: [
    async ({ launchOptions }, use) => {
      await use({ ...launchOptions, args: ['--host-resolver-rules=MAP plain.test 127.0.0.1'] });
    },
    { scope: 'worker' },
  ],
});

test('[P1] [P10] plain http: no Web Locks, no randomUUID; one connection, a closed leader is replaced', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3, { origin: web.origin.replace('127.0.0.1', 'plain.test') });
  const lacks = await tabs[0]?.page.evaluate(() => [isSecureContext, 'locks' in navigator, 'randomUUID' in crypto]);
  expect(lacks).toEqual([false, false, false]);
  const leader = await untilLed(tabs);
  await untilOneConnection(server);
  await allSeen(tabs, await publish(server, 1, 20));
  for (const tab of tabs) expect((await tab.status()).degraded).toEqual(['no-locks']);
  for (const tab of tabs) await tab.page.evaluate((name) => window.tab.command(name), tab.name);
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  await leader.page.close();
  const rest = tabs.filter((tab) => tab !== leader);
  await untilLed(rest, 20_000);
  await allSeen(rest, await publish(server, 21, 20));
  for (const tab of rest) expect(faultsOf(await tab.record(), 40, 1)).toEqual([]);
  await untilOneConnection(server);
  expect((await server.state()).runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
});
