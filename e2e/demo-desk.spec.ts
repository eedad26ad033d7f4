/** The Desk: what one may break, and what is seen then, with two to four tabs. */
import type { FrameLocator, Page } from '@playwright/test';
import { expect, test } from './support/demo.ts';

type View = Page | FrameLocator;
const ownRole = (view: View) => view.locator('tr[data-own]').getAttribute('data-role');
const counter = (view: View, name: string) => view.getByTestId(`counter-${name}`);
const isEqual = (view: View) =>
  view
    .getByTestId('peer-equal')
    .evaluateAll((cells) => cells.every((cell) => cell.getAttribute('data-equal') === 'true'));

const figureOf = async (page: Page, id: string) =>
  Number((await page.getByTestId(id).textContent())?.replaceAll(',', ''));

async function leaderOf(pages: readonly Page[]): Promise<Page> {
  for (const page of pages) if ((await ownRole(page)) === 'leader') return page;
  throw new Error('nobody leads');
}

/** Fast enough to fill blocks of hashes. */
async function hurry(page: Page): Promise<void> {
  await page.getByTestId('rate-50').click();
  await expect(page.getByRole('radio', { name: '50', exact: true })).toBeChecked();
}

test('[P2] [P5] the leader is crashed from another tab: one takes over, it comes back, all are equal', async ({
  visit,
}) => {
  test.setTimeout(90_000);
  const pages = [await visit(), await visit()] as const;
  await hurry(pages[1]);
  const leader = await leaderOf(pages);
  const other = pages.find((page) => page !== leader) ?? pages[1];
  await expect(other.getByTestId('peer')).toHaveCount(2);
  await other.bringToFront();
  await other.getByTestId('crash').click();
  await expect(other.getByTestId('role')).toHaveText('Leader');
  await expect(other.getByTestId('step-lead')).toHaveAttribute('data-done', 'true');
  // The page that crashed has loaded again, and follows.
  await expect(leader.getByTestId('role')).toHaveText('Follower');
  await expect.poll(() => isEqual(other), { timeout: 30_000 }).toBe(true);
  await expect(other.getByTestId('server-connections')).toHaveText('1');
});

test('[P1] [P5] a first visit: the guide’s own buttons do the three things, with the tabs to watch in sight', async ({
  visit,
  context,
}) => {
  test.setTimeout(90_000);
  const first = await visit();
  const roleCard = async (page: Page) => (await page.locator('.role-badge').boundingBox())?.height;
  const height = await roleCard(first);
  const [second] = await Promise.all([context.waitForEvent('page'), first.getByTestId('try-open').click()]);
  await expect(second.getByTestId('role')).toHaveText('Follower');
  await expect(first.getByTestId('step-open')).toHaveAttribute('data-done', 'true');
  // Nothing below moves when the role is another one.
  expect(await roleCard(second)).toBe(height);
  for (const id of ['try-crash', 'try-cut']) await expect(second.getByTestId(id)).toBeInViewport({ ratio: 1 });
  for (const row of await second.getByTestId('peer').all()) await expect(row).toBeInViewport();
  await second.getByTestId('try-crash').click();
  await expect(second.getByTestId('step-lead')).toHaveAttribute('data-done', 'true');
  await expect(second.getByTestId('role')).toHaveText('Leader');
  // Also in the one that was crashed, which saw nothing of it.
  await expect(first.getByTestId('role')).toHaveText('Follower');
  await expect(first.getByTestId('step-lead')).toHaveAttribute('data-done', 'true');
  await second.getByTestId('try-cut').click();
  await expect(second.getByTestId('step-cut')).toHaveAttribute('data-done', 'true', { timeout: 40_000 });
});

