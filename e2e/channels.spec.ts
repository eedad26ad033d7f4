/** Channels with filters: one connection, and in each tab what its own filter passes. */

import { expect, test } from './support/fixtures.ts';
import { untilLed, untilOneConnection, untilPublished } from './support/group.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

const publish = async (server: TestServer, from: number, count: number): Promise<void> => {
  await server.publish({ to: { channel: 'numbers' }, type: 'tick', from, count });
  await untilPublished(server);
};

async function join(tab: Tab, parts: readonly number[]): Promise<void> {
  await tab.page.evaluate((wanted) => window.tab.joinChannel(wanted), parts);
  await expect.poll(async () => (await channelOf(tab))?.status).toBe('joined');
}

const channelOf = (tab: Tab) => tab.page.evaluate(() => window.tab.channels().at(-1));
const untilSeen = (tab: Tab, n: number) => expect.poll(async () => (await channelOf(tab))?.seen.at(-1)).toBe(n);
const numbers = (parts: readonly number[], from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((n) => parts.includes(n % 100));

test('[P2] three tabs with three filters, over a crash of the leader and a cut: each has its own, nobody asks for a hole', async ({
  openTabs,
  server,
  network,
}) => {
  const [first, second, third] = (await openTabs(3)) as [Tab, Tab, Tab];
  await join(first, [0]);
  await join(second, [1, 50]);
  await join(third, [2]);
  await publish(server, 1, 2_010);
  await untilSeen(first, 2_000);
  await untilSeen(second, 2_001);
  await untilSeen(third, 2_002);
  await untilOneConnection(server);
  expect((await server.state()).received.request_sync ?? 0).toBe(0);
  expect((await channelOf(first))?.seen).toEqual(numbers([0], 1, 2_010));

  await first.crash();
  await publish(server, 2_011, 1_000);
  await untilLed([second, third]);
  await untilSeen(second, 3_001);
  await untilSeen(third, 3_002);

  network.cut();
  await publish(server, 3_011, 1_000);
  network.restore();
  await untilSeen(second, 4_001);
  await untilSeen(third, 4_002);

  for (const [tab, parts] of [[second, [1, 50]] as const, [third, [2]] as const]) {
    expect(await channelOf(tab)).toEqual({ status: 'joined', seen: numbers(parts, 1, 4_010), refreshes: [] });
    expect((await tab.record()).events).toEqual([]);
    expect((await tab.diagnostics()).counters).toMatchObject({ gaps: 0, malformed: 0 });
  }
  expect((await server.state()).received.request_sync ?? 0).toBe(0);
});

test('[P4] a tab that is reloaded alone goes on where it stood in its channel', async ({ openTabs, server }) => {
  const [tab] = (await openTabs(1)) as [Tab];
  await join(tab, [7]);
  await publish(server, 1, 10);
  await untilSeen(tab, 7);
  await tab.page.goto('about:blank');
  await publish(server, 11, 200);
  await tab.page.goBack();
  await tab.untilConnected();
  if ((await channelOf(tab)) === undefined) await join(tab, [7]);
  await untilSeen(tab, 207);
  const seen = (await channelOf(tab))?.seen ?? [];
  expect(seen.filter((n) => n > 10)).toEqual([107, 207]);
});
