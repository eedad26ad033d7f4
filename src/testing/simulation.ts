/** `npm run simulate`: many schedules from seeds; a failure is made short and told so that it can be replayed. */

import { toConfig } from './config.ts';
import { type PromiseId, promiseIds } from './judge.ts';
import { toNamespacesConfig } from './namespaces.ts';
import { runNamespaces } from './namespaces-schedule.ts';
import { namespacesActs } from './namespaces-steps.ts';
import { createRandom } from './random.ts';
import { type Outcome, runSchedule } from './schedule.ts';
import { toSteps } from './schedules.fixture.ts';
import { shrink } from './shrink.ts';
import { describeStep, type Step } from './step.ts';

const progressEvery = 10_000;

/** A kind of world, what a seed makes of it, and how it is run. */
interface Universe {
  config(seed: number): object;
  steps(seed: number, length: number): readonly Step[];
  run(seed: number, steps: readonly Step[], tracing?: boolean): Promise<Outcome>;
}

const universes: Readonly<Record<string, Universe>> = {
  whole: { config: toConfig, steps: toSteps, run: (seed, ...rest) => runSchedule(toConfig(seed), ...rest) },
  /** Pages that use two namespaces of a server. */
  namespaces: {
    config: toNamespacesConfig,
    steps: (seed, length) => toSteps(seed, length, namespacesActs),
    run: runNamespaces,
  },
};

const drawnBy = (seed: number): string => (createRandom(`universe/${seed}`).chance(0.1) ? 'namespaces' : 'whole');

function universeOf(name: string): Universe {
  const universe = universes[name];
  if (!universe) throw new Error(`There is no universe ${name}: take one of ${Object.keys(universes).join(', ')}`);
  return universe;
}

interface SimulateOptions {
  /** Only worlds of this kind; else the seed says which. */
  readonly universe: string | undefined;
  readonly runs: number;
  readonly seed: number;
  /** Steps per schedule; 0: by the seed, 50 to 500. */
  readonly steps: number;
  /** Stop after so many failures. */
  readonly maxFailures: number;
  readonly print: (line: string) => void;
}

type Counts = Record<string, number>;

/** What a run did, as it is written with `--json`. All numbers are sums but those that begin with `slowest`. */
interface Tally {
  passed: number;
  failed: number;
  steps: number;
  tasks: number;
  simulatedMs: number;
  eventsHandedOver: number;
  refreshes: number;
  slowestHealingMs: number;
  /** Looks at each promise, and the schedules and steps in which it was looked at. */
  readonly checks: Record<PromiseId, number>;
  readonly schedulesByPromise: Record<PromiseId, number>;
  readonly stepsByPromise: Record<PromiseId, number>;
  readonly stepsByKind: Counts;
  readonly commandsByOutcome: Counts;
}

const none = (): Record<PromiseId, number> =>
  Object.fromEntries(promiseIds.map((id) => [id, 0])) as Record<PromiseId, number>;

function lengthOf(seed: number): number {
  const random = createRandom(`length/${seed}`);
  return random.chance(0.8) ? random.between(50, 150) : random.between(150, 500);
}

function merge(into: Counts, from: ReadonlyMap<string, number>): void {
  for (const [key, count] of from) into[key] = (into[key] ?? 0) + count;
}

export async function simulate({ universe, runs, seed, steps, maxFailures, print }: SimulateOptions): Promise<Tally> {
  const tally: Tally = {
    passed: 0,
    failed: 0,
    steps: 0,
    tasks: 0,
    simulatedMs: 0,
    eventsHandedOver: 0,
    refreshes: 0,
    slowestHealingMs: 0,
    checks: none(),
    schedulesByPromise: none(),
    stepsByPromise: none(),
    stepsByKind: {},
    commandsByOutcome: {},
  };
  for (let run = 0; run < runs && tally.failed < maxFailures; run += 1) {
    const name = universe ?? drawnBy(seed + run);
    const world = universeOf(name);
    const schedule = world.steps(seed + run, steps || lengthOf(seed + run));
    const outcome = await world.run(seed + run, schedule);
    count(tally, outcome, schedule);
    if (outcome.violation) await explain(name, seed + run, schedule, outcome, print);
    if ((run + 1) % progressEvery === 0) print(`${run + 1} of ${runs} from seed ${seed}: ${tally.failed} failed`);
  }
  return tally;
}

function count(tally: Tally, outcome: Outcome, schedule: readonly Step[]): void {
  if (outcome.violation) tally.failed += 1;
  else tally.passed += 1;
  tally.steps += schedule.length;
  tally.tasks += outcome.tasks;
  tally.simulatedMs += outcome.simulatedMs;
  tally.eventsHandedOver += outcome.received;
  tally.refreshes += outcome.refreshed;
  tally.slowestHealingMs = Math.max(tally.slowestHealingMs, outcome.healMs);
  for (const id of promiseIds) {
    tally.checks[id] += outcome.checks[id];
    if (outcome.checks[id] === 0) continue;
    tally.schedulesByPromise[id] += 1;
    tally.stepsByPromise[id] += schedule.length;
  }
  merge(tally.stepsByKind, outcome.faults);
  merge(tally.commandsByOutcome, outcome.outcomes);
}

async function explain(
  name: string,
  seed: number,
  schedule: readonly Step[],
  outcome: Outcome,
  print: SimulateOptions['print'],
): Promise<void> {
  const universe = universeOf(name);
  print(`\nseed ${seed} failed: ${outcome.violation?.message}`);
  const promise = outcome.violation?.promise;
  const short = await shrink(schedule, async (steps) => {
    const { violation } = await universe.run(seed, steps);
    return violation?.promise === promise;
  });
  const again = await universe.run(seed, short, true);
  print(JSON.stringify(universe.config(seed)));
  print(`shrunk from ${schedule.length} to ${short.length} steps: ${again.violation?.message}`);
  print(`  ${short.map(describeStep).join('; ')}`);
  print(again.trace.join('\n'));
  const told = { universe: name, seed, steps: short.map((step) => [step.do, step.who, step.much, step.wait]) };
  print(`replay: npm run simulate -- --replay '${JSON.stringify(told)}'`);
}

interface Told {
  readonly universe?: string;
  readonly seed: number;
  readonly steps: readonly [string, number, number, number][];
}

/** A schedule as `explain` printed it. */
export async function replay(text: string, print: SimulateOptions['print']): Promise<boolean> {
  const { seed, steps, universe } = JSON.parse(text) as Told;
  const schedule = steps.map(([name, who, much, wait]) => ({ do: name, who, much, wait }));
  const { violation, trace } = await universeOf(universe ?? drawnBy(seed)).run(seed, schedule, true);
  print(trace.join('\n'));
  print(violation ? violation.message : 'no violation');
  return violation === null;
}
