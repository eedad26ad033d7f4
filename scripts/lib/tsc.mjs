/** TypeScript's compiler as a child: a project, or a configuration made on the spot. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './bundle.mjs';

const compiler = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/**
 * @param {string} name of the configuration file under `.cache/tsc/`
 * @param {object} config a tsconfig; its paths absolute
 */
export async function tsc(name, config) {
  const file = path.join(root, '.cache/tsc', `${name}.json`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(config));
  return tscProject(file);
}

/**
 * @param {string} project a tsconfig file
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function tscProject(project) {
  return new Promise((resolve) => {
    const args = [compiler, '-p', project, '--pretty', 'false'];
    execFile(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ ok: !error, output: `${stdout}${stderr}`.trim() }),
    );
  });
}
