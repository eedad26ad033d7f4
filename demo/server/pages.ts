/** Bundles the page at start-up and serves it from memory, under a policy that lets nothing else run. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../page');

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

const typeByExtension: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

async function bundle(): Promise<Map<string, Asset>> {
  const { outputFiles } = await build({
    entryPoints: { main: `${folder}/main.ts`, panes: `${folder}/panes.ts`, style: `${folder}/style/index.css` },
    outdir: '/assets',
    bundle: true,
    // What the client loads only where it is needed stays a file of its own.
    splitting: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    write: false,
    logLevel: 'warning',
  });
  return new Map(
    outputFiles.map(({ path: file, contents }) => {
      const name = path.basename(file);
      return [`/assets/${name}`, { type: typeByExtension[path.extname(name)] ?? 'text/plain', body: contents }];
    }),
  );
}

export async function buildPages() {
  const assets = await bundle();
  for (const [address, file] of Object.entries({ '/': 'index.html', '/panes': 'panes.html' })) {
    assets.set(address, { type: typeByExtension['.html'] ?? '', body: await readFile(path.join(folder, file)) });
  }

  return (address: string, request: IncomingMessage, response: ServerResponse): void => {
    const asset = assets.get(address);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (asset) {
      response.writeHead(200, { ...headers, 'content-type': asset.type });
      response.end(request.method === 'HEAD' ? undefined : asset.body);
    } else {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end('Not here.\n');
    }
  };
}
