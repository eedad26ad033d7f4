/** The demo, as a visitor uses it: three tabs, one connection, the leader closed, equal hashes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page } from '@playwright/test';
import { bundleForNode } from '../scripts/lib/bundle.mjs';

const test = base.extend<{ demo: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  demo: async ({}, use) => {
    const program = await bundleForNode('demo/server/main.ts');
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    let address: string | undefined;
    for await (const line of lines) {
      address = /http:\/\/\S+/.exec(line)?.[0];
      if (address) break;
    }
    if (!address) throw new Error('the demo did not say where it listens');
    await use(address.replace('localhost', '127.0.0.1'));
    child.kill('SIGKILL');
    await once(child, 'exit');
  },
});

async function visit(page: Page, address: string) {
  await page.goto(address);
  // Who signed in before is remembered for the browser; a first tab has to choose.
  const choice = page.getByTestId('sign-in-ada');
  await expect(choice.or(page.getByTestId('user'))).toBeVisible();
  if (await choice.isVisible()) await choice.click();
  await expect(page.getByTestId('role')).toBeVisible();
}

const roleOf = (page: Page) => page.locator('tr[data-own]').getAttribute('data-role');

/** Every tab that this one knows of is compared and equal. */
async function expectEqual(page: Page, tabs: number) {
  const cells = page.getByTestId('peer-equal');
  const verdicts = () => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('data-equal')));
  await expect.poll(verdicts, { timeout: 30_000 }).toEqual(Array(tabs).fill('true'));
}

test('[P1] [P2] [P5] the demo: three tabs on one connection, equal before and after the leader closes', async ({
  context,
  demo,
}) => {
  test.setTimeout(90_000);
  const errors: string[] = [];
  context.on('weberror', (event) => errors.push(String(event.error().stack)));
  const pages: Page[] = [];
  for (let i = 0; i < 3; i += 1) {
    const page = await context.newPage();
    await visit(page, demo);
    pages.push(page);
  }
  const [first, second, third] = pages as [Page, Page, Page];
  await expect(third.getByTestId('peer')).toHaveCount(3);
  await expect(third.getByTestId('server-connections')).toHaveText('1');
  expect((await Promise.all(pages.map(roleOf))).sort()).toEqual(['follower', 'follower', 'leader']);
  // Fast enough to fill blocks, as a visitor would set it.
  await third.locator('label[for=rate-50]').click();
  for (const page of pages) await expect(page.getByTestId('rate-50')).toBeChecked();
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
  expect(errors).toEqual([]);
});
