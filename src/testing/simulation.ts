/** `npm run simulate`: many schedules from seeds; a failure is made short and told so that it can be replayed. */

import { toConfig } from './config.ts';
import { type PromiseId, promiseIds } from './judge.ts';
import { createRandom } from './random.ts';
import { type Outcome, runSchedule } from './schedule.ts';
import { toSteps } from './schedules.fixture.ts';
import { shrink } from './shrink.ts';
import { describeStep, type Step } from './step.ts';

const progressEvery = 10_000;

interface SimulateOptions {
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
  /** Looks at each promise. */
  readonly checks: Record<PromiseId, number>;
  readonly stepsByKind: Counts;
  readonly commandsByOutcome: Counts;
}

function lengthOf(seed: number): number {
  const random = createRandom(`length/${seed}`);
  return random.chance(0.8) ? random.between(50, 150) : random.between(150, 500);
}

function merge(into: Counts, from: ReadonlyMap<string, number>): void {
  for (const [key, count] of from) into[key] = (into[key] ?? 0) + count;
}

export async function simulate({ runs, seed, steps, maxFailures, print }: SimulateOptions): Promise<Tally> {
  const tally: Tally = {
    passed: 0,
    failed: 0,
    steps: 0,
    tasks: 0,
    simulatedMs: 0,
    eventsHandedOver: 0,
    refreshes: 0,
    slowestHealingMs: 0,
    checks: Object.fromEntries(promiseIds.map((id) => [id, 0])) as Tally['checks'],
    stepsByKind: {},
    commandsByOutcome: {},
  };
  for (let run = 0; run < runs && tally.failed < maxFailures; run += 1) {
    const config = toConfig(seed + run);
    const schedule = toSteps(seed + run, steps || lengthOf(seed + run));
    const outcome = await runSchedule(config, schedule);
    count(tally, outcome, schedule);
    if (outcome.violation) await explain(seed + run, schedule, outcome, print);
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
  for (const id of promiseIds) tally.checks[id] += outcome.checks[id];
  merge(tally.stepsByKind, outcome.faults);
  merge(tally.commandsByOutcome, outcome.outcomes);
}

async function explain(
  seed: number,
  schedule: readonly Step[],
  outcome: Outcome,
  print: SimulateOptions['print'],
): Promise<void> {
  const config = toConfig(seed);
  print(`\nseed ${seed} failed: ${outcome.violation?.message}`);
  const promise = outcome.violation?.promise;
  const short = await shrink(schedule, async (steps) => {
    const { violation } = await runSchedule(config, steps);
    return violation?.promise === promise;
  });
  const again = await runSchedule(config, short, true);
  print(`${JSON.stringify(config)}`);
  print(`shrunk from ${schedule.length} to ${short.length} steps: ${again.violation?.message}`);
  print(`  ${short.map(describeStep).join('; ')}`);
  print(again.trace.join('\n'));
  print(
    `replay: npm run simulate -- --replay '${JSON.stringify({ seed, steps: short.map((s) => [s.do, s.who, s.much, s.wait]) })}'`,
  );
}

/** A schedule as `explain` printed it. */
export async function replay(text: string, print: SimulateOptions['print']): Promise<boolean> {
  const { seed, steps } = JSON.parse(text) as { seed: number; steps: [string, number, number, number][] };
  const schedule = steps.map(([name, who, much, wait]) => ({ do: name, who, much, wait }));
  const { violation, trace } = await runSchedule(toConfig(seed), schedule, true);
  print(trace.join('\n'));
  print(violation ? violation.message : 'no violation');
  return violation === null;
}
