/**
 * The drop-in: each body against socket.io-client, against us as leader and as follower, in real Chromium.
 * `npm run compat` writes the table of it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import { root } from '../../scripts/lib/bundle.mjs';
import { startCompatServer } from './server.ts';
import { type Result, targets } from './types.ts';

const html = '<!doctype html><meta charset=utf-8><title>compat</title><script type=module src="/page.js"></script>';

test('[P9] every body gives the same with socket.io-client, as leader and as follower, or what the table says', async ({
  context,
}) => {
  test.setTimeout(120_000);
  const built = await build({
    entryPoints: [path.join(root, 'e2e/compat/page.ts')],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', sourcemap: 'inline', absWorkingDir: root },
  });
  const server = await startCompatServer(
    new Map([
      ['/', html],
      ['/page.js', built.outputFiles[0]?.text ?? ''],
    ]),
  );
  try {
    await context.addCookies([{ name: 'compat', value: '1', url: server.origin }]);
    const helper = await context.newPage();
    await helper.goto(`${server.origin}/?helper`);
    const results: Result[] = [];
    for (const target of targets) {
      const page = await context.newPage();
      await page.goto(server.origin);
      await page.waitForFunction(() => window.compat !== undefined);
      results.push(
        ...(await page.evaluate(([to, other]) => window.compat.run(to, other), [target, server.otherOrigin] as const)),
      );
      await page.close();
    }
    mkdirSync(path.join(root, '.cache'), { recursive: true });
    writeFileSync(path.join(root, '.cache/compat.json'), JSON.stringify(results, null, 2));
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  } finally {
    await server.close();
  }
});
