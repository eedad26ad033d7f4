/** A shared state among tabs: who loads it, who gets it from whom, and what the server has of it. */
import { expect, test } from './support/fixtures.ts';
import { allSeen, publish, untilLed } from './support/group.ts';
import { withHangingStorage } from './support/inject.ts';
import type { TestServer } from './support/server.ts';
import { storedBy } from './support/stored.ts';
import type { Tab } from './support/tab.ts';
import type { Web } from './support/web.ts';

/** All that a tab could ask of anybody; the leader's pings go on whoever comes. */
async function requests(server: TestServer, web: Web) {
  const { received, rawEver } = await server.state();
  const { ping: _, ...packets } = received;
  return { packets, rawEver, lists: web.listsServed, tokens: web.tokensServed };
}

const untilList = (tab: Tab, list: readonly number[]) =>
  expect.poll(() => tab.list(), { message: tab.name }).toMatchObject({ list, stale: false });

test('[P9] a later tab has its state from a sibling: not one request to any server', async ({
  openTab,
  server,
  web,
}, info) => {
  const first = await openTab({ list: true });
  await first.untilConnected();
  await publish(server, 1, 5);
  await untilList(first, [1, 2, 3, 4, 5]);
  const before = await requests(server, web);
  expect(before).toMatchObject({ lists: 1, tokens: 1, rawEver: 1 });

  const second = await openTab({ list: true });
  await untilList(second, [1, 2, 3, 4, 5]);
  expect(await requests(server, web)).toEqual(before);
  const { loads, rightAtMs } = await second.list();
  expect(loads).toBe(0);
  info.annotations.push({
    type: 'second tab',
    description: `first state ${Math.round(rightAtMs ?? 0)} ms after it began`,
  });
  console.log(`  the second tab had its state ${Math.round(rightAtMs ?? 0)} ms after its page began`);

  // The tail comes to both, and the one that loaded nothing passes it on when the first is gone.
  await publish(server, 6, 1);
  for (const tab of [first, second]) await untilList(tab, [1, 2, 3, 4, 5, 6]);
  await first.crash();
  await untilLed([second]);
  const later = await requests(server, web);
  const third = await openTab({ list: true });
  await untilList(third, [1, 2, 3, 4, 5, 6]);
  expect(await requests(server, web)).toEqual(later);
  expect(web.listsServed).toBe(1);
});

test('[P9] another version of a state is another state: it is loaded once more, and shared by its own', async ({
  openTab,
  server,
  web,
}) => {
  const first = await openTab({ list: true });
  await first.untilConnected();
  await publish(server, 1, 3);
  await untilList(first, [1, 2, 3]);
  const tabs = [first];
  for (const listVersion of [1, 0, 1]) tabs.push(await openTab({ list: true, listVersion }));
  for (const tab of tabs) await untilList(tab, [1, 2, 3]);
  expect(web.listsServed).toBe(2);
  expect(await Promise.all(tabs.map(async (tab) => (await tab.list()).loads))).toEqual([1, 1, 0, 0]);
  await allSeen(tabs, await publish(server, 4, 1));
  for (const tab of tabs) await untilList(tab, [1, 2, 3, 4]);
});

test('[P5] the tab that loads for all crashes while it does: another one loads', async ({ openTab, server, web }) => {
  const leader = await openTab();
  await leader.untilConnected();
  await publish(server, 1, 3);
  web.serveList(() => new Promise(() => {}));
  const loading = await openTab({ list: true });
  await expect.poll(() => web.listsServed).toBe(1);
  const waiting = await openTab({ list: true });
  web.serveList(() => server.ask('list', { user: 'u1' }));
  await waiting.untilConnected();
  expect((await waiting.list()).loads).toBe(0);
  await loading.crash();
  await untilList(waiting, [1, 2, 3]);
  expect(web.listsServed).toBe(2);
});

const kept = { list: true, keepList: true } as const;
const hasKept = (tab: Tab, list: readonly number[]) =>
  expect
    .poll(async () => JSON.stringify((await storedBy(tab)).values), { timeout: 10_000 })
    .toContain(`"state":${JSON.stringify(list)}`);

test('[P9] a state that is kept: the next page shows it before any server answers, stale, then catches up', async ({
  openTab,
  server,
  network,
  web,
}) => {
  const first = await openTab(kept);
  await first.untilConnected();
  await publish(server, 1, 3);
  await untilList(first, [1, 2, 3]);
  await hasKept(first, [1, 2, 3]);
  await first.page.close();
  await publish(server, 4, 2);

  let answer = () => {};
  const answered = new Promise<void>((done) => {
    answer = done;
  });
  web.serveList(async () => {
    await answered;
    return server.ask('list', { user: 'u1' });
  });
  network.cut();
  const next = await openTab(kept);
  await expect.poll(() => next.list()).toMatchObject({ list: [1, 2, 3], stale: true });
  network.restore();
  answer();
  await untilList(next, [1, 2, 3, 4, 5]);
  const { first: shown } = await next.list();
  expect(shown).toMatchObject({ list: [1, 2, 3], stale: true });
  console.log(`  the kept state was shown ${Math.round(shown?.atMs ?? 0)} ms after its page began`);
});

test("[P6] a state that is kept: a sign-out wipes it, and another user's is another", async ({
  openTab,
  server,
  web,
}) => {
  const [first, second] = [await openTab(kept), await openTab(kept)];
  await second.untilConnected();
  await publish(server, 1, 3);
  for (const tab of [first, second]) await untilList(tab, [1, 2, 3]);
  await hasKept(first, [1, 2, 3]);
  web.serveList(() => new Promise(() => {}));
  const other = await openTab({ ...kept, user: 'u2' });
  await other.untilConnected();
  expect(await other.list()).toMatchObject({ list: undefined, stale: true });

  await second.page.evaluate(() => {
    window.tab.setAuth({ kind: 'none' });
    return window.tab.signOut();
  });
  await expect.poll(async () => (await first.status()).connection).toBe('signed-out');
  expect(JSON.stringify((await storedBy(second)).values)).not.toContain('u1');
  const next = await openTab(kept);
  await next.untilConnected();
  expect(await next.list()).toMatchObject({ list: undefined, stale: true });
});

test('[P10] a state that is kept: a storage that hangs costs nothing but this', async ({ openTab, server }) => {
  const tab = await openTab({ ...kept, init: [withHangingStorage] });
  await tab.untilConnected();
  await publish(server, 1, 3);
  await untilList(tab, [1, 2, 3]);
  await tab.page.evaluate(() => window.tab.signOut());
});

test('[P2] the server lost its log: every stream begins anew, and the state is loaded once more for all', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3, { list: true });
  await publish(server, 1, 3);
  for (const tab of tabs) await untilList(tab, [1, 2, 3]);
  const before = web.listsServed;
  await server.restart();
  await publish(server, 4, 2);
  for (const tab of tabs) await untilList(tab, [4, 5]);
  expect(web.listsServed - before).toBe(1);
});
