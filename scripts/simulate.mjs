/**
 * `npm run simulate`: the real client and companion in a simulated world.
 * `-- --runs N --seed S [--steps K] [--jobs J]`, or `-- --replay SCHEDULE`; without any: a fixed set.
 */
import { spawn } from 'node:child_process';
import { stop } from 'esbuild';
import { bundleForNode } from './lib/bundle.mjs';

const bundle = await bundleForNode('src/testing/simulate.ts');
await stop(); // esbuild's own process would live as long as the program

const args = process.argv.slice(2);
const value = (name) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined);

/** Shows a child's output as it comes; its last line counts. */
function run(childArgs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', bundle, ...childArgs], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
    child.once('exit', (code) => {
      const [, passed, failed] = /(\d+) passed, (\d+) failed\n$/.exec(output) ?? [];
      // Without a count it ended badly.
      resolve({ code: code ?? 1, passed: Number(passed ?? 0), failed: Number(failed ?? 1) });
    });
  });
}

/** Splits `runs` seeds from `seed` among the jobs. */
function share(seed, runs, jobs, rest = []) {
  const size = Math.ceil(runs / jobs);
  return Array.from({ length: jobs }, (_, job) => {
    const first = seed + job * size;
    return run([...rest, '--seed', `${first}`, '--runs', `${Math.max(0, Math.min(size, seed + runs - first))}`]);
  });
}

if (value('replay') !== undefined) process.exit((await run(args)).code);
const jobs = Number(value('jobs') ?? (args.length === 0 ? 2 : 1));
const rest = value('steps') === undefined ? [] : ['--steps', value('steps')];
// Without arguments a fixed set, that a change can be judged by; other seeds are for whoever looks for more.
const results = await Promise.all(
  share(Number(value('seed') ?? 1), Number(value('runs') ?? 1_500), jobs, [
    ...rest,
    '--failures',
    value('failures') ?? '3',
  ]),
);
const sum = (field) => results.reduce((total, each) => total + each[field], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(results.some(({ code }) => code !== 0) ? 1 : 0);
