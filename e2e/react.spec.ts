/** `onesocket/react` in a real page: rendered in Node, hydrated in the browser, live in every tab. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { type BuildOptions, build } from 'esbuild';
import { root } from '../scripts/lib/bundle.mjs';
import type { AppConfig } from './react/app.ts';
import { expect, test } from './support/fixtures.ts';
import { mintToken } from './support/tokens.ts';

type Major = '18' | '19';
const reactFolder = (name: string) => path.join(root, 'e2e/react-18/node_modules', name);
/** The current React is where every package finds it; the one before lies aside. */
const bundling = (major: Major) =>
  ({
    bundle: true,
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"development"' },
    absWorkingDir: root,
    ...(major === '18' && { alias: { react: reactFolder('react'), 'react-dom': reactFolder('react-dom') } }),
  }) satisfies BuildOptions;

/** In a process of its own, which has to end by itself. */
async function render(major: Major, program: string): Promise<string> {
  await build({
    ...bundling(major),
    entryPoints: ['e2e/react/render.ts'],
    format: 'cjs',
    platform: 'node',
    write: true,
    outfile: program,
  });
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
  expect(stderr).toBe('');
  return stdout;
}

async function bundleHydration(major: Major): Promise<string> {
  const entryPoints = ['e2e/react/hydrate.ts'];
  const { outputFiles } = await build({ ...bundling(major), entryPoints, format: 'iife', write: false });
  return outputFiles[0]?.text ?? '';
}

/** A page that a route fulfils counts as one of the open internet, and may not reach this machine. */
async function serve(files: Readonly<Record<string, readonly [type: string, body: string]>>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = files[url] ?? ['application/json', '{}'];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

for (const major of ['19', '18'] as const) {
  test(`[P9] [P7] React ${major}: rendered by a server, hydrated without a word, then live in two tabs`, async ({
    context,
    server,
    network,
    pageErrors,
  }, info) => {
    const html = await render(major, info.outputPath('render.cjs'));
    expect(html).toContain('>idle<');
    expect(html).toContain(`>${major}.`);
    const config: AppConfig = { url: `http://127.0.0.1:${network.port}`, token: await mintToken('u1', 600) };
    const script = await bundleHydration(major);
    const list = await server.ask('list', { user: 'u1' });
    const page = `<!doctype html><meta charset=utf-8><title>app</title><div id=root>${html}</div>
    <script>globalThis.appConfig = ${JSON.stringify(config)}</script><script src=/hydrate.js></script>`;
    const origin = await serve({
      '/app': ['text/html', page],
      '/hydrate.js': ['text/javascript; charset=utf-8', script],
      '/list': ['application/json', JSON.stringify(list)],
    });
    const said: string[] = [];
    const open = async (): Promise<Page> => {
      const tab = await context.newPage();
      tab.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
      });
      await tab.goto(`${origin}/app`);
      await expect(tab.locator('#connection')).toHaveText('connected');
      return tab;
    };
    const tabs = [await open(), await open()];
    await server.ask('publish', { to: { user: 'u1' }, type: 'tick', from: 1, count: 3 });
    for (const tab of tabs) {
      await expect(tab.locator('#last')).toHaveText('3');
      await expect(tab.locator('#ticks')).toHaveText('1 2 3');
      await tab.locator('#work').click();
      await expect(tab.locator('#work')).not.toHaveText(/undefined|pending/);
    }
    const { sessions } = await server.state();
    expect(sessions).toHaveLength(1);
    expect([said, pageErrors]).toEqual([[], []]);
  });
}
