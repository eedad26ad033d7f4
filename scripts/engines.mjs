/**
 * `npm run test:engines -- [--only firefox|webkit] [-g TITLE]`: the tabs of `e2e/engines` in Firefox and WebKitGTK.
 * Other arguments are Playwright's.
 */
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './lib/bundle.mjs';
import { engines, findEngines } from './lib/find-engines.mjs';
import { countOf, notesIn } from './lib/playwright-report.mjs';
import { runChild } from './lib/run-child.mjs';

const args = process.argv.slice(2);
const at = args.indexOf('--only');
const [, only] = at < 0 ? [] : args.splice(at, 2);
const fail = (message) => {
  console.error(message);
  console.log('0 passed, 1 failed');
  process.exit(1);
};
if (at >= 0 && !engines.includes(only)) fail(`--only ${only ?? ''}: must be one of ${engines.join(', ')}`);
const wanted = only ? [only] : engines;

let env = process.env;
try {
  env = { ...env, ...findEngines(wanted) };
} catch (error) {
  fail(error.message);
}
const file = path.join(root, '.cache', `engines-${process.pid}.json`);
const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const projects = wanted.map((engine) => `--project=${engine}`);
const code = await runChild(
  process.execPath,
  [playwright, 'test', '--config', 'e2e/engines/playwright.config.ts', ...projects, ...args],
  { cwd: root, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } },
);
const report = await readFile(file, 'utf8').then(JSON.parse, () => null);
await rm(file, { force: true });
if (!report) fail('Playwright left no report.');
for (const browser of notesIn(report, 'browser')) console.log(`Browser: ${browser}`);
const { passed, failed, skipped } = countOf(report);
for (const what of skipped) console.log(`skipped: ${what}`);
console.log(`${passed} passed, ${failed || (code === 0 ? 0 : 1)} failed`);
process.exitCode = code;
