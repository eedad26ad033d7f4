/** WebKit's back/forward cache takes the lock of a page without a word; the page comes back as it was. */
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from '../support/group.ts';
import type { EngineTab } from './engine.ts';
import { expect, expectWhole, test } from './fixtures.ts';

for (const unheard of [['pagehide'], ['pagehide', 'pageshow']]) {
  test(`[P1] [P2] [P5] a leader that does not hear ${unheard.join(' and ')} is kept and comes back: it follows`, async ({
    openTabs,
    server,
  }) => {
    const [leader] = (await openTabs(1, { start: false })) as [EngineTab];
    await leader.page.evaluate((names) => {
      for (const name of names) addEventListener(name, (event) => event.stopImmediatePropagation());
      window.tab.start();
    }, unheard);
    await leader.untilConnected();
    const rest = (await openTabs(2)) as [EngineTab, EngineTab];
    const tabs = [leader, ...rest];
    await allSeen(tabs, await publish(server, 1, 10));
    await leader.page.evaluate(() => void Object.assign(window, { same: true }));

    await leader.away();
    await untilLed(rest);
    await allSeen(rest, await publish(server, 11, 100));
    await leader.back();
    expect(await leader.page.evaluate(() => 'same' in window), 'the page as it was').toBe(true);
    await expect.poll(async () => (await leader.status()).role).toBe('follower');
    await allSeen(tabs, 110);
    await allSeen(tabs, await publish(server, 111, 10));
    await expectWhole(tabs, 120);
    await untilOneConnection(server);

    // It may lead again.
    for (const { page } of rest) await page.close();
    await untilLed([leader]);
    await leader.untilSeen(await publish(server, 121, 10));
    await expectWhole([leader], 130);
    expect(await liveSessions(server)).toHaveLength(1);
  });
}
