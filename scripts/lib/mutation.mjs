/** A copy of the source in which one defect at a time is put in, and the nets that should catch it. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { transform } from 'esbuild';
import { bundleForNode, root } from './bundle.mjs';

const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
/** What the tests of `src` read. */
const copied = ['src', 'scripts', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** They look at the source itself, or at types: a defect that they find says nothing about behaviour. */
const excluded = [
  'src/testing/mutants/**',
  'src/architecture.test.ts',
  'src/module-scope.test.ts',
  'src/types.test.ts',
  'src/**/*.docs.test.ts',
];
const hunt = 'src/testing/mutants/hunt.ts';
const seeds = { first: 1, runs: 120 };
const netTimeoutMs = 600_000;
/** On a busy machine a slow test is no sign of a defect. */
const testTimeoutMs = 30_000;

/** Layers whose tests see a layer's defects too, the nearest first. */
const above = {
  protocol: ['core', 'server', 'client'],
  core: ['client'],
  browser: [],
  client: [],
  server: [],
  redis: [],
  metrics: [],
};
/** Not of the simulated world: it has no Redis, and nobody scrapes it. */
const outside = ['redis', 'metrics'];

export const netNames = ['unit', 'scenes', 'simulation'];

/** The nets for a file, the cheapest first: the tests beside it, its layer's, those above it, scenes, schedules. */
function netsOf(file) {
  const layer = file.split('/')[1];
  const folders = [layer, ...above[layer]].map((name) => `src/${name}/`);
  const unit = [
    { name: 'unit', filters: [file.replace(/\.ts$/, '')] },
    { name: 'unit', filters: folders },
  ];
  if (outside.includes(layer)) return unit;
  return [...unit, { name: 'scenes', filters: ['src/testing/'] }, { name: 'simulation' }];
}

const running = new Set();
const folders = new Set();
/** Ends what runs now, with its own children, and leaves no copy behind. Synchronous: for the end of the process. */
export function endAll() {
  for (const child of running) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function run(args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid, 'SIGKILL');
    }, netTimeoutMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output, hung });
    });
  });
}

/** Code that can't run at all proves nothing. */
const isCrash = (message) => /^ReferenceError\b/.test(message);

/** @returns {{ by?: string, broken?: string }} by which failed test; nothing: all are green */
async function runTests(folder, filters) {
  const report = path.join(folder, 'report.json');
  await rm(report, { force: true });
  const reporter = ['--reporter=json', `--outputFile=${report}`];
  const flags = [
    '--bail=1',
    '--passWithNoTests',
    '--maxWorkers=1',
    `--testTimeout=${testTimeoutMs}`,
    ...excluded.map((glob) => `--exclude=${glob}`),
  ];
  const { code, output, hung } = await run([vitest, 'run', ...filters, ...reporter, ...flags], folder);
  if (hung) return { broken: 'the tests did not end' };
  if (code === 0) return {};
  const { testResults = [] } = await readFile(report, 'utf8').then(JSON.parse, () => ({}));
  const failed = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ name, fullName, message: failureMessages[0] ?? '' })),
  );
  const [first] = failed.filter(({ message }) => !isCrash(message));
  if (first) {
    const why = first.message.split('\n', 1)[0];
    return { by: `${path.relative(folder, first.name)}: ${first.fullName}`, why };
  }
  return { broken: (failed[0]?.message ?? output).trim().split('\n').slice(-8).join('\n') };
}

async function runSchedules(folder) {
  const bundle = await bundleForNode(path.join(folder, hunt));
  const { output, hung } = await run(['--enable-source-maps', bundle, `${seeds.first}`, `${seeds.runs}`], folder);
  const [, violation] = /^violation: (.*)$/m.exec(output) ?? [];
  if (violation) return { by: violation };
  if (/^no violation$/m.test(output)) return {};
  return { broken: hung ? 'the schedules did not end' : output.trim().split('\n').slice(-8).join('\n') };
}

async function passNets(folder, nets) {
  for (const net of nets) {
    const verdict = net.filters ? await runTests(folder, net.filters) : await runSchedules(folder);
    if (verdict.by !== undefined || verdict.broken !== undefined) return { ...verdict, net: net.name };
  }
  return {};
}

/** @param {string} name of the copy, among those of this process; several may be used at the same time */
export async function createWorkshop(name) {
  const relative = `.cache/mutate/${process.pid}-${name}`;
  const folder = path.join(root, relative);
  // And where `bundleForNode` puts what it makes of the copy.
  folders.add(folder).add(path.join(root, '.cache/node', relative));
  await mkdir(folder, { recursive: true });
  for (const item of copied) await cp(path.join(root, item), path.join(folder, item), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));

  return {
    /** Without any defect everything must be green. */
    async control(names) {
      const all = [{ name: 'unit', filters: [...Object.keys(above), 'testing'].map((layer) => `src/${layer}/`) }];
      if (names.includes('simulation')) all.push({ name: 'simulation' });
      return passNets(folder, all);
    },
    /** @returns {Promise<{ by?: string, broken?: string, net?: string }>} `by`: what killed it */
    async try(mutant, names) {
      const file = path.join(folder, mutant.file);
      const source = await readFile(file, 'utf8');
      const parts = source.split(mutant.find);
      if (parts.length !== 2) return { broken: `its text occurs ${parts.length - 1} times in ${mutant.file}` };
      const changed = parts.join(mutant.replace);
      try {
        await transform(changed, { loader: 'ts' });
      } catch (error) {
        return { broken: `it does not compile: ${error.message}` };
      }
      await writeFile(file, changed);
      try {
        return await passNets(
          folder,
          netsOf(mutant.file).filter(({ name }) => names.includes(name)),
        );
      } finally {
        await writeFile(file, source);
      }
    },
  };
}
