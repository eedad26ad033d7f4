/** Any Socket.IO server: one connection, live relay, acknowledgements. */
import { faultIn, mostAtOnce } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed } from './support/group.ts';
import type { Tab } from './support/tab.ts';

test.use({ serverOptions: { mode: 'plain' } });

test('[P1] 5 tabs on a plain server: one connection, every event in every tab', async ({ openTabs, server }) => {
  const tabs = await openTabs(5);
  await allSeen(tabs, await publish(server, 1, 200));
  for (const tab of tabs) {
    const { plain } = await tab.record();
    expect(faultIn(plain, 1, 200)).toBeNull();
    expect(await tab.status()).toMatchObject({ recovery: 'none', connection: 'connected' });
  }
  const { sessions } = await server.state();
  expect(mostAtOnce(sessions)).toBe(1);
  expect(sessions).toHaveLength(1);
});

test("[P3] emitWithAck of a follower brings the server's answer", async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  const leader = await untilLed(tabs);
  for (const [i, tab] of tabs.entries()) {
    expect(await tab.page.evaluate((n) => window.tab.ask('double', n), i + 1)).toBe((i + 1) * 2);
  }
  const follower = tabs.find((tab) => tab !== leader) as Tab;
  await follower.page.evaluate(() => window.tab.emit('say', 7));
  await allSeen(tabs, 7);
  expect(await liveSessions(server)).toHaveLength(1);
  const ids = await Promise.all(tabs.map((tab) => tab.page.evaluate(() => window.tab.socketId())));
  expect(new Set(ids)).toEqual(new Set(await liveSessions(server)));
});

test('[P3] an ack that never comes is unknown, and nothing is sent twice', async ({ openTabs, server }) => {
  const tabs = await openTabs(2, { options: { ackTimeout: 1_000 } });
  const [, follower] = tabs as [Tab, Tab];
  await follower.page.evaluate(() => window.tab.command('k', 'silence'));
  await expect.poll(async () => (await follower.record()).commands).toMatchObject([{ key: 'k', outcome: 'unknown' }]);
  expect((await server.state()).received.silence).toBe(1);
});

test('[P3] a packet of the server that wants an acknowledgement: handled in every tab, answered by one', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(4);
  const asked = await Promise.all(tabs.map(({ page }) => page.evaluateHandle(() => window.tab.answer('question'))));
  const leader = await untilLed(tabs);
  for (let round = 1; round <= 3; round += 1) {
    expect((await server.ask('question', { type: 'question' })).answers).toEqual([leader.name]);
    for (const tab of asked) await expect.poll(() => tab.evaluate(({ calls }) => calls())).toBe(round);
  }
});

test('[P5] the leader closes: the next one connects and relays', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 5));
  const [first, ...rest] = tabs as [Tab, Tab, Tab];
  await first.page.close();
  await untilLed(rest);
  await allSeen(rest, await publish(server, 6, 5));
  for (const tab of rest) expect(faultIn((await tab.record()).plain, 1, 10)).toBeNull();
  expect(mostAtOnce((await server.state()).sessions)).toBe(1);
});

test('[P2] what needs a companion says so', async ({ openTab }) => {
  const tab = await openTab();
  const said = await tab.page.evaluate(() => {
    try {
      window.tab.openList();
      return 'nothing';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  });
  expect(said).toBe('needs_companion');
});

test('[P1] companion: true against a plain server says no_companion', async ({ openTab }) => {
  const tab = await openTab({ options: { companion: true, timeout: 1_500 } });
  await expect.poll(async () => (await tab.status()).reason?.code, { timeout: 15_000 }).toBe('no_companion');
  expect(await tab.page.evaluate(() => window.tab.connected())).toBe(false);
});
