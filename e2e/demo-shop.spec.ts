/** The demo's Shop (C5): two shops, users with different modules; each tab has what its user may see, and only that. */
import type { Page } from '@playwright/test';
import { expect, test, tokenOf } from './support/demo.ts';
import { connect } from './support/wire.ts';

test.use({ demoEnv: { DEMO_PACE: '0', DEMO_SEED: '1' } });
// A server that bundles its pages, and up to four of them: more than half a minute on a busy machine.
test.describe.configure({ timeout: 90_000 });

const path = '/shop';
const orders = (page: Page) => page.getByTestId('order');
const payments = (page: Page) => page.getByTestId('transaction');
const messages = (page: Page) => page.getByTestId('message');

async function order(page: Page, product: string, quantity: number, customer: string): Promise<void> {
  await page.bringToFront();
  await page.getByTestId('new-order').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Product').selectOption(product);
  await dialog.getByLabel('Quantity').fill(String(quantity));
  await dialog.getByLabel('Customer').fill(customer);
  await page.getByTestId('place-order').click();
  await expect(dialog).toBeHidden();
}

test('an order, its payment and its way reach all tabs of the shop with the module, and no other', async ({
  visit,
}) => {
  const ada = [await visit({ path }), await visit({ path })] as const;
  const grace = await visit({ user: 'grace', path });
  const alan = await visit({ user: 'alan', path });
  for (const page of [...ada, grace, alan]) await expect(orders(page)).toHaveCount(4);
  // Grace has no transactions: she is told why there are none.
  await expect(grace.getByTestId('transactions')).toContainText('You don’t have the module');
  const paymentsBefore = await payments(ada[0]).count();

  await order(ada[0], 'novel', 2, 'Mia');
  for (const page of [...ada, grace]) {
    await expect(orders(page)).toHaveCount(5);
    await expect(orders(page).first()).toContainText('Mia');
    await expect(orders(page).first()).toContainText('€37.00');
  }
  for (const page of ada) {
    await expect(payments(page)).toHaveCount(paymentsBefore + 1);
    await expect(payments(page).first()).toHaveAttribute('data-status', 'approved');
  }
  // Above the limit of the card.
  await order(ada[1], 'atlas', 3, 'Omar');
  for (const page of ada) await expect(payments(page).first()).toHaveAttribute('data-status', 'failed');
  await payments(ada[0]).first().getByRole('button').click();
  for (const page of ada) await expect(payments(page)).toHaveCount(paymentsBefore + 3);

  await grace.bringToFront();
  await orders(grace).first().getByTestId('move-packed').click();
  for (const page of [...ada, grace]) await expect(orders(page).first()).toHaveAttribute('data-status', 'packed');
  await expect(payments(grace)).toHaveCount(0);

  // What Alan sees in the end is his shop's: his own order is the fifth.
  await order(alan, 'beans', 1, 'Wolfeschlegelsteinhausenbergerdorff von und zu Nirgendwo');
  await expect(orders(alan)).toHaveCount(5);
  await expect(orders(alan).first()).toContainText('Nirgendwo');
  // A name as long as that pushes no button out of the table.
  const table = alan.locator('.orders-table');
  expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  for (const page of [...ada, grace]) await expect(orders(page)).toHaveCount(6);
});

test('the chat is the shop’s own; a message appears once in every tab', async ({ visit }) => {
  const ada = await visit({ path });
  const grace = [await visit({ user: 'grace', path }), await visit({ user: 'grace', path })] as const;
  const alan = await visit({ user: 'alan', path });
  await grace[0].bringToFront();
  await grace[0].getByTestId('chat-text').fill('<b>Is anybody there?</b>');
  await grace[0].getByTestId('chat-text').press('Enter');
  for (const page of [ada, ...grace]) {
    await expect(messages(page)).toHaveCount(2);
    await expect(messages(page).last()).toContainText('<b>Is anybody there?</b>');
  }
  await expect(grace[0].getByTestId('chat-text')).toHaveValue('');
  await alan.bringToFront();
  await alan.getByTestId('chat-text').fill('Hill Coffee here');
  await alan.getByTestId('chat-text').press('Enter');
  await expect(messages(alan)).toHaveCount(2);
  await expect(messages(alan).last()).toContainText('Hill Coffee here');
  for (const page of [ada, ...grace]) await expect(messages(page)).toHaveCount(2);
});

test('whoever is of no shop, or lacks the module, is refused; nothing of it reaches them', async ({ visit, demo }) => {
  const linus = await visit({ user: 'linus', path });
  await expect(linus.getByText('Shop is not for Linus')).toBeVisible();
  const [stranger, grace] = await Promise.all([
    connect(demo, await tokenOf(demo, 'linus')),
    connect(demo, await tokenOf(demo, 'grace')),
  ]);
  try {
    const wish = { customer: 'x', items: [{ productId: 'novel', quantity: 1 }] };
    await expect(stranger.command('order:create', wish)).rejects.toThrow('forbidden');
    const { orderId } = (await grace.command('order:create', wish)) as { orderId: string };
    await expect(grace.command('order:pay', { orderId })).rejects.toThrow('forbidden');
    await expect(grace.command('order:create', { customer: 'x', items: [] })).rejects.toThrow('invalid_payload');
    await expect.poll(() => grace.heard('order_created')).toHaveLength(1);
    // What was sent before their answer has arrived before it.
    for (const client of [grace, stranger]) await client.command('subscribe:notifications', {});
    expect(grace.heard('transaction_approved')).toEqual([]);
    expect(stranger.heard('order_created')).toEqual([]);
  } finally {
    stranger.close();
    grace.close();
  }
});
