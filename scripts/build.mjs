/** `npm run build`: bundles and types of every entry to `dist/`, then proves the types on small consumers. */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './lib/bundle.mjs';
import { checkConsumers } from './lib/consumers.mjs';
import { entries } from './lib/entries.mjs';
import { emitTypes } from './lib/types.mjs';

const dist = path.join(root, 'dist');
const startedAt = Date.now();

function fail(message) {
  console.error(message);
  process.exit(1);
}

const present = entries.filter(({ source }) => existsSync(path.join(root, source)));
for (const { subpath, source, planned } of entries) {
  if (existsSync(path.join(root, source))) continue;
  if (!planned) fail(`The entry "${subpath}" has no source: ${source} is missing.`);
  console.log(`skipped: entry "${subpath}" is planned, ${source} is not there yet`);
}

/** @param {import('esbuild').BuildOptions} options */
async function bundle(ofEntries, options) {
  if (ofEntries.length === 0) return;
  await build({
    entryPoints: Object.fromEntries(ofEntries.map(({ out, source }) => [out, source])),
    outdir: dist,
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    // For us: they are not published, so nothing leads to them.
    sourcemap: 'external',
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
    ...options,
  });
}

/** What an earlier build left. Removed last, so that builds at the same time don't disturb each other. */
async function removeOldFiles() {
  for (const file of await readdir(dist, { recursive: true, withFileTypes: true })) {
    const full = path.join(file.parentPath, file.name);
    if (file.isFile() && (await stat(full)).mtimeMs < startedAt - 2000) await rm(full, { force: true });
  }
}

try {
  // All at once: an error that one entry throws is of the class that another one exports.
  const target = ['es2022', 'node20'];
  await bundle(present, { platform: 'neutral', external: ['node:*'], target, format: 'esm', splitting: true });
  const cjs = present.filter((entry) => entry.cjs);
  await bundle(cjs, { platform: 'node', target: 'node20', format: 'cjs', outExtension: { '.js': '.cjs' } });
} catch (error) {
  fail(error.errors ? 'The bundles failed.' : error.message);
}

const untyped = await emitTypes(present, dist);
if (untyped) fail(`The types could not be emitted.\n${untyped}`);
await removeOldFiles();

const complaints = await checkConsumers(present);
if (complaints) fail(`The types in dist/ don't hold for a consumer.\n${complaints}`);
console.log(`dist/: ${present.map(({ subpath }) => subpath).join(', ')}`);
