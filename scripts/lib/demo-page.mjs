/** The demo's page as its server and the size check bundle it: a file for the first load, a chunk for each page. */
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './bundle.mjs';

const folder = path.join(root, 'demo/page');

/** @returns {Promise<import('esbuild').BuildResult<{ write: false, metafile: true }>>} */
export function bundlePage() {
  return build({
    entryPoints: { main: `${folder}/main.tsx`, style: `${folder}/style/index.css` },
    outdir: path.join(root, '.cache/demo/assets'),
    absWorkingDir: root,
    bundle: true,
    // Each page, and what the client loads only where it is needed, stays a file of its own.
    splitting: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

/** What a visitor of the Desk has loaded before anything can be pressed. */
const firstSources = ['main.tsx', 'app.tsx', 'desk/page.tsx'].map((file) => `demo/page/${file}`);
export const firstLoadBudget = 150_000;

/** @returns {Promise<number>} bytes of JavaScript, brotli */
export async function firstLoad() {
  const { metafile, outputFiles } = await bundlePage();
  const { outputs } = metafile;
  const files = new Set(
    firstSources.map((source) => {
      const file = Object.keys(outputs).find((each) => outputs[each].entryPoint === source);
      if (!file) throw new Error(`${source} is no file of its own in the demo's bundle`);
      return file;
    }),
  );
  for (const file of files) {
    for (const { path: imported, kind } of outputs[file].imports) if (kind === 'import-statement') files.add(imported);
  }
  const loaded = outputFiles.filter(({ path: file }) => files.has(path.relative(root, file).replaceAll(path.sep, '/')));
  return loaded.reduce((sum, { contents }) => sum + brotliCompressSync(contents).length, 0);
}
