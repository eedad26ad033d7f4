/** One process of `npm run simulate`: seeds in a row, or one schedule again. Its last line is its tally. */
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
  const tally = await simulate({
    universe: value('universe'),
    runs: Number(value('runs')),
    seed: Number(value('seed')),
    steps: Number(value('steps') ?? 0),
    maxFailures: Number(value('failures') ?? 3),
    print,
  });
  print(JSON.stringify(tally));
}
