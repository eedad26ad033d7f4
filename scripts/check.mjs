/** `npm run check`: types of every layer, lint and format, architecture, the table of the drop-in. Names of parts as arguments run only those. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/bundle.mjs';
import { isGreen, single, skippedPart, tell, timed } from './lib/parts.mjs';
import { tscProject } from './lib/tsc.mjs';

const bin = (name, file) =>
  path.join(path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);

function node(args) {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ ok: !error, output: `${stdout}${stderr}`.trim() }),
    );
  });
}

async function layerProjects() {
  const folders = await readdir(path.join(root, 'src'));
  const ofLayers = folders.sort().map((folder) => `src/${folder}/tsconfig.json`);
  return [...ofLayers, 'src/tsconfig.json', 'recipes/tsconfig.json', 'demo/tsconfig.json'].filter((project) =>
    existsSync(path.join(root, project)),
  );
}

async function types(project) {
  const folder = path.posix.dirname(project);
  const name = `types ${folder}`;
  const files = await readdir(path.join(root, folder), { recursive: true });
  if (!files.some((file) => file.endsWith('.ts'))) return skippedPart(name, `${folder} has no files yet`);
  const { ok, output } = await tscProject(path.join(root, project));
  return single(name, ok, output);
}

async function lint() {
  const { ok, output } = await node([bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.']);
  return single('lint', ok, output);
}

async function vitest(name, file) {
  const { ok, output } = await node([bin('vitest', 'vitest.mjs'), 'run', file, '--reporter=dot']);
  return single(name, ok, output);
}

const partsByName = {
  types: async () => (await layerProjects()).map((project) => () => types(project)),
  lint: async () => [lint],
  architecture: async () => [() => vitest('architecture', 'src/architecture.test.ts')],
  compatibility: async () => [() => vitest('compatibility', 'src/compat.docs.test.ts')],
};

/**
 * @param {readonly string[]} names of the parts
 * @returns {Promise<import('./lib/parts.mjs').Part[]>} each told as soon as it and those before it are done
 */
export async function check(names = Object.keys(partsByName)) {
  const runs = (await Promise.all(names.map((name) => partsByName[name]()))).flat();
  const results = [];
  const width = 2;
  for (let start = 0; start < runs.length; start += width) {
    const some = await Promise.all(runs.slice(start, start + width).map(timed));
    some.forEach(tell);
    results.push(...some);
  }
  return results;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !Object.hasOwn(partsByName, name));
  if (unknown) {
    console.error(`There is no part "${unknown}"; there are ${Object.keys(partsByName).join(', ')}.`);
    process.exit(2);
  }
  const results = await check(names.length > 0 ? names : undefined);
  process.exit(results.every(isGreen) ? 0 : 1);
}
