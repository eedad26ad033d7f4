/** Storms, slow followers, large and too large messages. */
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilPublished } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const user = { user: 'u1' } as const;

test('[P1] [P2] [P5] 10,000 events as fast as the server can, five tabs, one of them blocked', async ({
  openTabs,
  server,
}) => {
  test.setTimeout(90_000);
  const tabs = await openTabs(5);
  const [leader, slow] = tabs as [Tab, Tab];
  const { term } = await leader.status();
  const blocked = slow.block(3_000);
  await server.publish({ to: user, type: 'tick', from: 1, count: 10_000, bytes: 200 });
  await allSeen(
    tabs.filter((tab) => tab !== slow),
    10_000,
    40_000,
  );
  await blocked;
  await allSeen(tabs, 10_000, 20_000);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 10_000, 1)).toEqual([]);
  expect(await leader.status()).toMatchObject({ role: 'leader', term });
  expect((await server.state()).sessions).toHaveLength(1);
});

test('[P2] events of 500 KB and of 2 MB among small ones: all there, the connection stays', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(5);
  await publish(server, 1, 100);
  await server.publish({ to: user, type: 'tick', from: 101, count: 5, bytes: 500_000 });
  await untilPublished(server);
  await server.publish({ to: user, type: 'tick', from: 106, count: 1, bytes: 2_000_000 });
  await untilPublished(server);
  await publish(server, 107, 100);
  await allSeen(tabs, 206);
  for (const tab of tabs) expect(faultsOf(await tab.record(), 206, 1)).toEqual([]);
  expect((await server.state()).rawEver).toBe(1);
});

test('[P3] [P8] a command that is too large for the server is refused at once, and nothing else suffers', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(2);
  for (const tab of tabs) {
    const answers = tab.page.evaluate(() =>
      Promise.all([
        window.tab.ask('work', { key: `before ${window.tab.record.name}` }),
        // Characters of three bytes: what counts is the size on the wire.
        window.tab.ask('work', { key: 'large', filler: '\u20ac'.repeat(400_000) }),
        window.tab.ask('work', { key: `after ${window.tab.record.name}` }),
      ]),
    );
    expect(await answers).toEqual([
      { key: `before ${tab.name}` },
      { code: 'payload_too_large' },
      { key: `after ${tab.name}` },
    ]);
    expect((await tab.diagnostics()).counters).toMatchObject({ refused: 1, results: 2 });
  }
  const { rawEver, runsByKey } = await server.state();
  expect(rawEver, 'connections').toBe(1);
  expect(runsByKey.large).toBeUndefined();
});