test('[P2] [P3] cut network, lost and repeated packets: healed from the log, nothing twice, in every tab', async ({
  visit,
}) => {
  test.setTimeout(120_000);
  const [first, second] = [await visit(), await visit()] as const;
  await hurry(second);
  await second.getByTestId('outage').click();
  await expect(second.getByTestId('connection-badge')).toHaveText(/Connecting|Waiting to retry/);
  await expect(first.getByTestId('server-connections')).toHaveText('0');
  await expect(second.getByTestId('step-cut')).toHaveAttribute('data-done', 'true', { timeout: 40_000 });
  // The shop went on meanwhile, though nobody else was there: 8 s at that rate are several hundred events.
  await expect.poll(() => figureOf(second, 'server-replayed')).toBeGreaterThan(200);
  await second.getByTestId('skip').click();
  const leader = await leaderOf([first, second]);
  await expect(counter(leader, 'healed')).not.toHaveText('0');
  await second.getByTestId('repeat').click();
  await expect(counter(leader, 'duplicates')).not.toHaveText('0');
  await second.getByTestId('command-lose').click();
  await expect(second.getByTestId('command-outcome')).toContainText('the server counted to 1', { timeout: 20_000 });
  for (const page of [first, second]) await expect(page.getByTestId('counter-value')).toHaveText('1');
  await second.getByTestId('command-refused').click();
  await expect(second.getByTestId('command-outcome')).toContainText('too_much');
  for (const page of [first, second]) {
    await expect.poll(() => isEqual(page), { timeout: 30_000 }).toBe(true);
    await expect(counter(page, 'refreshes')).toHaveText('0');
  }
});

test('a server that forgot its log is announced, and the shared state loads again', async ({ visit }) => {
  const pages = [await visit(), await visit()] as const;
  for (const page of pages) await expect(page.getByTestId('board-state')).toHaveText('fresh');
  await pages[1].getByTestId('reset-log').click();
  for (const page of pages) {
    await expect(page.getByTestId('journal')).toContainText('epoch_changed');
    await expect(page.getByTestId('board-state')).toHaveText('fresh');
  }
});

test('[P1] [P5] four panes: one connection, and another crown when the pane that leads is closed', async ({
  visit,
}) => {
  test.setTimeout(90_000);
  const page = await visit();
  await page.getByTestId('open-panes').click();
  const panes = [1, 2, 3, 4].map((index) => page.frameLocator(`[data-testid=pane-${index}]`));
  for (const pane of panes) await expect(pane.getByTestId('peer')).toHaveCount(4, { timeout: 30_000 });
  const roles = () => Promise.all(panes.map(ownRole));
  expect((await roles()).sort()).toEqual(['follower', 'follower', 'follower', 'leader']);
  for (const pane of panes) await expect(pane.getByTestId('server-connections')).toHaveText('1');
  const leading = (await roles()).indexOf('leader');
  await page.getByTestId(`pane-${leading + 1}-toggle`).click();
  await expect(page.getByText('This tab is closed')).toBeVisible();
  const rest = panes.filter((_, index) => index !== leading);
  const left = async () => (await Promise.all(rest.map(ownRole))).sort();
  await expect.poll(left, { timeout: 30_000 }).toEqual(['follower', 'follower', 'leader']);
  for (const pane of rest) await expect(pane.getByTestId('server-connections')).toHaveText('1');
});

test('the Desk of one tab shows the tabs on other pages; the inspector opens on it', async ({ visit }) => {
  const desk = await visit();
  const away = await visit({ path: '/notifications' });
  await expect(desk.getByTestId('peer')).toHaveCount(2);
  await desk.bringToFront();
  await desk.getByTestId('show-inspector').click();
  await expect(desk.locator('.inspector')).toContainText(/leader/i);
  await expect(desk.getByRole('heading', { name: 'Inspector', exact: true })).toBeInViewport();
  await desk.getByTestId('show-inspector').click();
  await expect(desk.locator('.inspector')).toBeHidden();
  await away.getByTestId('nav-desk').click();
  await expect(away.getByTestId('role')).toBeVisible();
  await away.goBack();
  await expect(away.getByRole('heading', { name: 'Notifications' })).toBeVisible();
});
