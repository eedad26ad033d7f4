/** `npm run start:cluster`: three nodes of the demo on one Redis, and the node that holds the connection is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { test as base, expect } from './support/demo.ts';
import { hasRedis } from './support/nodes.ts';

const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  demo: async ({}, use, info) => {
    info.skip(!hasRedis, 'there is no redis-server');
    const port = 20_000 + (process.pid % 20_000);
    const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1' };
    const child = spawn(process.execPath, ['scripts/start-cluster.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    let up = 0;
    for await (const line of lines) {
      if (/is up, process/.test(line)) up += 1;
      if (up === 3) break;
    }
    child.stdout.resume();
    await use(`http://127.0.0.1:${port}`);
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  },
});

const here = (page: Page) => page.locator('[data-testid=node][data-here=true]');

test('[P1] [P2] the group moves to another node when its own is killed; the page shows where it is', async ({
  visit,
}) => {
  test.setTimeout(120_000);
  const pages = [await visit(), await visit()] as const;
  for (const page of pages) {
    await expect(page.getByTestId('node')).toHaveCount(3);
    await expect(page.getByTestId('server-connections')).toHaveText('1');
  }
  const before = (await here(pages[1]).textContent())?.slice(0, 6) ?? '';
  await pages[1].getByTestId('command-add').click();
  for (const page of pages) await expect(page.getByTestId('counter-value')).toHaveText('1');
  await pages[1].getByTestId('end-node').click();
  for (const page of pages) {
    await expect(here(page).filter({ hasNotText: before })).toHaveCount(1, { timeout: 30_000 });
    await expect(page.getByTestId('server-connections')).toHaveText('1');
    await expect(page.getByTestId('connection-badge')).toHaveText(/Leader|Follower/);
  }
  await pages[1].getByTestId('command-add').click();
  for (const page of pages) {
    await expect(page.getByTestId('counter-value')).toHaveText('2');
    await expect(page.getByTestId('counter-refreshes')).toHaveText('0');
  }
  // It is started again, and seen.
  await expect(pages[0].getByTestId('node')).toHaveCount(3, { timeout: 30_000 });
});
