/** What a plain server can't give, counted; and the way to the companion. */
import { expect, test } from '../support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from '../support/group.ts';
import type { Tab } from '../support/tab.ts';

const seen = async (tab: Tab) => (await tab.record()).plain;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test.describe('a plain server', () => {
  test.use({ serverOptions: { mode: 'plain' } });

  test('[P3] [P9] what it sends while nobody is connected is missing, in every tab the same; in-flight commands end unknown', async ({
    openTabs,
    server,
    network,
  }) => {
    const tabs = await openTabs(3);
    await allSeen(tabs, await publish(server, 1, 5));
    // In the leader and in a follower: sent, and never acknowledged.
    for (const tab of tabs) await tab.page.evaluate(() => window.tab.command('k', 'silence'));
    await expect.poll(async () => (await server.state()).received.silence).toBe(3);

    network.cut();
    for (const tab of tabs) {
      await expect.poll(async () => (await tab.record()).link).toContain('disconnect');
      await expect
        .poll(async () => (await tab.record()).commands)
        .toMatchObject([{ key: 'k', outcome: 'unknown', code: 'disconnected' }]);
    }
    await expect.poll(() => liveSessions(server)).toEqual([]);
    const lost = 7;
    await publish(server, 6, lost);
    network.restore();
    await untilOneConnection(server);
    for (const tab of tabs) await tab.untilConnected();
    await allSeen(tabs, await publish(server, 6 + lost, 5));

    const published = (await server.state()).published;
    for (const tab of tabs) {
      expect(await seen(tab)).toEqual([...range(1, 5), ...range(6 + lost, published)]);
      expect(published - (await seen(tab)).length).toBe(lost);
      // `connect`, not `connect:recovered`.
      const { link } = await tab.record();
      expect(link.filter((said) => !said.startsWith('connect_error'))).toEqual(['connect', 'disconnect', 'connect']);
      expect(await tab.status()).toMatchObject({ recovery: 'none', connection: 'connected' });
    }
    expect((await server.state()).received.silence, 'sent once each').toBe(3);
  });

  test('[P3] a leader that is closed takes nothing with it but what it had in flight', async ({ openTabs, server }) => {
    const tabs = await openTabs(3);
    const [first, ...rest] = tabs as [Tab, Tab, Tab];
    const [asker] = rest as [Tab, Tab];
    await asker.page.evaluate(() => window.tab.command('k', 'silence'));
    await expect.poll(async () => (await server.state()).received.silence).toBe(1);
    await first.page.close();
    await expect.poll(async () => (await asker.record()).commands).toMatchObject([{ outcome: 'unknown' }]);
    await untilLed(rest);
    await untilOneConnection(server);
    for (const tab of rest) await tab.untilConnected();
    await allSeen(rest, await publish(server, 1, 3));
    for (const tab of rest) {
      expect((await tab.record()).link).toEqual(['connect', 'disconnect', 'connect']);
      expect(await seen(tab)).toEqual([1, 2, 3]);
    }
    expect((await server.state()).received.silence).toBe(1);
  });
});

test.describe('a server with the companion', () => {
  const withoutOption = { options: { companion: false } };

  test('[P9] a page without the option works live, and is told once what it could have', async ({
    openTab,
    server,
  }) => {
    const hints: string[] = [];
    const tab = await openTab({ ...withoutOption, start: false });
    tab.page.on('console', (message) => {
      if (message.text().includes('onesocket')) hints.push(message.text());
    });
    await tab.page.evaluate(() => window.tab.start());
    await tab.untilConnected();
    await tab.untilSeen(await publish(server, 1, 3));
    expect(await tab.status()).toMatchObject({ recovery: 'none', connection: 'connected' });
    await server.ask('disconnect', {});
    await expect.poll(async () => (await tab.record()).link.length).toBe(3);
    await tab.untilSeen(await publish(server, 4, 1));
    expect(await seen(tab)).toEqual([1, 2, 3, 4]);
    expect(hints).toEqual([expect.stringContaining('companion: true')]);
  });

  test('[P2] the same page with the one option gets what it missed', async ({ openTabs, server, network }) => {
    const tabs = await openTabs(2);
    await allSeen(tabs, await publish(server, 1, 3));
    network.cut();
    for (const tab of tabs) await expect.poll(async () => (await tab.record()).link).toContain('disconnect');
    await publish(server, 4, 7);
    network.restore();
    await allSeen(tabs, 10);
    for (const tab of tabs) {
      expect((await tab.record()).plain).toEqual(range(1, 10));
      expect((await tab.record()).link).toContain('connect:recovered');
      expect(await tab.status()).toMatchObject({ recovery: 'log' });
    }
  });
});
