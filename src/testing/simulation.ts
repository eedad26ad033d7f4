/** `npm run simulate`: many schedules from seeds; a failure is made short and told so that it can be replayed. */

import { toConfig } from './config.ts';
import { createRandom } from './random.ts';
import { type Outcome, runSchedule } from './schedule.ts';
import { toSteps } from './schedules.fixture.ts';
import { shrink } from './shrink.ts';
import { describeStep, type Step } from './steps.ts';

interface SimulateOptions {
  readonly runs: number;
  readonly seed: number;
  /** Steps per schedule; 0: by the seed, 50 to 500. */
  readonly steps: number;
  /** Stop after so many failures. */
  readonly maxFailures: number;
  readonly print: (line: string) => void;
}

interface Tally {
  passed: number;
  failed: number;
  steps: number;
  tasks: number;
  simulatedMs: number;
  received: number;
  refreshed: number;
  worstHealMs: number;
  readonly faults: Map<string, number>;
  readonly outcomes: Map<string, number>;
}

function lengthOf(seed: number): number {
  const random = createRandom(`length/${seed}`);
  return random.chance(0.8) ? random.between(50, 150) : random.between(150, 500);
}

function merge(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [key, count] of from) into.set(key, (into.get(key) ?? 0) + count);
}

export async function simulate({ runs, seed, steps, maxFailures, print }: SimulateOptions): Promise<Tally> {
  const tally: Tally = {
    passed: 0,
    failed: 0,
    steps: 0,
    tasks: 0,
    simulatedMs: 0,
    received: 0,
    refreshed: 0,
    worstHealMs: 0,
    faults: new Map(),
    outcomes: new Map(),
  };
  for (let run = 0; run < runs && tally.failed < maxFailures; run += 1) {
    const config = toConfig(seed + run);
    const schedule = toSteps(seed + run, steps || lengthOf(seed + run));
    const outcome = await runSchedule(config, schedule);
    count(tally, outcome, schedule);
    if (outcome.violation) await explain(seed + run, schedule, outcome, print);
  }
  return tally;
}

function count(tally: Tally, outcome: Outcome, schedule: readonly Step[]): void {
  if (outcome.violation) tally.failed += 1;
  else tally.passed += 1;
  tally.steps += schedule.length;
  tally.tasks += outcome.tasks;
  tally.simulatedMs += outcome.simulatedMs;
  tally.received += outcome.received;
  tally.refreshed += outcome.refreshed;
  tally.worstHealMs = Math.max(tally.worstHealMs, outcome.healMs);
  merge(tally.faults, outcome.faults);
  merge(tally.outcomes, outcome.outcomes);
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
