/** Bundles the page at start-up and serves it from memory, under a policy that lets nothing else run. */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '../../scripts/lib/demo-page.mjs';

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
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json',
};

interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

async function assetsByAddress(): Promise<Map<string, Asset>> {
  const { outputFiles } = await bundlePage();
  return new Map(
    outputFiles.map(({ path: file, contents }) => {
      const name = path.basename(file);
      return [`/assets/${name}`, { type: typeByExtension[path.extname(name)] ?? 'text/plain', body: contents }];
    }),
  );
}

export async function buildPages() {
  const assets = await assetsByAddress();
  const folder = path.dirname(fileURLToPath(import.meta.url));
  const html = { type: 'text/html; charset=utf-8', body: await readFile(path.join(folder, '../page/index.html')) };

  return (address: string, request: IncomingMessage, response: ServerResponse): void => {
    // The page itself knows which addresses it has.
    const asset = assets.get(address) ?? (path.extname(address) === '' ? html : undefined);
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
