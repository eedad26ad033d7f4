/** The whole browser: killed and started again, stopped and resumed. */
import { createProfile, type Profile } from './support/browser.ts';
import { faultsOf } from './support/check.ts';
import { test as base, expect } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const test = base.extend<{ profile: Profile }>({
  profile: async ({ playwright }, use) => {
    const profile = createProfile(playwright.chromium);
    await use(profile);
    await profile.close();
  },
});

/** A fault has a length; this is not a wait for a state. */
const lasting = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

test('[P4] the browser is killed and started again on its profile: no hole, little repeated', async ({
  openTab,
  profile,
  server,
}) => {
  const before = await profile.launch();
  const tabs: Tab[] = [];
  for (let i = 0; i < 3; i += 1) tabs.push(await openTab({ context: before.context }));
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 300, perSecond: 100 });
  await allSeen(tabs, 300);
  await before.kill();

  const { context } = await profile.launch();
  const next = [await openTab({ context }), await openTab({ context })] as [Tab, Tab];
  await allSeen(next, await publish(server, 301, 10));
  const { events, refreshes } = await next[0].record();
  const first = events[0]?.n ?? 0;
  expect(faultsOf(await next[0].record(), 310, first)).toEqual([]);
  expect(faultsOf(await next[1].record(), 310)).toEqual([]);
  expect(refreshes).toEqual([]);
  // IndexedDB writes "relaxed": what the operating system has, a killed process has written.
  expect(first, 'nothing lost').toBeLessThanOrEqual(301);
  // One interval of 50 ms at 100 per second, and as much again for a slow disk.
  expect(first, 'little repeated').toBeGreaterThan(290);
  await untilOneConnection(server);
});

test('[P1] [P5] the browser is stopped for a minute: right again, nothing lost, no false take-over', async ({
  openTab,
  profile,
  server,
}) => {
  test.setTimeout(120_000);
  const { context, signal } = await profile.launch();
  const tabs: Tab[] = [];
  for (let i = 0; i < 3; i += 1) {
    const tab = await openTab({ context });
    await tab.untilConnected();
    tabs.push(tab);
  }
  await allSeen(tabs, await publish(server, 1, 10));
  const leader = await untilLed(tabs);
  const { term } = await leader.status();
  await tabs[2]?.page.evaluate(() => window.tab.command('before'));
  await expect.poll(async () => (await tabs[2]?.record())?.commands.length).toBe(1);

  signal('SIGSTOP');
  await publish(server, 11, 200);
  await lasting(60_000);
  expect(await liveSessions(server), 'the server gave it up').toEqual([]);
  signal('SIGCONT');

  await allSeen(tabs, 210);
  await tabs[2]?.page.evaluate(() => window.tab.command('after'));
  await expect
    .poll(async () => (await tabs[2]?.record())?.commands.map(({ outcome }) => outcome))
    .toEqual(['result', 'result']);
  await allSeen(tabs, await publish(server, 211, 1));
  for (const tab of tabs) {
    const record = await tab.record();
    expect(faultsOf(record, 211, 1)).toEqual([]);
    expect(record.refreshes).toEqual([]);
  }
  expect(await leader.status()).toMatchObject({ role: 'leader', term });
  for (const tab of tabs) expect((await tab.diagnostics()).steals).toBe(0);
  const { runsByKey, sessions } = await server.state();
  expect(runsByKey).toEqual({ before: 1, after: 1 });
  expect(sessions).toHaveLength(2);
  await untilOneConnection(server);
});
