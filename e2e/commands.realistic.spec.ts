/** Commands of followers through every fault of the leader: run once, one outcome each. */
import type { CommandSeen } from './page/types.ts';
import { faults, hideBehindOthers, type Run } from './support/faults.ts';
import { expect, test } from './support/fixtures.ts';
import { untilLed } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const total = 200;
const ackTimeout = 10_000;
/** A hidden tab's timers fire on the second, and the machine may be busy. */
const lateness = 2_000;

test('[P3] 5 tabs, 200 commands of followers through each fault of the leader', async ({
  openTab,
  openTabs,
  server,
  network,
}) => {
  test.setTimeout(180_000);
  const options = { options: { ackTimeout } };
  const tabs = await openTabs(5, options);
  const run: Run = { tabs, lived: new Set(tabs), network, openTab: () => openTab(options) };
  const asked: { readonly key: string; readonly tab: Tab }[] = [];
  const settled = new Map<string, CommandSeen>();

  /** Spreads commands over the followers; every tenth is one that the server refuses. */
  async function ask(followers: readonly Tab[], until: number) {
    while (asked.length < until) {
      const tab = followers[asked.length % followers.length];
      if (!tab) throw new Error('no follower');
      const key = `c${asked.length}${asked.length % 10 === 9 ? ':no' : ''}`;
      asked.push({ key, tab });
      await tab.page.evaluate((name) => window.tab.command(name), key);
    }
  }

  for (const [i, fault] of faults.entries()) {
    await test.step(fault.name, async () => {
      const leader = await untilLed(run.tabs);
      await hideBehindOthers(run, leader);
      const followers = run.tabs.filter((tab) => tab !== leader);
      const share = (part: number) => Math.round((total * (i + part)) / faults.length);
      await ask(followers, share(0.3));
      const happening = fault.happen(run, leader);
      await ask(followers, share(0.7));
      await happening;
      await ask(followers, share(1));
      const open = async () => {
        for (const { commands } of await Promise.all(run.tabs.map((tab) => tab.record()))) {
          for (const seen of commands) settled.set(seen.key, seen);
        }
        return asked.filter(({ key }) => !settled.has(key)).map(({ key }) => key);
      };
      await expect.poll(open, { timeout: ackTimeout + lateness, message: 'commands without an outcome' }).toEqual([]);
    });
  }

  const outcomes = [...settled.values()];
  const count = (outcome: CommandSeen['outcome']) => outcomes.filter((seen) => seen.outcome === outcome).length;
  const [results, refused, notSent, unknown] = [count('result'), count('refused'), count('not_sent'), count('unknown')];
  const { runsById, runsByKey, received } = await server.state();
  const runs = Object.values(runsById).reduce((sum, n) => sum + n, 0);
  test.info().annotations.push({
    type: 'outcomes',
    description: JSON.stringify({ results, refused, notSent, unknown, runs, sent: received.command }),
  });
  expect(Object.entries(runsById).filter(([, n]) => n > 1)).toEqual([]);
  expect(Object.entries(runsByKey).filter(([, n]) => n > 1)).toEqual([]);
  expect(results + refused + notSent + unknown, JSON.stringify(outcomes.slice(0, 3))).toBe(total);
  // Sums of nothing but unknowns would hold too: every fault is over long before the callers give up.
  expect(results + refused, JSON.stringify(outcomes.filter(({ outcome }) => outcome === 'unknown').slice(0, 3))).toBe(
    total,
  );
  expect(received.command, 'sent again by the next leader').toBeGreaterThan(total);
  expect(results).toBeLessThanOrEqual(runs);
  expect(runs).toBeLessThanOrEqual(results + unknown);
  expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(ackTimeout + lateness);
  // What is said of one command is true of that command, not only of their sums.
  for (const { key, outcome, result } of outcomes) {
    if (outcome === 'result') expect(result).toEqual({ key });
    if (outcome === 'result') expect(runsByKey[key], key).toBe(1);
    if (outcome === 'not_sent' || outcome === 'refused') expect(runsByKey[key], key).toBeUndefined();
    if (key.endsWith(':no')) expect(outcome, key).not.toBe('result');
  }
});
