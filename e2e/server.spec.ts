/** The server process ends and comes back, and its log is lost. */
import type { TabRecord } from './page/types.ts';
import { faultIn } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilOneConnection } from './support/group.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

const bothStreams = ['all', 'user:u1'];
const refreshed = ({ refreshes }: TabRecord) => refreshes.flatMap(({ streams }) => streams).sort();
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Before: each once and in order. Then each stream was announced as lost, before the first event of its new life. */
async function expectNewEpoch(tabs: readonly Tab[], first: number, last: number) {
  for (const tab of tabs) {
    const record = await tab.record();
    const ns = record.events.map(({ n }) => n);
    const before = ns.filter((n) => n < first);
    expect(faultIn(before, 1, before.length), tab.name).toBeNull();
    expect(faultIn(ns.slice(before.length), first, last), tab.name).toBeNull();
    expect(refreshed(record), `${tab.name}: each stream once`).toEqual(bothStreams);
    for (const { reason, after } of record.refreshes) {
      expect([reason, after], tab.name).toEqual(['epoch_changed', before.length]);
    }
  }
}

for (const [how, end] of [
  ['ends as a deployment does', (server: TestServer) => server.shutDown()],
  ['is killed', (server: TestServer) => server.kill()],
] as const) {
  test(`[P2] the server ${how} mid-stream and comes back: one refresh per tab and stream, one load`, async ({
    openTabs,
    server,
    web,
  }) => {
    const tabs = await openTabs(5, { list: true });
    await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 2_000, perSecond: 200 });
    await tabs[0]?.untilSeenAtLeast(200);
    await end(server);
    for (const tab of tabs) await expect.poll(async () => (await tab.status()).connection).not.toBe('connected');
    const loads = web.listsServed;
    await server.revive();
    for (const tab of tabs) await expect.poll(async () => refreshed(await tab.record())).toEqual(bothStreams);
    await publish(server, 5_001, 10);
    await allSeen(tabs, 5_010);
    const lists = async () =>
      (await Promise.all(tabs.map((tab) => tab.list()))).map(({ stale, list }) => (stale ? 'stale' : list));
    await expect.poll(lists).toEqual(tabs.map(() => range(5_001, 5_010)));
    await expectNewEpoch(tabs, 5_001, 5_010);
    expect(web.listsServed - loads, 'loads of the whole group').toBe(1);
    await untilOneConnection(server);
  });
}

test('[P2] the log is lost under a running server: announced in every tab before the next event', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3);
  await allSeen(tabs, await publish(server, 1, 20));
  await server.ask('loseLog', {});
  await server.publish({ to: 'all', type: 'other', from: 1, count: 1 });
  await publish(server, 101, 5);
  await allSeen(tabs, 105);
  await expectNewEpoch(tabs, 101, 105);
  await untilOneConnection(server);
});
