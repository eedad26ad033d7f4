/** Runs one schedule of pages in two namespaces: its steps, then a healed world that must come right. */
import type { PromiseId } from './judge.ts';
import { createNamespacesWorld, type Space, type Use } from './namespaces.ts';
import { differencesOf } from './namespaces-healed.ts';
import { expectSignOut, signOutMs } from './namespaces-signed-out.ts';
import { allWork, emitTo, namespacesActs, startServer } from './namespaces-steps.ts';
import type { SimTab } from './realm.ts';
import type { Outcome } from './schedule.ts';
import { describeStep, type Step } from './step.ts';

const sliceMs = 250;
const healBoundMs = 30_000;
/** So long two connections of one namespace may overlap where nobody could know better. */
const overlapMs = 3_000;

export async function runNamespaces(seed: number, steps: readonly Step[], tracing = false): Promise<Outcome> {
  const world = createNamespacesWorld(seed, tracing);
  const { realm, judge, browser, spaces, uses } = world;
  const faults = new Map<string, number>();
  const overlapSince = new Map<Space, number>();
  let healMs = 0;
  const ok = (): boolean => judge.violation() === null;
  const accepted = (space: Space) => space.server()?.hub()?.accepted() ?? [];
  const pageOf = (name: string): SimTab | undefined => world.pages.find((page) => page.name === name);

  function checkConnections(): void {
    for (const space of spaces) {
      const ours = accepted(space);
      const pages = ours.map(({ page }) => pageOf(page)?.page);
      const able =
        !browser.network.stalled() && pages.every((page) => page?.state() === 'running') && browser.has.locks;
      if (ours.length < 2 || !able) {
        overlapSince.delete(space);
        judge.check('P1', true, () => '');
        continue;
      }
      const stoppedAt = Math.max(...pages.map((page) => page?.lastStopped() ?? 0));
      const since = Math.max(overlapSince.get(space) ?? realm.now(), stoppedAt);
      overlapSince.set(space, since);
      const what = (): string => `two connections to ${space.name} for long: ${ours.map(({ page }) => page)}`;
      judge.check('P1', realm.now() - since <= overlapMs, what);
    }
  }

  function checkStep(): void {
    for (const { page, recorder } of uses) if (page.page.state() !== 'dead') recorder.compare();
  }

  async function run(ms: number): Promise<void> {
    try {
      await realm.run(ms);
    } catch (error) {
      judge.fail('P8', String(error));
    }
    checkStep();
  }

  async function comesRight(promise: PromiseId, when: string): Promise<void> {
    const end = realm.now() + healBoundMs;
    for (;;) {
      // What an app does that is told so.
      for (const { page, left, socket } of uses) {
        const { connection } = socket.status;
        const isOut = connection === 'signed-out' || connection === 'failed';
        if (!left && page.page.state() === 'running' && isOut) socket.connect();
      }
      await run(sliceMs);
      if (!ok()) return;
      const wrong = await differencesOf(world);
      judge.check(promise, true, () => '');
      if (wrong.length === 0) return;
      if (realm.now() >= end) return judge.fail(promise, `${healBoundMs / 1_000} s ${when}: ${wrong.join('; ')}`);
    }
  }

  function heal(): void {
    world.trace.push(`${' '.repeat(9)}  - everything is healed but sign-ins`);
    browser.heal();
    startServer(world);
    for (const page of world.pages) {
      browser.bus.lose(page.page, 0);
      realm.unhang(page);
      realm.thaw(page);
      realm.navigateBack(page);
    }
    // Over a transport of its own each: one is looked after where a page that uses it is looked at.
    for (const space of spaces) {
      const pages = uses.filter((use) => use.space === space && !use.left).map(({ page }) => page);
      const running = pages.filter(({ page }) => page.state() === 'running');
      if (!running.some(({ page }) => page.visible())) for (const page of running.slice(0, 1)) realm.show(page);
    }
  }

  /**
   * Whoever has no connection says why, also where only one of several pages was told. A hidden page that was not
   * asks nobody until it is shown.
   */
  async function explains(): Promise<void> {
    const end = realm.now() + healBoundMs;
    let silent = uses.filter(({ page, left }) => page.page.state() !== 'dead' && page.page.visible() && !left);
    while (ok() && silent.length > 0 && realm.now() < end) {
      await run(sliceMs);
      silent = silent.filter(({ socket: { status } }) => status.connection !== 'connected' && !status.reason);
    }
    judge.check('P9', silent.length === 0, () => {
      const who = silent.map(({ page, space, socket }) => `${page.name}${space.name} ${socket.status.connection}`);
      return `nobody says why for ${healBoundMs / 1_000} s: ${who}`;
    });
  }

  async function oneMoreEvent(again = false): Promise<void> {
    const present = uses.filter(({ page, left }) => page.page.state() !== 'dead' && !left);
    const news = (): number => present.reduce((sum, { recorder }) => sum + recorder.lives() + recorder.refreshed(), 0);
    const before = news();
    const firsts = new Map(spaces.map((space) => [space, space.ledger.nextNumber() + 1]));
    for (const space of spaces) void emitTo(space);
    await comesRight('P2', 'after one more event');
    // Whoever was told only now that a log was lost was brought past it.
    if (!again && ok() && news() !== before) return oneMoreEvent(true);
    for (const { page, space, recorder } of present) {
      const times = recorder.timesOf(firsts.get(space) ?? 0);
      judge.check('P2', times === 1, () => `${page.name}${space.name} got the last event ${times} times`);
    }
  }

  world.afterEach = checkConnections;
  const onUnhandled = (error: unknown): void =>
    judge.fail('P7', `unhandled rejection: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  process.on('unhandledRejection', onUnhandled);
  for (const step of steps) {
    if (!ok()) break;
    if (tracing) world.trace.push(`${' '.repeat(9)}  - ${describeStep(step)}`);
    const act = namespacesActs[step.do];
    // Half of them: after the others much may happen at once.
    const checkSignOut = step.do === 'signOut' && step.much % 4 < 2 ? expectSignOut(world) : null;
    if (act && act.run(world, step) !== false) faults.set(step.do, (faults.get(step.do) ?? 0) + 1);
    await run(checkSignOut ? Math.max(step.wait, signOutMs) : step.wait);
    checkSignOut?.();
  }
  if (ok()) {
    heal();
    await explains();
  }
  if (ok()) {
    world.trace.push(`${' '.repeat(9)}  - everything is healed`);
    for (const space of spaces) space.refuses = null;
    allWork(world);
    const from = realm.now();
    await comesRight('P5', 'after the faults');
    healMs = realm.now() - from;
  }
  if (ok()) await oneMoreEvent();
  process.off('unhandledRejection', onUnhandled);
  const sum = (of: (use: Use) => number): number => uses.reduce((total, each) => total + of(each), 0);
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
    outcomes: new Map(),
  };
}
