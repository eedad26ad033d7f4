/** The demo, as a visitor uses it: three tabs, one connection, the leader closed, equal hashes. */
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo.ts';

const roleOf = (page: Page) => page.locator('tr[data-own]').getAttribute('data-role');

/** Every tab that this one knows of is compared and equal. */
async function expectEqual(page: Page, tabs: number) {
  const cells = page.getByTestId('peer-equal');
  const verdicts = () => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-equal')));
  await expect.poll(verdicts, { timeout: 30_000 }).toEqual(Array(tabs).fill('true'));
}

test('[P1] [P2] [P5] the demo: three tabs on one connection, equal before and after the leader closes', async ({
  visit,
}) => {
  test.setTimeout(90_000);
  const pages = [await visit(), await visit(), await visit()];
  const [first, second, third] = pages as [Page, Page, Page];
  await expect(third.getByTestId('peer')).toHaveCount(3);
  await expect(third.getByTestId('server-connections')).toHaveText('1');
  expect((await Promise.all(pages.map(roleOf))).sort()).toEqual(['follower', 'follower', 'leader']);
  // Fast enough to fill blocks, as a visitor would set it.
  await third.getByTestId('rate-50').click();
  for (const page of pages) await expect(page.getByRole('radio', { name: '50', exact: true })).toBeChecked();
  await expectEqual(third, 3);

  const leader = (await roleOf(first)) === 'leader' ? first : (await roleOf(second)) === 'leader' ? second : third;
  await leader.close();
  const rest = pages.filter((page) => page !== leader) as [Page, Page];
  await expect.poll(async () => (await Promise.all(rest.map(roleOf))).sort()).toEqual(['follower', 'leader']);
  for (const page of rest) {
    await expect(page.getByTestId('peer')).toHaveCount(2, { timeout: 30_000 });
    await expectEqual(page, 2);
    await expect(page.getByTestId('server-connections')).toHaveText('1');
  }
});
