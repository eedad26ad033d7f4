/** Runs one schedule: its steps, then a healed world that must come right. */
import { createChecks } from './checks.ts';
import type { WorldConfig } from './config.ts';
import { createHealed } from './healed.ts';
import type { PromiseId, Violation } from './judge.ts';
import type { Member } from './member.ts';
import { describeStep, type Step } from './step.ts';
import { acts } from './steps.ts';
import { createWorld, type World } from './world.ts';

export interface Outcome {
  readonly violation: Violation | null;
  readonly trace: readonly string[];
  /** Looks at each promise. */
  readonly checks: Readonly<Record<PromiseId, number>>;
  readonly faults: ReadonlyMap<string, number>;
  /** Simulated tasks. */
  readonly tasks: number;
  readonly simulatedMs: number;
  readonly healMs: number;
  readonly received: number;
  readonly refreshed: number;
  readonly outcomes: ReadonlyMap<string, number>;
}

const sliceMs = 250;
const hiddenAlignMs = 1_000;
/** A healed world is right again within this time. */
const healBoundMs = 30_000;
/** Only Engine.IO's ping interval and ping timeout find a half-open connection; then the longest backoff and a new one. */
const plainHealBoundMs = 25_000 + 20_000 + 5_000 + 2_000;
const plainPacketsMs = 5_000;
/** A tab that does not stand and missed the leader's words hears them at the next roll-call. */
const rollCallMs = 60_000;
const rollCallBoundMs = rollCallMs + 10_000;

