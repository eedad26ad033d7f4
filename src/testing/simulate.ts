/** The program behind `npm run simulate`. */
import { replay, simulate } from './simulation.ts';

const args = process.argv.slice(2);
const value = (name: string): string | undefined => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
};
const print = (line: string): void => console.log(line);

const schedule = value('replay');
if (schedule !== undefined) process.exitCode = (await replay(schedule, print)) ? 0 : 1;
else {
  const seed = Number(value('seed') ?? 1);
  const runs = Number(value('runs') ?? 200);
  const began = performance.now();
  const tally = await simulate({
    runs,
    seed,
    steps: Number(value('steps') ?? 0),
    maxFailures: Number(value('failures') ?? 5),
    print,
  });
  const seconds = (performance.now() - began) / 1_000;
  const total = tally.passed + tally.failed;
  const counted = (of: ReadonlyMap<string, number>): string =>
    [...of]
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  print(`steps by kind: ${counted(tally.faults)}`);
  print(`commands: ${counted(tally.outcomes)}`);
  print(`${tally.received} events handed over, ${tally.refreshed} refreshes, slowest healing ${tally.worstHealMs} ms`);
  print(
    `${(total / seconds).toFixed(1)} schedules/s, ${(tally.steps / seconds).toFixed(0)} steps/s, ${(tally.tasks / seconds).toFixed(0)} tasks/s, ${(tally.simulatedMs / 3_600_000).toFixed(1)} simulated hours in ${seconds.toFixed(1)} s`,
  );
  print(`${tally.passed} passed, ${tally.failed} failed`);
  if (tally.failed > 0) process.exitCode = 1;
}
