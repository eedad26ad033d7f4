/** The demo's Operations (C6, C7, C8): threads that can be killed, a store that replays, dead letters, the log. */
import type { Page } from '@playwright/test';
import { expect, test, tokenOf } from './support/demo.ts';
import { connect } from './support/wire.ts';

// Nothing happens by itself, and nothing fails by chance: what fails is made to.
test.use({
  demoEnv: {
    ...{ DEMO_PACE: '0', DEMO_SEED: '1', DEMO_FAILURES: '0' },
    ...{ WEBSOCKET_METRICS_INTERVAL: '500', WEBSOCKET_DLQ_INTERVAL: '500' },
  },
});

interface LogStats {
  readonly total: number;
  readonly byLevel: Readonly<Record<string, number>>;
  readonly byService: Readonly<Record<string, number>>;
  readonly recentErrors: readonly { readonly level: string; readonly message: string }[];
}
interface Lines {
  readonly logs: readonly { readonly level: string; readonly service: string; readonly message: string }[];
}
// A server that bundles its pages, and up to four of them: more than half a minute on a busy machine.
test.describe.configure({ timeout: 90_000 });

const path = '/operations';
const logs = '/api/v1/notifications/logs';
const events = (page: Page) => page.getByTestId('event');
const letters = (page: Page) => page.getByTestId('letter');
const service = (page: Page, name: string) => page.getByTestId(`service-${name}`);

async function untilLive(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    await expect(page.getByTestId('operations-live')).toHaveText('Live');
    await expect(service(page, 'orders')).toHaveAttribute('data-status', 'running');
  }
}

test('figures are measured, and every tab draws them; a replay from the store is a copy handled anew', async ({
  visit,
}) => {
  const pages = [await visit({ path }), await visit({ path })] as const;
  await untilLive(...pages);
  for (let i = 0; i < 3; i += 1) await pages[0].getByTestId('create-orders').click();
  for (const page of pages) {
    await expect(events(page)).toHaveCount(3);
    await expect(page.getByTestId('total-events')).toHaveText('3');
    await expect
      .poll(async () => Number(await page.getByTestId('chart-latency').getAttribute('data-points')))
      .toBeGreaterThan(2);
  }
  const replayed = await events(pages[1]).first().getAttribute('data-event');
  await events(pages[1]).first().getByTestId('replay').click();
  for (const page of pages) {
    await expect(events(page)).toHaveCount(4);
    await expect(events(page).first()).toHaveAttribute('data-replay', replayed ?? '');
    await expect(page.getByTestId('total-events')).toHaveText('4');
  }
  // The other services' events are another filter.
  await pages[0].getByTestId('feed-service').selectOption('mailer');
  await expect(events(pages[0])).toHaveCount(0);
  await expect(events(pages[1])).toHaveCount(4);
});

test('a killed service is down in every tab, and comes back by itself', async ({ visit }) => {
  const pages = [await visit({ path }), await visit({ path })] as const;
  await untilLive(...pages);
  // A tab that hears of it at all hears both: what is shown for a moment only is remembered.
  for (const page of pages) {
    await page.evaluate(() => {
      const item = document.querySelector('[data-testid=service-billing]');
      if (!item) throw new Error('the service is not shown');
      const seen: (string | null)[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => seen.push(item.getAttribute('data-status'))).observe(item, { attributes: true });
    });
  }
  await pages[1].getByTestId('kill-billing').click();
  for (const page of pages) {
    await expect.poll(() => page.evaluate(() => Reflect.get(window, 'seen'))).toEqual(['down', 'starting', 'running']);
    await expect(service(page, 'orders')).toHaveAttribute('data-status', 'running');
  }
  await pages[0].getByTestId('create-billing').click();
  await expect(pages[1].getByTestId('total-events')).toHaveText('1');
  for (const page of pages) await expect(letters(page)).toHaveCount(0);
});

