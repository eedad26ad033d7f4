/**
 * `npm run simulate`: the real client and companion in a simulated world.
 * `-- --runs N --seed S [--steps K] [--jobs J] [--failures F] [--json FILE]`, or `-- --replay SCHEDULE`;
 * without any: a fixed set that a change can be judged by. `--fresh N`: N seeds more that nobody has seen.
 * `--universe whole` or `--universe namespaces`: only worlds of that kind; else the seed says which.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stop } from 'esbuild';
import { bundleForNode } from './lib/bundle.mjs';

const names = ['runs', 'seed', 'steps', 'jobs', 'failures', 'json', 'fresh', 'replay', 'universe'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
const fixedRuns = 1_500;
const bundle = await bundleForNode('src/testing/simulate.ts');
await stop(); // esbuild's own process would live as long as the program

/** Shows what a process prints but its last line, which is its tally; `null`: it ended without one. */
function run(args) {
  return new Promise((resolve) => {
    // A schedule makes a whole world: with the usual room for young objects collecting them takes a tenth of the time.
    const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=64', bundle, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let waiting = '';
    child.stdout.on('data', (data) => {
      const lines = (waiting + data).split('\n');
      waiting = lines.pop();
      for (const line of lines) if (!line.startsWith('{"passed":')) console.log(line);
      waiting = waiting || (lines.at(-1)?.startsWith('{"passed":') ? `${lines.at(-1)}\n` : '');
    });
    child.once('exit', (code) => {
      const tally = /^\{"passed":.*\}$/m.exec(waiting);
      resolve({ code: code ?? 1, tally: tally && JSON.parse(tally[0]) });
    });
  });
}

/** Sums numbers, in records too; of what is slowest the slowest. */
function add(a, b, key = '') {
  if (typeof a === 'number' || typeof b === 'number') {
    return key.startsWith('slowest') ? Math.max(a ?? 0, b ?? 0) : (a ?? 0) + (b ?? 0);
  }
  const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return Object.fromEntries([...keys].map((each) => [each, add(a?.[each], b?.[each], each)]));
}

/** Splits `runs` seeds from `seed` among the processes. */
async function runAll(seed, runs, jobs) {
  const size = Math.ceil(runs / jobs);
  const rest = ['steps', 'failures', 'universe'].flatMap((name) => (values[name] ? [`--${name}`, values[name]] : []));
  const shares = Array.from({ length: jobs }, (_, job) => {
    const first = seed + job * size;
    return run([...rest, '--seed', `${first}`, '--runs', `${Math.max(0, Math.min(size, seed + runs - first))}`]);
  });
  const results = await Promise.all(shares);
  // Without a tally it ended badly.
  return results.map(({ tally }) => tally ?? { passed: 0, failed: 1 }).reduce((sum, tally) => add(sum, tally), {});
}

const counted = (of = {}) =>
  Object.entries(of)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

if (values.replay !== undefined) process.exit((await run(['--replay', values.replay])).code);
const jobs = Number(values.jobs ?? (values.runs === undefined ? 2 : 1));
const began = performance.now();
const seed = Number(values.seed ?? 1);
let tally = await runAll(seed, Number(values.runs ?? fixedRuns), jobs);
const seeds = [seed];
if (values.fresh) {
  seeds.push(randomInt(1, 2 ** 31));
  console.log(`fresh seeds from ${seeds[1]}`);
  tally = add(tally, await runAll(seeds[1], Number(values.fresh), jobs));
}
const seconds = (performance.now() - began) / 1_000;
const schedules = tally.passed + tally.failed;
console.log(`checks: ${counted(tally.checks)}`);
console.log(`steps: ${counted(tally.stepsByKind)}`);
console.log(`commands: ${counted(tally.commandsByOutcome)}`);
console.log(
  `${tally.eventsHandedOver} events handed over, ${tally.refreshes} refreshes, slowest healing ${tally.slowestHealingMs} ms`,
);
console.log(
  `${(schedules / seconds).toFixed(1)} schedules/s, ${(tally.steps / seconds).toFixed(0)} steps/s, ${(tally.tasks / seconds).toFixed(0)} tasks/s, ${(tally.simulatedMs / 3_600_000).toFixed(1)} simulated hours in ${seconds.toFixed(1)} s`,
);
if (values.json) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const report = { commit, seeds, schedules, ...tally, jobs, seconds, schedulesPerSecond: schedules / seconds };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed > 0 ? 1 : 0);