export async function runSchedule(config: WorldConfig, steps: readonly Step[], tracing = false): Promise<Outcome> {
  const world = createWorld(config, tracing);
  const { realm, judge, ledger } = world;
  const checks = createChecks(world);
  const healed = createHealed(world);
  const faults = new Map<string, number>();
  let healMs = 0;
  const ok = (): boolean => judge.violation() === null;

  async function run(ms: number): Promise<void> {
    try {
      await realm.run(ms);
    } catch (error) {
      judge.fail('P8', String(error));
    }
    checks.eachStep();
  }

  world.afterEach = checks.eachTask;
  const onUnhandled = (error: unknown): void =>
    judge.fail('P7', `unhandled rejection: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  process.on('unhandledRejection', onUnhandled);
  for (const step of steps) {
    if (!ok()) break;
    if (tracing) world.trace.push(`${' '.repeat(9)}  - ${describeStep(step)}`);
    if (acts[step.do]?.run(world, step)) faults.set(step.do, (faults.get(step.do) ?? 0) + 1);
    await run(step.wait);
  }
  if (ok()) {
    heal(world);
    const from = realm.now();
    await comesRight('P5', 'after the faults');
    healMs = realm.now() - from;
  }
  if (ok()) await moreEvents();
  if (ok()) await moreCommands();
  if (ok()) checks.atEnd();
  process.off('unhandledRejection', onUnhandled);
  const outcomes = new Map<string, number>();
  for (const { outcome } of ledger.commands()) {
    outcomes.set(String(outcome), (outcomes.get(String(outcome)) ?? 0) + 1);
  }
  const sum = (of: (member: Member) => number): number => world.members.reduce((total, each) => total + of(each), 0);
  return {
    violation: judge.violation(),
    trace: world.trace,
    checks: judge.counts(),
    faults,
    tasks: realm.tasks(),
    simulatedMs: realm.now(),
    healMs,
    received: sum(({ recorder }) => recorder.received()),
    refreshed: sum(({ recorder }) => recorder.refreshed()),
    outcomes,
  };

  async function comesRight(promise: PromiseId, when: string): Promise<void> {
    const lost = world.browsers.some(({ bus }) => realm.now() - bus.lostAt() < rollCallMs);
    const bound = Math.max(config.plain ? plainHealBoundMs : healBoundMs, lost ? rollCallBoundMs : 0);
    const end = realm.now() + bound;
    for (;;) {
      signInAgain(world);
      await run(sliceMs);
      if (!ok()) return;
      const wrong = await healed.differences();
      judge.check(promise, true, () => '');
      if (wrong.length === 0) return;
      if (realm.now() < end) continue;
      return judge.fail(promise, `${bound / 1_000} s ${when}: ${wrong.join('; ')}`);
    }
  }

  async function moreEvents(again = false): Promise<void> {
    // Nobody can say whether a plain server's packets are all there: the slowest network has to be done with them.
    if (config.plain) await run(plainPacketsMs);
    const tabs = healed.connected();
    const first = ledger.nextNumber() + 1;
    const streams = ['all', ...config.users.map((user) => `user:${user}`)];
    const before = tabs.map(({ recorder }) => recorder.lives() + recorder.refreshed());
    void world.emit('all');
    for (const user of config.users) void world.emit({ user });
    await run(config.plain ? plainPacketsMs : sliceMs);
    await comesRight('P2', 'after more events');
    // Storage that was cleared is a sign-out, which a tab may notice only at its next write: now all have.
    // A tab's word of where it is may have crossed the news of a lost log: it was refreshed once more.
    const isCalm = tabs.every(({ recorder }, index) => recorder.lives() + recorder.refreshed() === before[index]);
    if (!again && ok() && !isCalm) return moreEvents(true);
    tabs.forEach(({ tab, recorder }) => {
      streams.forEach((stream, nth) => {
        if (stream !== 'all' && stream !== `user:${tab.user}`) return;
        const times = recorder.timesOf(first + nth);
        const what = (): string => `${tab.name} got an event of ${stream} ${times} times in a healed world`;
        judge.check('P2', times === 1, what);
      });
    });
    for (const group of new Set(tabs.map((member) => member.group))) {
      const numbers = tabs.filter((member) => member.group === group).flatMap(({ oneTab }) => oneTab);
      const once = numbers.filter((number) => number >= first).length;
      const solo = tabs.find((member) => member.group === group)?.tab.browser.has.channels === false;
      judge.check('P2', solo || once === 2, () => `${group}: onOneTab handed over ${once} of 2 events`);
    }
  }

  async function moreCommands(): Promise<void> {
    // A hidden tab writes, and so notices that its storage was cleared, up to a second later.
    await run(hiddenAlignMs);
    await comesRight('P5', 'before more commands');
    const before = ledger.commands().length;
    for (const member of healed.connected()) world.command(member, 'add', 0, 3_000);
    await run(3_500);
    for (const { key, tab, outcome, code } of ledger.commands().slice(before)) {
      const what = (): string =>
        `in a healed world command ${key} of ${tab} ends as ${String(outcome)} (${code ?? ''})`;
      judge.check('P3', outcome === 'result', what);
    }
  }
}

/** What an app does whose session is good: it connects where it was told that nobody is signed in. */
function signInAgain(world: World): void {
  for (const { tab, left, group } of world.members) {
    if (left || tab.page.state() !== 'running' || tab.socket.status.connection !== 'signed-out') continue;
    world.acts(group);
    tab.socket.connect();
  }
}

function heal(world: World): void {
  const { realm, browsers, members, config } = world;
  const isSeen = ({ tab, left }: Member): boolean => tab.page.state() === 'running' && tab.page.visible() && !left;
  world.trace.push(`${' '.repeat(9)}  - everything is healed`);
  world.crashAfterRun = false;
  world.signedOut.clear();
  realm.server.start();
  realm.server.hub()?.heal();
  for (const browser of browsers) {
    browser.heal();
    if (world.auth.has(browser)) world.auth.set(browser, { mode: 'works', at: realm.now() });
  }
  for (const { tab, group } of members) {
    tab.browser.bus.lose(tab.page, 0);
    realm.unhang(tab);
    realm.thaw(tab);
    realm.navigateBack(tab);
    if (!tab.page.active()) world.acts(group);
    realm.activate(tab);
    // A hidden tab leaves the search for dead connections and leaders to the one that is looked at.
    const leftToAnother = config.sessions === 'multi' && tab.browser.has.channels;
    if (!leftToAnother || !members.some((each) => each.group === group && isSeen(each))) realm.show(tab);
  }
}
