/** Runs one schedule: its steps, then a healed world that must come right. */
import { createChecks } from './checks.ts';
import type { WorldConfig } from './config.ts';
import { Violation } from './ledger.ts';
import { acts, describeStep, type Step } from './steps.ts';
import { createWorld, type World } from './world.ts';

export interface Outcome {
  readonly violation: Violation | null;
  readonly trace: readonly string[];
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
/** A healed world is right again within this time. */
const healBoundMs = 30_000;
const loadBoundMs = 120_000;

export async function runSchedule(config: WorldConfig, steps: readonly Step[], tracing = false): Promise<Outcome> {
  const world = createWorld(config, tracing);
  const { realm } = world;
  const checks = createChecks(world);
  const faults = new Map<string, number>();
  let healMs = 0;
  const ok = (): boolean => world.violation() === null;

  async function run(ms: number): Promise<void> {
    try {
      await realm.run(ms);
    } catch (error) {
      world.fail(new Violation('P8', String(error)));
    }
    checks.eachStep();
  }

  world.afterEach = checks.eachTask;
  const onUnhandled = (error: unknown): void =>
    world.fail(
      new Violation('P7', `unhandled rejection: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
    );
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
  if (ok()) {
    void world.emit('all');
    for (const user of config.users) void world.emit({ user });
    await run(sliceMs);
    await comesRight('P2', 'after more events');
  }
  if (ok()) {
    const before = world.ledger.commands().length;
    for (const member of world.members) {
      if (member.tab.page.state() === 'running' && !member.left) world.command(member, 0, 3_000);
    }
    await run(3_500);
    for (const { key, tab, outcome, code } of world.ledger.commands().slice(before)) {
      if (outcome === 'result') continue;
      world.fail(
        new Violation('P3', `in a healed world command ${key} of ${tab} ends as ${String(outcome)} (${code ?? ''})`),
      );
    }
    checks.atEnd();
  }
  process.off('unhandledRejection', onUnhandled);
  const outcomes = new Map<string, number>();
  for (const { outcome } of world.ledger.commands()) {
    outcomes.set(String(outcome), (outcomes.get(String(outcome)) ?? 0) + 1);
  }
  const sum = (of: (member: World['members'][number]) => number): number =>
    world.members.reduce((total, member) => total + of(member), 0);
  return {
    violation: world.violation(),
    trace: world.trace,
    faults,
    tasks: realm.tasks(),
    simulatedMs: realm.now(),
    healMs,
    received: sum(({ recorder }) => recorder.received()),
    refreshed: sum(({ recorder }) => recorder.refreshed()),
    outcomes,
  };

  async function comesRight(promise: string, when: string): Promise<void> {
    const end = realm.now() + healBoundMs;
    for (;;) {
      signInAgain(world);
      await run(sliceMs);
      if (!ok()) return;
      await checks.readHeads();
      const wrong = checks.unhealed();
      if (wrong.length === 0) return;
      // A load that a crashed tab was asked for goes to the next one after 45 s.
      const loading = wrong.every((what) => what.includes('the state of')) ? loadBoundMs : 0;
      if (realm.now() < end + loading) continue;
      return world.fail(new Violation(promise, `${healBoundMs / 1_000} s ${when}: ${wrong.join('; ')}`));
    }
  }
}

/** What an app does whose session is good: it connects where it was told that nobody is signed in. */
function signInAgain(world: World): void {
  for (const { tab, left } of world.members) {
    if (!left && tab.page.state() === 'running' && tab.socket.status.connection === 'signed-out') tab.socket.connect();
  }
}

function heal(world: World): void {
  const { realm, browsers, members } = world;
  world.trace.push(`${' '.repeat(9)}  - everything is healed`);
  world.crashAfterRun = false;
  world.signedOut.clear();
  world.auth.clear();
  realm.server.start();
  for (const { network, disk } of browsers) {
    network.heal();
    disk.setMode('works');
  }
  for (const { tab } of members) {
    tab.browser.bus.lose(tab.page, 0);
    realm.unhang(tab);
    realm.thaw(tab);
    realm.navigateBack(tab);
    realm.show(tab);
  }
}
