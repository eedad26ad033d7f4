/** Bundles the pages, minified as an app would, and the server program. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Mode } from './modes.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const outFolder = path.join(root, '.cache/bench');

export interface Built {
  readonly pagesFolder: string;
  readonly serverFile: string;
}

/** `readable`: names and line numbers are kept, for a profile. */
export async function buildAll(modes: readonly Mode[], { readable }: { readable: boolean }): Promise<Built> {
  const pagesFolder = path.join(outFolder, 'pages');
  const serverFile = path.join(outFolder, 'server.mjs');
  const shared = { bundle: true, absWorkingDir: root, logLevel: 'warning', target: 'es2022' } as const;
  await build({
    ...shared,
    entryPoints: modes.map((mode) => `bench/pages/${mode}.ts`),
    outdir: pagesFolder,
    format: 'iife',
    minify: !readable,
    sourcemap: readable ? 'inline' : false,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  await build({
    ...shared,
    entryPoints: ['bench/server.ts'],
    outfile: serverFile,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  return { pagesFolder, serverFile };
}
