/** `npm run compat`: runs the bodies of `e2e/compat` in Chromium, keeps what they gave and writes docs/compatibility.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { bundleForNode, root } from './lib/bundle.mjs';
import { toMarkdown, untestedIn } from './lib/compat.mjs';
import { runChild } from './lib/run-child.mjs';

const spec = 'compat/compat.spec.ts';
const code = await runChild(process.execPath, [path.join(root, 'scripts/e2e.mjs'), spec], { cwd: root });
const rows = await import(pathToFileURL(await bundleForNode('e2e/compat/rows.ts')).href);
await stop();
const results = JSON.parse(readFileSync(path.join(root, '.cache/compat.json'), 'utf8'));
const require = createRequire(import.meta.url);
const { version } = require('socket.io-client/package.json');
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const kept = results.map(({ got: _, ...result }) => result);
const run = { date: new Date().toISOString(), commit, client: version, results: kept };
const file = path.join(root, 'docs/results/compat.json');
writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
const biome = path.join(path.dirname(require.resolve('@biomejs/biome/package.json')), 'bin/biome');
execFileSync(process.execPath, [biome, 'format', '--write', file], { cwd: root });
writeFileSync(path.join(root, 'docs/compatibility.md'), toMarkdown(rows, run));
const untested = untestedIn(rows, run);
if (untested.length > 0) console.error(`untested: ${untested.join(', ')}`);
process.exit(code || (untested.length > 0 ? 1 : 0));
