/** No violation that axe knows of, whatever its impact: every page in both colour schemes, with menu and dialog open. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/demo.ts';

async function expectClean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map(({ html }) => html) }));
  expect(told, where).toEqual([]);
}

/** Ada sees them all. */
async function addresses(page: Page): Promise<readonly string[]> {
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  return links.evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
}

/** What is loaded, is shown. */
async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('every page, the bell, the menu and a dialog', async ({ visit }) => {
      test.setTimeout(240_000);
      const page = await visit();
      for (const path of await addresses(page)) {
        await page.locator(`nav a[href^="${path}?"]`).click();
        await settle(page);
        await expectClean(page, path);
      }
      await page.getByTestId('nav-bell').click();
      await page.getByTestId('bell').click();
      await settle(page);
      await expectClean(page, 'the bell, open');
      await page.keyboard.press('Escape');
      await page.getByTestId('user').click();
      await settle(page);
      await expectClean(page, 'the menu, open');
      await page.keyboard.press('Escape');
      await page.getByTestId('send').click();
      await settle(page);
      await expectClean(page, 'a dialog, open');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(page.getByTestId('send')).toBeFocused();
    });

    test('the sign-in, the four panes and the inspector', async ({ context, demo, visit }) => {
      test.setTimeout(240_000);
      const page = await context.newPage();
      await page.goto(demo);
      await expect(page.getByTestId('sign-in')).toBeVisible();
      await expectClean(page, 'sign-in');
      await page.goto(`${demo}/panes?as=ada`);
      await expect(page.frameLocator('[data-testid=pane-4]').getByTestId('peer')).toHaveCount(4, { timeout: 30_000 });
      await expectClean(page, '/panes');
      await page.close();
      const desk = await visit();
      await desk.getByTestId('show-inspector').click();
      await expect(desk.locator('.inspector')).toContainText(/leader/i);
      await expectClean(desk, 'the inspector, open');
    });
  });
}

test('by the keyboard alone: past the navigation, into the menu, through it, and back to its button', async ({
  visit,
}) => {
  const page = await visit();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('show-guide')).toBeFocused();
  await page.getByTestId('user').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('theme-auto')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByTestId('theme-dark')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('user')).toBeFocused();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByTestId('nav-bell').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Notifications' })).toBeVisible();
});
