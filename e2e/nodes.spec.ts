/** A group of tabs before three servers on one Redis: which of them it is connected to makes no difference. */
import type { TabRecord } from './page/types.ts';
import { createFlow, type Flow } from './support/flow.ts';
import { untilLed } from './support/group.ts';
import { test as base, expect } from './support/nodes.ts';
import type { Tab } from './support/tab.ts';

const test = base.extend<{ flow: Flow; group: () => Promise<Tab[]> }>({
  flow: async ({ nodes }, use) => {
    await use(createFlow(nodes));
  },
  /** Three tabs, connected as one group. */
  group: async ({ openTabs }, use) => {
    await use(() => openTabs(3, { options: { transports: ['websocket'], ackTimeout: 8_000 } }));
  },
});
const refreshed = ({ refreshes }: Pick<TabRecord, 'refreshes'>) => refreshes.flatMap(({ streams }) => streams).sort();
const bothStreams = ['all', 'user:u1'];

test('[P1] [P2] [P3] published at each by turns, commanded from each tab: once, in order, over one connection', async ({
  group,
  nodes,
  flow,
  network,
}) => {
  const tabs = await group();
  await nodes.holder();
  for (let i = 0; i < 10; i += 1) {
    await flow.append(9);
    await flow.command(tabs);
  }
  await flow.settle(tabs);
  await flow.check(tabs);
  expect(flow.refused).toEqual([]);
  for (const tab of tabs) {
    const { events, commands, refreshes } = await tab.record();
    expect(events.map(({ n }) => n)).toEqual(flow.taken);
    expect(commands.map(({ outcome }) => outcome)).toEqual(Array(10).fill('result'));
    expect(refreshes).toEqual([]);
  }
  expect(await nodes.sessions()).toHaveLength(1);
  expect(network.attempts).toHaveLength(1);
});

test("[P1] [P2] [P3] the leader's node is killed: the group goes on at another one, nothing is lost", async ({
  group,
  nodes,
  flow,
  network,
}) => {
  const tabs = await group();
  await flow.append(6);
  for (let killed = 1; killed <= 2; killed += 1) {
    const holder = await nodes.holder();
    const { term } = await (await untilLed(tabs)).status();
    await flow.command(tabs);
    await nodes.kill(holder);
    const left = nodes.all.filter(({ alive }) => alive);
    for (let i = 0; i < 6; i += 1) {
      await flow.append(4, left);
      await flow.command(tabs);
    }
    await flow.settle(tabs, left);
    expect(left).toContain(await nodes.holder());
    expect((await (await untilLed(tabs)).status()).term, 'a take-over').toBe(term);
    expect(await nodes.sessions(), 'sessions ever').toHaveLength(1 + killed);
  }
  await flow.check(tabs);
  for (const tab of tabs) {
    const { commands, refreshes } = await tab.record();
    expect(refreshes).toEqual([]);
    expect(commands.filter(({ outcome }) => outcome === 'result').length).toBeGreaterThanOrEqual(12);
  }
  // At one of three, then of two dead nodes the balancer's turn has to come round.
  expect(network.attempts.length).toBeLessThan(12);
});

for (const [how, save] of [
  ['without its data', false],
  ['with its data', true],
] as const) {
  test(`[P2] [P3] Redis restarts ${how}: every tab is told once, nobody reconnects, no command runs twice`, async ({
    group,
    nodes,
    flow,
    redis,
    network,
  }) => {
    const tabs = await group();
    await flow.append(9);
    await flow.command(tabs);
    await flow.settle(tabs);
    const { term } = await (await untilLed(tabs)).status();
    if (save) await redis.client.sendCommand(['SAVE']);
    await redis.kill();
    await flow.append(3);
    expect(new Set(flow.refused)).toEqual(new Set(['unavailable']));
    await flow.command(tabs);
    await redis.start();
    // What is taken before they are told is part of what they load.
    await flow.untilTaken();
    for (const tab of tabs) await expect.poll(async () => refreshed(await tab.record())).toEqual(bothStreams);
    await flow.append(9);
    await flow.command(tabs);
    await flow.settle(tabs);
    await flow.check(tabs);
    for (const tab of tabs) {
      const { events, refreshes, commands } = await tab.record();
      expect(refreshed({ refreshes }), 'each stream once').toEqual(bothStreams);
      expect(new Set(refreshes.map(({ reason }) => reason))).toEqual(new Set(['epoch_changed']));
      expect(events.slice(-10).map(({ n }) => n)).toEqual(flow.taken.slice(-10));
      expect(commands.at(-1)?.outcome).toBe('result');
    }
    expect((await (await untilLed(tabs)).status()).term, 'a take-over').toBe(term);
    expect(await nodes.sessions()).toHaveLength(1);
    expect(network.attempts).toHaveLength(1);
  });
}

