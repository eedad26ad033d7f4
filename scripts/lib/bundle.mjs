/** TypeScript for Node: bundles a program of this repository into `.cache/`, packages left outside. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const thisFile = /\bimport\.meta\.url\b/g;

/** In a bundle `import.meta.url` would name the bundle; programs that read files beside them mean their source. */
const keepImportMetaUrl = {
  name: 'keep-import-meta-url',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      if (source.search(thisFile) < 0 || file.includes('node_modules')) return null;
      const contents = source.replace(thisFile, JSON.stringify(pathToFileURL(file).href));
      return { contents, loader: file.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/**
 * Bundles `file` (relative to the repository, or absolute) as one ESM file with an inline source map.
 * Safe to call at the same time from several processes.
 * @param {string} file
 * @returns {Promise<string>} the bundle's absolute path; run it with `node --enable-source-maps`
 */
export async function bundleForNode(file) {
  const entry = path.resolve(root, file);
  const outfile = path.join(root, '.cache/node', `${path.relative(root, entry).replace(/\.[mc]?[jt]s$/, '')}.mjs`);
  const draft = `${outfile}.${randomUUID()}.mjs`;
  try {
    await build({
      entryPoints: [entry],
      outfile: draft,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      packages: 'external',
      sourcemap: 'inline',
      absWorkingDir: root,
      logLevel: 'warning',
      plugins: [keepImportMetaUrl],
    });
    await rename(draft, outfile);
  } finally {
    await rm(draft, { force: true });
  }
  return outfile;
}
