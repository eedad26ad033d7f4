/** The demo's page as its server and the size check bundle it: a file for the first load, a chunk for each page. */
import path from 'node:path';
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
