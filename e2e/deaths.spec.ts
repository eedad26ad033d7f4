/** Leader, server or caller dies between a command's sending, its effect and its answer. */
import { expect, test } from './support/fixtures.ts';
import { untilLed, untilOneConnection } from './support/group.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

const ask = (tab: Tab, key: string, name = 'held') =>
  tab.page.evaluate(([k, n]) => window.tab.command(k, n), [key, name] as const);
const outcomes = async (tab: Tab) => (await tab.record()).commands;

/** The handler took effect; its answer waits for `release`. */
const untilRan = (server: TestServer, key: string) => expect.poll(() => server.runsByKey[key]).toBe(1);
const release = (server: TestServer) => server.ask('release', {});

test('[P3] the leader dies between effect and answer: run once, the caller gets the result', async ({
  openTabs,
  server,
}) => {
  const tabs = await openTabs(3);
  const [leader, follower, third] = tabs as [Tab, Tab, Tab];
  await ask(follower, 'k');
  await untilRan(server, 'k');
  await leader.crash();
  await untilLed([follower, third]);
  // The next leader has brought it again.
  await expect.poll(async () => (await server.state()).received.command).toBe(2);
  await release(server);
  await expect.poll(() => outcomes(follower)).toMatchObject([{ outcome: 'result', result: { key: 'k' } }]);
  expect(server.runsByKey).toEqual({ k: 1 });
  await untilOneConnection(server);
});

test('[P3] the server dies between effect and answer: unknown, and no second run', async ({ openTabs, server }) => {
  const tabs = await openTabs(2);
  for (const tab of tabs) {
    await ask(tab, tab.name);
    await untilRan(server, tab.name);
  }
  await server.restart();
  for (const tab of tabs) {
    await expect.poll(() => outcomes(tab)).toMatchObject([{ outcome: 'unknown', code: 'expired' }]);
  }
  expect(server.runsByKey).toEqual({ tab1: 1, tab2: 1 });
  // What is asked of the new process runs there.
  await ask(tabs[1] as Tab, 'later', 'work');
  await expect.poll(async () => (await tabs[1]?.record())?.commands.at(-1)).toMatchObject({ outcome: 'result' });
});

test('[P3] a follower dies before its answer: run once, and nobody else gets it', async ({ openTabs, server }) => {
  const tabs = await openTabs(3);
  const [leader, follower, third] = tabs as [Tab, Tab, Tab];
  await ask(follower, 'k');
  await untilRan(server, 'k');
  await follower.crash();
  await release(server);
  await ask(third, 'next', 'work');
  await expect.poll(() => outcomes(third)).toMatchObject([{ key: 'next', outcome: 'result' }]);
  expect(await outcomes(leader)).toEqual([]);
  expect(server.runsByKey).toEqual({ k: 1, next: 1 });
  for (const tab of [leader, third]) expect((await tab.diagnostics()).counters.malformed).toBe(0);
});

test('[P3] commands given while nobody leads wait for the next leader and run once', async ({
  openTabs,
  server,
  context,
  web,
}) => {
  const tabs = await openTabs(3, { options: { leaderTimeoutMs: 60_000 } });
  const { group } = await (tabs[0] as Tab).diagnostics();
  // A page that is no tab of ours takes the lock and keeps it.
  const outsider = await context.newPage();
  await outsider.goto(`${web.origin}/elsewhere`);
  // The lock is that of all namespaces: a group's name without its own.
  await outsider.evaluate(
    (name) => {
      void navigator.locks.request(name, { steal: true }, () => new Promise(() => {}));
    },
    group.slice(0, -1),
  );
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.status()).role, { message: tab.name }).not.toBe('leader');
  }
  await expect.poll(async () => (await server.state()).rawNow).toBe(0);
  for (const tab of tabs) await ask(tab, tab.name, 'work');
  expect(await Promise.all(tabs.map(outcomes))).toEqual([[], [], []]);

  await outsider.close();
  for (const tab of tabs) await expect.poll(() => outcomes(tab)).toMatchObject([{ outcome: 'result' }]);
  expect(server.runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
  await untilOneConnection(server);
});
