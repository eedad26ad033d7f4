/** Runs schedules of fixed seeds until one breaks a promise: `SEED RUNS`. Nothing is shortened or traced, as in `simulate`. */
import { toConfig } from '../config.ts';
import { runSchedule } from '../schedule.ts';
import { toSteps } from '../schedules.fixture.ts';

const [seed = 1, runs = 1] = process.argv.slice(2).map(Number);
const steps = 100;

let violation: string | undefined;
for (let at = seed; at < seed + runs && violation === undefined; at += 1) {
  const outcome = await runSchedule(toConfig(at), toSteps(at, steps));
  if (outcome.violation) violation = `seed ${at}: ${outcome.violation.message}`;
}
console.log(violation === undefined ? 'no violation' : `violation: ${violation}`);
