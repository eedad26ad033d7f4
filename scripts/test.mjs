/** `npm test`: everything. Each part runs whatever became of the others; the last line counts all tests. */
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { check } from './check.mjs';
import { root } from './lib/bundle.mjs';
import { isGreen, runShown, single, tell, timed } from './lib/parts.mjs';
import { countOf } from './lib/playwright-report.mjs';

const script = (name) => path.join(root, 'scripts', name);
const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

async function program(name, file) {
  const { code, output } = await runShown(process.execPath, [script(file)]);
  const skipped = [...output.matchAll(/^skipped: (.*)$/gm)].map(([, what]) => what);
  return { ...single(name, code === 0), skipped };
}

/** A runner that ends badly without a failed test (it could not start, a leak, a bad import) failed once. */
function counted(name, { code, report }, count) {
  const part = report ? count(report) : { passed: 0, failed: 0, skipped: [] };
  return { name, ...part, failed: part.failed || (code === 0 && report ? 0 : 1) };
}

async function withReport(file, run) {
  await rm(file, { force: true });
  const { code } = await run();
  const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
  return { code, report };
}

async function unit() {
  const file = path.join(root, '.cache', `unit-${process.pid}.json`);
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const outcome = await withReport(file, () => runShown(process.execPath, args));
  await rm(file, { force: true });
  return counted('unit', outcome, (report) => {
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const left = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
    const skipped = left.map(({ fullName }) => fullName);
    const broken = report.testResults.filter(
      ({ status, assertionResults: of }) => status === 'failed' && !of.some(isFailed),
    );
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length, skipped };
  });
}

const isFailed = ({ status }) => status === 'failed';

async function simulate() {
  const { code } = await runShown('npm', ['run', '--silent', 'simulate', '--', '--fresh', '1000']);
  return single('simulate', code === 0);
}

async function e2e() {
  const file = path.join(root, '.cache', `e2e-${process.pid}.json`);
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: file };
  const outcome = await withReport(file, () => runShown(process.execPath, [script('e2e.mjs')], env));
  await rm(file, { force: true });
  return counted('e2e', outcome, countOf);
}

if (!scripts.simulate) console.log('There is no simulation to run: package.json has no script "simulate".');
// The architecture test runs among the unit tests.
const results = await check(['types', 'lint']);
for (const [name, run] of [
  ['build', () => program('build', 'build.mjs')],
  ['size', () => program('size', 'size.mjs')],
  ['unit', unit],
  ...(scripts.simulate ? [['simulate', simulate]] : []),
  ['e2e', e2e],
]) {
  console.log(`\n== ${name}`);
  results.push(await timed(run));
}

console.log('\n== summary');
for (const part of results) tell({ ...part, output: '' });
const sum = (field) => results.reduce((total, part) => total + part[field], 0);
const forbidden = results.filter((part) => part.failed === 0 && !isGreen(part)).length;
const failed = sum('failed') + forbidden;
if (forbidden > 0) console.log(`CI=true: ${forbidden} parts with something skipped count as failed`);
console.log(`${sum('passed')} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
