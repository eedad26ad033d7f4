/** `npm run start:cluster`: three nodes of the demo on one Redis, and the node that holds the connection is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Page } from '@playwright/test';
import { test as base, expect } from './support/demo.ts';
import { hasRedis } from './support/nodes.ts';

interface Cluster {
  readonly address: string;
  /** As a crash would end it; it is started again after a few seconds. */
  kill(node: string): void;
}

const test = base.extend<{ cluster: Cluster }>({
  cluster: async ({ demoEnv }, use, info) => {
    info.skip(!hasRedis, 'there is no redis-server');
    const port = 20_000 + (process.pid % 20_000);
    const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', ...demoEnv };
    const child = spawn(process.execPath, ['scripts/start-cluster.mjs'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const processByNode = new Map<string, number>();
    const allUp = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, node, pid] = /^(\S+) \| is up, process (\d+)/.exec(line) ?? [];
        if (node) processByNode.set(node, Number(pid));
        if (processByNode.size === 3) resolve();
      });
    });
    await allUp;
    await use({
      address: `http://127.0.0.1:${port}`,
      kill(node) {
        const pid = processByNode.get(node);
        if (!pid) throw new Error(`there is no node ${node}`);
        process.kill(pid, 'SIGKILL');
      },
    });
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  },

  demo: ({ cluster }, use) => use(cluster.address),
});

const nodeName = /node-\d/;
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
  const before = nodeName.exec((await here(pages[1]).textContent()) ?? '')?.[0] ?? '';
  await pages[1].getByTestId('command-add').click();
  for (const page of pages) await expect(page.getByTestId('counter-value')).toHaveText('1');
  await pages[1].getByTestId('try-end-node').click();
  for (const page of pages) {
    await expect(page.getByTestId('node-down')).toHaveText(`${before}: down`);
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
  await expect(pages[0].getByTestId('node-down')).toHaveCount(0);
  // What one node replays, a page sees whichever node it asks.
  await pages[0].getByTestId('rate-50').click();
  await expect(pages[0].getByRole('radio', { name: '50', exact: true })).toBeChecked();
  await pages[0].getByTestId('try-cut').click();
  for (const page of pages) {
    await expect(page.getByTestId('server-replayed')).toHaveText(/^[1-9]\d\d/, { timeout: 40_000 });
  }
});

test.describe('Operations', () => {
  // Nothing happens by itself, and nothing fails by chance.
  test.use({ demoEnv: { DEMO_PACE: '0', DEMO_SEED: '1', DEMO_FAILURES: '0', WEBSOCKET_METRICS_INTERVAL: '500' } });

  test('the services and their figures go on at another node when the one that runs them is killed', async ({
    cluster,
    visit,
  }) => {
    test.setTimeout(120_000);
    const desk = await visit();
    const operations = [await visit({ path: '/operations' }), await visit({ path: '/operations' })] as const;
    const onDuty = desk.getByTestId('node').filter({ hasText: 'runs the feed' });
    const untilDone = async (events: number) => {
      for (const page of operations) {
        await expect(page.getByTestId('operations-live')).toHaveText('Live', { timeout: 30_000 });
        await expect(page.getByTestId('service-orders')).toHaveAttribute('data-status', 'running', { timeout: 30_000 });
        await expect(page.getByTestId('event')).toHaveCount(events, { timeout: 30_000 });
        await expect(page.getByTestId('total-events')).toHaveText(String(events), { timeout: 30_000 });
        await expect(page.getByTestId('failed-events')).toHaveText('0');
      }
    };
    const points = async () => Number(await operations[0].getByTestId('chart-latency').getAttribute('data-points'));

    await operations[0].getByTestId('create-orders').click();
    await untilDone(1);
    await expect(onDuty).toHaveCount(1);
    const killed = nodeName.exec((await onDuty.textContent()) ?? '')?.[0] ?? '';
    cluster.kill(killed);
    await expect(desk.getByTestId('node-down')).toHaveText(`${killed}: down`, { timeout: 30_000 });
    await expect(onDuty.filter({ hasNotText: killed })).toHaveCount(1, { timeout: 30_000 });
    const before = await points();
    await operations[1].getByTestId('create-orders').click();
    await untilDone(2);
    await expect.poll(points, { timeout: 30_000 }).toBeGreaterThan(before + 2);
    await expect(desk.getByTestId('server-connections')).toHaveText('1');
  });
});
