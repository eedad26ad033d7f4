/** The demo's notifications (C1, C2): stored, then sent; read in one tab, read in all; the same by REST. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo.ts';

interface Inbox {
  readonly state: {
    readonly notifications: readonly { readonly id: string; readonly title: string; readonly read: boolean }[];
    readonly unreadCount: number;
  };
}
const base = '/api/v1/notifications';
const items = (page: Page) => page.getByTestId('notification');
const itemOf = (page: Page, title: string) => items(page).filter({ hasText: title });

async function send(page: Page, title: string, to: string): Promise<void> {
  await page.bringToFront();
  await page.getByTestId('send').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To').selectOption(to);
  await dialog.getByLabel('Title').fill(title);
  await dialog.getByLabel('Message').fill(`About ${title}`);
  await page.getByTestId('send-submit').click();
  await expect(dialog).toBeHidden();
}

test('the store has what came before the first sign-in; read, deleted and all read in one tab is so in all', async ({
  visit,
}) => {
  const first = await visit({ path: '/notifications' });
  const second = await visit({ path: '/notifications' });
  const desk = await visit();
  for (const page of [first, second]) await expect(items(page)).toHaveCount(3);
  await expect(desk.getByTestId('unread')).toHaveText('3');

  await itemOf(first, 'This was waiting').getByTestId('mark-read').click();
  await expect(itemOf(second, 'This was waiting')).toHaveAttribute('data-read', 'true');
  for (const page of [first, second, desk]) await expect(page.getByTestId('unread')).toHaveText('2');

  await itemOf(second, 'Read in one tab').getByTestId('delete').click();
  for (const page of [first, second]) await expect(items(page)).toHaveCount(2);
  await expect(desk.getByTestId('unread')).toHaveText('1');

  await desk.getByTestId('bell').click();
  await desk.getByRole('button', { name: 'Mark all as read' }).click();
  for (const page of [first, second, desk]) await expect(page.getByTestId('unread')).toBeHidden();
  await first.getByTestId('filter-unread').click();
  await expect(first.getByText('Nothing matches')).toBeVisible();
});

test('one tab sends, all of that user’s show it; who is away finds it later, and nobody else does', async ({
  visit,
  ask,
}) => {
  const ada = [await visit({ path: '/notifications' }), await visit({ path: '/notifications' })] as const;
  const grace = await visit({ user: 'grace', path: '/notifications' });
  await expect(items(grace)).toHaveCount(3);
  await send(ada[1], 'For Ada', 'ada');
  for (const page of ada) await expect(items(page).first()).toContainText('For Ada');
  await send(ada[0], 'For Alan', 'alan');
  const away = await ask<Inbox>('alan', 'GET', `${base}?unreadOnly=true`);
  expect(away.state.notifications[0]).toMatchObject({ title: 'For Alan', read: false });
  expect(away.state.unreadCount).toBe(4);
  const alan = await visit({ user: 'alan', path: '/notifications' });
  await expect(items(alan).first()).toContainText('For Alan');
  await expect(items(grace)).toHaveCount(3);
});

test('what is changed by REST reaches the open tabs; strangers get 401', async ({ visit, ask, demo }) => {
  const pages = [await visit({ path: '/notifications' }), await visit({ path: '/notifications' })] as const;
  const { state } = await ask<Inbox>('ada', 'GET', base);
  const [first, second] = state.notifications;
  await ask('ada', 'POST', `${base}/${first?.id}/read`);
  for (const page of pages) await expect(page.getByTestId('unread')).toHaveText('2');
  await ask('ada', 'DELETE', `${base}/${second?.id}`);
  for (const page of pages) await expect(items(page)).toHaveCount(2);
  expect(await ask('ada', 'GET', `${base}/unread/count`)).toEqual({ unreadCount: 1 });
  expect(await ask('ada', 'POST', `${base}/read-all`)).toEqual({ count: 1 });
  for (const page of pages) await expect(page.getByTestId('unread')).toBeHidden();

  for (const authorization of ['', 'Bearer forged']) {
    const response = await fetch(`${demo}${base}`, { headers: { authorization } });
    expect(response.status).toBe(401);
  }
});

test.describe('at most so many', () => {
  test.use({ demoEnv: { MAX_NOTIFICATIONS_PER_USER: '4' } });

  test('the oldest make room, in every tab', async ({ visit, ask }) => {
    const pages = [await visit({ path: '/notifications' }), await visit({ path: '/notifications' })] as const;
    await send(pages[0], 'Fourth', 'ada');
    await send(pages[0], 'Fifth', 'ada');
    for (const page of pages) {
      await expect(items(page).first()).toContainText('Fifth');
      await expect(items(page)).toHaveCount(4);
      await expect(itemOf(page, 'This was waiting')).toHaveCount(0);
    }
    expect((await ask<Inbox>('ada', 'GET', base)).state.notifications).toHaveLength(4);
  });
});

test('without a connection REST does it, and the tabs agree when it is back', async ({ visit }) => {
  const page = await visit({ path: '/notifications' });
  const other = await visit({ path: '/notifications' });
  await expect(items(page)).toHaveCount(3);
  await page.bringToFront();
  await page.getByTestId('nav-desk').click();
  // Out of the group, as a tab is whose connection its owner ended.
  await page.getByTestId('toggle-connect').click();
  await page.getByTestId('nav-bell').click();
  await expect(page.getByText('goes by REST meanwhile')).toBeVisible();
  await itemOf(page, 'This was waiting').getByTestId('delete').click();
  await expect(items(other)).toHaveCount(2);
  await page.getByTestId('nav-desk').click();
  await page.getByTestId('toggle-connect').click();
  await page.getByTestId('nav-bell').click();
  await expect(items(page)).toHaveCount(2);
});

test('[P8] markup in a payload is text on every page', async ({ visit }) => {
  const pages = [await visit({ path: '/notifications' }), await visit({ path: '/notifications' })] as const;
  const markup = '<img src=none onerror="globalThis.hurt = true"><b>bold</b>';
  await send(pages[0], markup, 'ada');
  for (const page of pages) {
    await expect(items(page).first()).toContainText(markup);
    await expect(page.locator('img[src=none], [data-testid=notification] b')).toHaveCount(0);
    expect(await page.evaluate(() => 'hurt' in globalThis)).toBe(false);
  }
});