test('[P2] [P3] Redis hangs for ten seconds: refused openly, then all goes on as if nothing had been', async ({
  group,
  nodes,
  flow,
  redis,
  network,
}) => {
  test.setTimeout(90_000);
  const tabs = await group();
  await flow.append(9);
  const { term } = await (await untilLed(tabs)).status();
  redis.pause();
  const end = performance.now() + 10_000;
  const isOver = async () => {
    await flow.command(tabs);
    await flow.append(1);
    return performance.now() > end;
  };
  await expect.poll(isOver, { timeout: 30_000, intervals: [250] }).toBe(true);
  redis.resume();
  await flow.settle(tabs);
  await flow.append(9);
  await flow.command(tabs);
  await flow.settle(tabs);
  await flow.check(tabs);
  expect(new Set(flow.refused)).toEqual(new Set(['unavailable']));
  for (const tab of tabs) {
    const { refreshes, commands } = await tab.record();
    expect(refreshes).toEqual([]);
    expect(commands.at(-1)?.outcome).toBe('result');
  }
  expect((await (await untilLed(tabs)).status()).term, 'a take-over').toBe(term);
  expect(await nodes.sessions()).toHaveLength(1);
  expect(network.attempts).toHaveLength(1);
});

for (const [how, silently] of [
  ['each try is reset', false],
  ['nothing says so', true],
] as const) {
  test(`[P1] [P2] [P3] [P9] the leader's node is cut from Redis, ${how}: the group goes on at another one`, async ({
    group,
    nodes,
    flow,
    network,
  }) => {
    test.setTimeout(150_000);
    const tabs = await group();
    await flow.append(9);
    const { term } = await (await untilLed(tabs)).status();
    const cut = await nodes.holder();
    const others = nodes.all.filter((node) => node !== cut);
    const triesBefore = cut.line.attempts.length;
    const began = performance.now();
    if (silently) cut.line.hold();
    else cut.line.cut();
    await flow.command(tabs);
    await flow.append(6, others);
    // A node that others count as gone, half a minute after its last beat, lets its sessions go.
    const isElsewhere = async () => (await nodes.live(cut)) === 0 && others.includes(await nodes.holder());
    await expect.poll(isElsewhere, { timeout: 80_000 }).toBe(true);
    await flow.command(tabs);
    await flow.settle(tabs, others);
    const seconds = (performance.now() - began) / 1_000;
    const tries = cut.line.attempts.length - triesBefore;
    // Three connections, each tried again once a second at most after the first few.
    expect(tries, `tries to reach Redis in ${seconds} s`).toBeLessThan(3 * (seconds + 10));

    if (silently) cut.line.release();
    else cut.line.restore();
    await flow.untilTaken([cut]);
    await flow.append(9);
    await flow.command(tabs);
    await flow.settle(tabs);
    await flow.check(tabs);
    for (const tab of tabs) expect((await tab.record()).refreshes).toEqual([]);
    expect((await (await untilLed(tabs)).status()).term, 'a take-over').toBe(term);
    expect(await nodes.sessions()).toHaveLength(2);
    expect(network.attempts.length).toBeLessThan(6);
    // It takes sessions again.
    for (const node of others) await nodes.kill(node);
    expect(await nodes.holder()).toBe(cut);
    await flow.settle(tabs, [cut]);
    await flow.check(tabs);
  });
}
