/** What becomes of a leader: closed, reloaded, gone and back, killed, hung, stopped. */
import { faultsOf, faultsOfCommands, repeatedIn } from '../support/check.ts';
import { allSeen, liveSessions, publish, untilLed, untilOneConnection } from '../support/group.ts';
import { longestByLife } from '../support/history.ts';
import type { EngineTab } from './engine.ts';
import { expect, expectWhole, takeOverMs, tellAlways, test } from './fixtures.ts';

type Three = [EngineTab, EngineTab, EngineTab];

const command = ({ page }: EngineTab, key: string, name = 'work') =>
  page.evaluate(([each, what]) => window.tab.command(each, what), [key, name] as const);

test('[P1] [P2] [P3] [P5] the leader is closed: another leads, nothing is lost or twice', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 11, count: 400, perSecond: 200 });
  await leader.untilSeenAtLeast(50);
  for (const tab of rest) await command(tab, tab.name);
  await leader.page.close();
  await untilLed(rest);
  await allSeen(rest, 410);
  await expectWhole(rest, 410);
  for (const tab of rest) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  expect(server.runsByKey).toEqual({ tab2: 1, tab3: 1 });
  await untilOneConnection(server);
});

test('[P1] [P2] [P5] the leader is reloaded, five times: one connection, no event twice in any life', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3);
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 2_000, perSecond: 100 });
  for (let i = 0; i < 5; i += 1) {
    const leader = await untilLed(tabs);
    await leader.page.reload();
    await leader.untilConnected();
  }
  await allSeen(tabs, 2_000, 30_000);
  const lives = longestByLife([...web.reports, ...(await Promise.all(tabs.map((tab) => tab.record())))]);
  expect(lives).toHaveLength(8);
  for (const life of lives) expect([...faultsOf(life, life.events.at(-1)?.n ?? 0), ...life.errors]).toEqual([]);
  for (const { name } of tabs) expect(repeatedIn(lives.filter((life) => life.name === name)), name).toEqual([]);
  await untilOneConnection(server);
});

test('[P1] [P2] [P5] leader and follower go to another page and come back: followers, with everything', async ({
  openTabs,
  server,
  engine,
  web,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, follower, third] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await leader.away();
  await untilLed([follower, third]);
  await follower.away();
  await untilLed([third]);
  await third.untilSeen(await publish(server, 11, 100));
  expect(await liveSessions(server)).toHaveLength(1);
  await leader.back();
  await follower.back();
  await allSeen(tabs, await publish(server, 111, 50));
  await expect
    .poll(() => Promise.all(tabs.map(async (tab) => (await tab.status()).role)))
    .toEqual(['follower', 'follower', 'leader']);
  await untilOneConnection(server);
  const kept = (await leader.record()).lifecycle.includes('pageshow:true');
  expect(kept, 'out of the back/forward cache').toBe(engine.keepsPages);
  for (const tab of [leader, follower]) await command(tab, tab.name);
  for (const tab of [leader, follower]) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  await third.page.close();
  await untilLed([leader, follower]);
  await allSeen([leader, follower], await publish(server, 161, 10));
  for (const tab of [leader, follower]) {
    const lives = longestByLife([...web.reports.filter(({ name }) => name === tab.name), await tab.record()]);
    expect(lives).toHaveLength(kept ? 1 : 2);
    for (const life of lives) expect([...faultsOf(life, life.events.at(-1)?.n ?? 0), ...life.errors]).toEqual([]);
    if (kept) await expectWhole([tab], 170);
    expect(repeatedIn(lives)).toEqual([]);
  }
});

test("[P1] [P2] [P3] [P5] the leader's process is killed: the others go on, commands once", async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  const pid = await leader.pid();
  for (const tab of rest) await command(tab, tab.name, 'held');
  // A driver may lose all pages with one.
  for (const tab of rest) await tellAlways(tab);
  await expect.poll(() => server.runsByKey).toEqual({ tab2: 1, tab3: 1 });
  const recordsOfRest = () => longestByLife(web.reports).filter(({ name }) => name !== leader.name);
  const [dead] = await liveSessions(server);
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() =>
      recordsOfRest()
        .map(({ roles }) => roles.at(-1))
        .sort(),
    )
    .toEqual(['follower', 'leader']);
  await untilOneConnection(server);
  expect(await liveSessions(server)).not.toContain(dead);
  await server.ask('release', {});
  const last = await publish(server, 11, 100);
  await expect.poll(() => recordsOfRest().map(({ events }) => events.at(-1)?.n)).toEqual([last, last]);
  await expect.poll(() => recordsOfRest().map(({ commands }) => commands.length)).toEqual([1, 1]);
  for (const record of recordsOfRest()) expect([...faultsOf(record, last, 1), ...record.errors]).toEqual([]);
  expect(faultsOfCommands(recordsOfRest(), server.runsByKey)).toEqual([]);
  for (const { commands } of recordsOfRest()) expect(commands).toMatchObject([{ outcome: 'result' }]);
});

test('[P1] [P2] [P5] the leader hangs for 12 s: replaced within 5, then it follows and has everything', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  await leader.hang(12_000);
  await untilLed(rest, takeOverMs);
  await allSeen(rest, await publish(server, 11, 100));
  expect(await liveSessions(server)).toHaveLength(1);
  // It answers when it is free; then it finds its place by itself, not by the next event.
  await expect.poll(async () => (await leader.status()).role, { timeout: 20_000 }).toBe('follower');
  await allSeen(tabs, 110);
  await allSeen(tabs, await publish(server, 111, 10));
  await expectWhole(tabs, 120);
  await untilOneConnection(server);
});

test("[P1] [P2] [P5] the leader's process is stopped: replaced within 5 s; continued, it follows and has everything", async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(3)) as Three;
  const [leader, ...rest] = tabs;
  await allSeen(tabs, await publish(server, 1, 10));
  const pid = await leader.pid();
  // Free again.
  await leader.status();
  process.kill(pid, 'SIGSTOP');
  await untilLed(rest, takeOverMs);
  await allSeen(rest, await publish(server, 11, 100));
  process.kill(pid, 'SIGCONT');
  await expect.poll(async () => (await leader.status()).role).toBe('follower');
  await allSeen(tabs, 110);
  await allSeen(tabs, await publish(server, 111, 10));
  await expectWhole(tabs, 120);
  await untilOneConnection(server);
});
