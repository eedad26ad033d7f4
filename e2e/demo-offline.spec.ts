/** The demo's pages while there is no connection: they say so, keep what they had, and catch up without a hole. */
import type { BrowserContext, Page, WebSocketRoute } from '@playwright/test';
import { expect, test } from './support/demo.ts';

test.use({ demoEnv: { DEMO_PACE: '0', DEMO_SEED: '1', DEMO_FAILURES: '0' } });

interface Network {
  cut(): Promise<void>;
  mend(): void;
}

/** Between this browser and the server's sockets; pages and REST go on. */
async function between(context: BrowserContext): Promise<Network> {
  const open = new Set<WebSocketRoute>();
  let isCut = false;
  await context.routeWebSocket(/socket\.io/, (route) => {
    if (isCut) return void route.close({ code: 1001 });
    open.add(route);
    const server = route.connectToServer();
    route.onClose((code, reason) => {
      open.delete(route);
      void server.close({ ...(code && { code }), ...(reason && { reason }) });
    });
  });
  await context.route(/socket\.io/, (route) => (isCut ? route.abort() : route.continue()));
  return {
    async cut() {
      isCut = true;
      for (const route of open) await route.close({ code: 1001 });
      open.clear();
    },
    mend() {
      isCut = false;
    },
  };
}

const say = async (page: Page, text: string) => {
  await page.bringToFront();
  await page.getByTestId('chat-text').fill(text);
  await page.getByTestId('chat-text').press('Enter');
};

test('cut off, the pages keep what they have and say so; back, they have what came meanwhile, once', async ({
  visit,
  context,
  browser,
}) => {
  test.setTimeout(90_000);
  const network = await between(context);
  const shop = [await visit({ path: '/shop' }), await visit({ path: '/shop' })] as const;
  const learning = await visit({ path: '/learning' });
  const operations = await visit({ path: '/operations' });
  const grace = await visit({ user: 'grace', path: '/shop', context: await browser.newContext() });
  for (const page of [...shop, grace]) await expect(page.getByTestId('message')).toHaveCount(1);
  await expect(learning.getByTestId('live')).toHaveText('Live');
  await expect(operations.getByTestId('operations-live')).toHaveText('Live');

  const pages = [...shop, learning, operations];
  const placesOfCards = (page: Page) =>
    page.locator('.card h2').evaluateAll((all) => all.map((title) => Math.round(title.getBoundingClientRect().top)));
  const places = await Promise.all(pages.map(placesOfCards));
  await network.cut();
  for (const page of pages) {
    await expect(page.getByText('No connection just now')).toBeVisible({ timeout: 15_000 });
  }
  // It says so without pushing away what one was reading.
  expect(await Promise.all(pages.map(placesOfCards))).toEqual(places);
  for (const page of shop) {
    await expect(page.getByTestId('order')).toHaveCount(4);
    await expect(page.getByTestId('new-order')).toBeDisabled();
  }
  await expect(learning.getByTestId('live')).toHaveText('Paused');
  await expect(learning.getByTestId('option-0')).toBeDisabled();
  await expect(operations.getByTestId('kill-orders')).toBeDisabled();
  for (const text of ['one', 'two', 'three']) {
    await say(grace, text);
    await expect(grace.getByTestId('message').last()).toContainText(text);
  }
  for (const page of shop) await expect(page.getByTestId('message')).toHaveCount(1);

  network.mend();
  for (const page of [...shop, learning, operations]) {
    await expect(page.getByText('No connection just now')).toBeHidden({ timeout: 30_000 });
  }
  for (const page of shop) {
    await expect(page.getByTestId('message').locator('p:last-child')).toHaveText([/Welcome/, 'one', 'two', 'three']);
  }
  await expect(learning.getByTestId('live')).toHaveText('Live');
  await expect(operations.getByTestId('operations-live')).toHaveText('Live');
  await operations.bringToFront();
  await operations.getByTestId('create-orders').click();
  await expect(operations.getByTestId('event')).toHaveCount(1);
});

test.describe('a load that fails', () => {
  // The socket reports each try to the page, as an error that nobody caught.
  test.use({ expectedErrors: /The demo failed/ });

  test('what can’t be loaded is said, and can be loaded again', async ({ visit, context }) => {
    await context.route(/\/api\/v1\/(?:learning|shop)$/, (route) =>
      route.fulfill({ status: 500, contentType: 'application/json', body: '{"message":"The demo failed"}' }),
    );
    const learning = await visit({ path: '/learning' });
    const shop = await visit({ path: '/shop' });
    for (const page of [learning, shop]) {
      await expect(page.getByText('It could not be loaded')).toBeVisible({ timeout: 20_000 });
      await expect(page.getByText('The demo failed')).toBeVisible();
    }
    // Once more in vain; later on they might have come by themselves, as the socket tries again.
    const again = learning.getByRole('button', { name: 'Load again' });
    await Promise.all([learning.waitForEvent('load'), again.click()]);
    await expect(again).toBeVisible({ timeout: 20_000 });
    await context.unroute(/\/api\/v1\/(?:learning|shop)$/);
    for (const page of [learning, shop]) await page.reload();
    await expect(learning.getByTestId('xp')).toHaveText('640', { timeout: 20_000 });
    await expect(shop.getByTestId('order')).toHaveCount(4, { timeout: 20_000 });
  });
});
