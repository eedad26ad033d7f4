/** `npm run size -- --json FILE`: what an import of each entry brings, in bytes, and whether that is in its budget. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './lib/bundle.mjs';
import { firstLoad, firstLoadBudget } from './lib/demo-page.mjs';
import { entries } from './lib/entries.mjs';

const { json } = parseArgs({ options: { json: { type: 'string' } } }).values;

/** The files that load with the entry; chunks behind a dynamic import come later, if ever. */
function initialFiles(outputs) {
  const first = Object.keys(outputs).find((file) => outputs[file].entryPoint);
  const files = new Set([first]);
  for (const file of files) {
    for (const { path: imported, kind, external } of outputs[file].imports) {
      if (kind === 'import-statement' && !external) files.add(imported);
    }
  }
  return files;
}

async function measure({ source, size }) {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export { ${size.imports} } from './${source}';`, resolveDir: root, sourcefile: 'app.js' },
    absWorkingDir: root,
    outdir: path.join(root, '.cache/size'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: size.external,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const initial = initialFiles(metafile.outputs);
  const sum = { min: 0, gzip: 0, brotli: 0 };
  for (const { path: file, contents } of outputFiles) {
    if (!initial.has(path.relative(root, file).replaceAll(path.sep, '/'))) continue;
    sum.min += contents.length;
    sum.gzip += gzipSync(contents, { level: 9 }).length;
    sum.brotli += brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
  return sum;
}

const report = {};
for (const entry of entries.filter(({ size }) => size)) {
  const name = path.posix.join('onesocket', entry.subpath);
  if (!existsSync(path.join(root, entry.source))) {
    if (entry.planned) console.log(`skipped: ${name} is planned, ${entry.source} is not there yet`);
    else console.error(`${name}: ${entry.source} is missing`);
    process.exitCode ||= entry.planned ? 0 : 1;
    continue;
  }
  const bytes = await measure(entry).catch((error) => {
    console.error(`${name} could not be bundled.${error.errors ? '' : ` ${error.message}`}`);
    process.exit(1);
  });
  report[name] = { ...bytes, budget: entry.size.budget, aim: entry.size.aim, without: entry.size.external };
  const line = `${name}: ${bytes.min} min, ${bytes.gzip} gzip, ${bytes.brotli} brotli of ${entry.size.budget} (aim ${entry.size.aim})`;
  if (bytes.brotli <= entry.size.budget)
    console.log(`${line} (without ${entry.size.external.join(', ') || 'nothing'})`);
  else {
    console.error(`${line}: ${bytes.brotli - entry.size.budget} bytes over its budget`);
    process.exitCode = 1;
  }
}
const demo = await firstLoad();
report.demo = { brotli: demo, budget: firstLoadBudget };
const demoLine = `demo, first load of the Desk: ${demo} brotli of ${firstLoadBudget}`;
if (demo <= firstLoadBudget) console.log(demoLine);
else {
  console.error(`${demoLine}: ${demo - firstLoadBudget} bytes over its budget`);
  process.exitCode = 1;
}
if (json) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
