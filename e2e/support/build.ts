/** Builds the test page and the test server, once per worker process. */
import path from 'node:path';
import { build } from 'esbuild';
import { bundleForNode, root } from '../../scripts/lib/bundle.mjs';

export interface Built {
  /** Path of the server's program. */
  readonly server: string;
  /** The page's script. */
  readonly page: string;
}

let built: Promise<Built> | undefined;

async function bundlePage(): Promise<string> {
  const result = await build({
    entryPoints: [path.join(root, 'e2e/page/main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    absWorkingDir: root,
    logLevel: 'warning',
  });
  return result.outputFiles[0]?.text ?? '';
}

export function buildOnce(): Promise<Built> {
  built ??= Promise.all([bundleForNode('e2e/server/main.ts'), bundlePage()]).then(([server, page]) => ({
    server,
    page,
  }));
  return built;
}