test('what fails goes into the dead-letter queue of every tab, is retried, given up, and retried by hand', async ({
  visit,
}) => {
  const pages = [await visit({ path }), await visit({ path })] as const;
  await untilLive(...pages);
  await pages[0].getByTestId('poison-orders').click();
  for (const page of pages) {
    await expect(letters(page)).toHaveCount(1);
    await expect(letters(page)).toContainText('can’t be read');
    await expect(events(page)).toContainText('failed');
    await expect(page.getByTestId('dlq-total')).toHaveText('1');
  }
  // Three attempts, each later than the one before.
  for (const page of pages) {
    await expect(letters(page)).toHaveAttribute('data-status', 'failed', { timeout: 45_000 });
    await expect(letters(page)).toContainText('3 of 3');
    await expect(page.getByTestId('dlq-failed')).toHaveText('1');
  }
  await letters(pages[1]).getByTestId('retry').click();
  for (const page of pages) {
    await expect(letters(page)).toContainText('4 of 4');
    await expect(letters(page)).toHaveAttribute('data-status', 'failed');
  }
  await pages[0].getByTestId('dlq-status').selectOption('resolved');
  await expect(letters(pages[0])).toHaveCount(0);
});

test('an event that a killed service was at is not lost: the queue retries it when the service is back', async ({
  visit,
}) => {
  const page = await visit({ path });
  await untilLive(page);
  await page.getByTestId('kill-mailer').click();
  await expect(service(page, 'mailer')).toHaveAttribute('data-status', /down|starting/);
  await page.getByTestId('create-mailer').click();
  await expect(letters(page).or(events(page)).first()).toBeVisible();
  // Whether it failed while there was no service, or waited for it: in the end it is done.
  await expect(page.getByTestId('total-events')).toHaveText('1');
  await expect(service(page, 'mailer')).toHaveAttribute('data-status', 'running');
  const isOver = async () => {
    const states = await letters(page).evaluateAll((all) => all.map((one) => one.getAttribute('data-status')));
    return states.every((state) => state === 'resolved');
  };
  await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
});

test('the log: each tab through its own filter, filtered by the server; what is kept comes by REST', async ({
  visit,
  ask,
  demo,
}) => {
  const all = await visit({ path });
  const errors = await visit({ path });
  await untilLive(all, errors);
  await errors.getByTestId('log-error').click();
  await expect(errors.getByTestId('log-live')).toHaveText('Live');
  const lines = (page: Page) => page.getByTestId('log-line');
  await expect(lines(errors)).toHaveCount(0);
  await all.getByTestId('poison-billing').click();
  await expect(lines(errors).filter({ hasText: 'payment.captured failed' })).toHaveCount(1);
  await expect(lines(all).filter({ hasText: 'payment.captured failed' })).toHaveCount(1);
  await expect(lines(all).filter({ hasText: 'attempt 1 of 3' })).toHaveCount(1, { timeout: 15_000 });
  expect(await lines(errors).evaluateAll((each) => each.map((line) => line.getAttribute('data-level')))).toEqual([
    'error',
  ]);

  const stats = await ask<LogStats>('ada', 'GET', `${logs}/stats`);
  expect(stats.byLevel.error).toBe(1);
  expect(stats.byService.billing).toBeGreaterThan(0);
  expect(stats.recentErrors).toMatchObject([{ level: 'error', message: 'payment.captured failed' }]);
  const recent = await ask<Lines>('ada', 'GET', `${logs}/recent?level=error&limit=5`);
  expect(recent.logs).toMatchObject([{ level: 'error', service: 'billing', message: 'payment.captured failed' }]);

  const statusOf = async (authorization: string) =>
    (await fetch(`${demo}${logs}/recent`, { headers: { authorization } })).status;
  expect(await statusOf('')).toBe(401);
  expect(await statusOf(`Bearer ${await tokenOf(demo, 'grace')}`)).toBe(403);
  expect(await statusOf(`Bearer ${await tokenOf(demo, 'ada')}`)).toBe(200);
});

test('Operations is for admins: page, commands and channels', async ({ visit, demo }) => {
  const grace = await visit({ user: 'grace', path });
  await expect(grace.getByText('Operations is not for Grace Hopper')).toBeVisible();
  const client = await connect(demo, await tokenOf(demo, 'grace'));
  try {
    for (const name of ['operations:get', 'service:kill', 'event:create']) {
      const wish = { service: 'orders', eventType: 'order.placed' };
      await expect(client.command(name, wish)).rejects.toThrow('forbidden');
    }
  } finally {
    client.close();
  }
});
