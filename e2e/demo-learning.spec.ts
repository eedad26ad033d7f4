/** The demo's Learning (C3, C4): what an exercise earns reaches every tab, and the leaderboard that a tab shows moves. */
import type { Page } from '@playwright/test';
import { expect, test, tokenOf } from './support/demo.ts';
import { connect } from './support/wire.ts';

// Nobody learns but who is tested; the names and points of the others are always the same.
test.use({ demoEnv: { DEMO_PACE: '0', DEMO_SEED: '1' } });
// A server that bundles its pages, and up to four of them: more than half a minute on a busy machine.
test.describe.configure({ timeout: 90_000 });

const path = '/learning';
const own = (page: Page) => page.locator('tr[data-own]');
const rows = (page: Page) => page.getByTestId('board-row');
const live = (page: Page) => page.getByTestId('live');

/** The first exercise: 30 XP, 5 coins, and at the first time an achievement of 20 XP. */
async function finishFirst(page: Page): Promise<void> {
  await page.bringToFront();
  await page.getByTestId('option-2').click();
  await expect(page.getByTestId('answer')).toHaveText('Right: 50 XP, 5 coins');
}

async function placeOf(page: Page): Promise<number> {
  return Number(await own(page).locator('td').first().textContent());
}

test('an exercise finished in one tab: XP, coins, achievement and place change in all, once', async ({ visit }) => {
  const pages = [await visit({ path }), await visit({ path }), await visit({ path })] as const;
  for (const page of pages) {
    await expect(page.getByTestId('xp')).toHaveText('640');
    await expect(live(page)).toHaveText('Live');
    await expect(own(page)).toBeVisible();
  }
  const before = await placeOf(pages[0]);
  await finishFirst(pages[1]);
  for (const page of pages) {
    await expect(page.getByTestId('xp')).toHaveText('690');
    await expect(page.getByTestId('coins')).toHaveText('35');
    await expect(page.getByTestId('achievement-first-steps')).toHaveAttribute('data-unlocked', 'true');
    const lines = page.getByTestId('rewards').locator('li');
    await expect(lines.filter({ hasText: 'XP for an exercise' })).toHaveCount(1);
    await expect(lines.filter({ hasText: 'First steps' })).toHaveCount(1);
    await expect.poll(() => placeOf(page)).toBeLessThan(before);
    // The own rank is taken from the list.
    await expect(page.getByTestId('own-rank')).toHaveText(String(await placeOf(page)));
  }
});

test('a promotion is told when the points reach the next rank', async ({ visit }) => {
  const [first, second] = [await visit({ user: 'alan', path }), await visit({ user: 'alan', path })] as const;
  await expect(second.getByTestId('rank')).toHaveText('Apprentice');
  await finishFirst(first);
  for (const page of [first, second]) {
    await expect(page.getByTestId('rank')).toHaveText('Scholar');
    await expect(page.getByTestId('rewards')).toContainText('Promoted to Scholar');
  }
});

test('only the board that a tab shows is updated in it; banner and time tell when', async ({ visit }) => {
  const onGlobal = await visit({ path });
  const onSchool = await visit({ path });
  await onSchool.getByTestId('board-school').click();
  await expect(rows(onGlobal)).toHaveCount(100);
  await expect.poll(() => rows(onSchool).count()).toBeLessThan(100);
  await expect(live(onSchool)).toHaveText('Live');
  const schoolBefore = await onSchool.getByTestId('board-time').textContent();

  // Alan is of another school: the global board changes, that of Ada's school does not.
  const alan = await visit({ user: 'alan', path });
  await expect(live(alan)).toHaveText('Live');
  await finishFirst(alan);
  await expect(onGlobal.getByTestId('updated')).toHaveText('Updated');
  await expect(onGlobal.getByTestId('updated')).toHaveText('', { timeout: 10_000 });
  await expect(rows(onGlobal).filter({ hasText: 'Alan Turing' })).toContainText('300');
  expect(await onSchool.getByTestId('board-time').textContent()).toBe(schoolBefore);
  await expect(onSchool.getByTestId('updated')).toHaveText('');

  // Back on the global one: it is loaded, and live again; type and period stay what was chosen.
  await onSchool.getByTestId('board-global').click();
  await onSchool.getByTestId('period-weekly').click();
  await expect(rows(onSchool).first()).toContainText('Alan Turing');
  await expect(live(onSchool)).toHaveText('Live');
  await finishFirst(onGlobal);
  // As many points this week, and more in all.
  await expect(rows(onSchool).first()).toContainText('Ada Lovelace');
  await expect(onSchool.locator('input:checked')).toHaveCount(2);
});

test('whoever is not among the first 100 has no rank on the list, until the points suffice', async ({ visit }) => {
  const page = await visit({ user: 'linus', path });
  await expect(live(page)).toHaveText('Live');
  await expect(page.getByTestId('own-rank')).toHaveText('over 100');
  for (const option of [2, 0, 1, 1, 1]) {
    await page.getByTestId(`option-${option}`).click();
    await expect(page.getByTestId('answer')).toContainText('Right');
    await page.getByTestId('next').click();
  }
  await expect(own(page)).toBeVisible();
  await expect.poll(async () => page.getByTestId('own-rank').textContent()).toBe(String(await placeOf(page)));
});

test('whoever joins by command hears the board on every connection, and no more once it is left', async ({
  visit,
  demo,
}) => {
  const grace = await connect(demo, await tokenOf(demo, 'grace'));
  try {
    const joined = await grace.command('join_leaderboard', { type: 'global' });
    expect(joined).toMatchObject({ type: 'global', period: 'all_time' });
    const page = await visit({ path });
    await finishFirst(page);
    await expect.poll(() => grace.heard('leaderboard:updated')).toHaveLength(1);
    expect(grace.heard('leaderboard:updated')[0]?.payload).toMatchObject({ leaderboard: { length: 100 } });
    const move = expect.objectContaining({ userId: 'ada' });
    const difference = { type: 'position_change', payload: { changes: expect.arrayContaining([move]) } };
    await expect.poll(() => grace.heard('position_change')).toEqual([expect.objectContaining(difference)]);
    expect(await grace.command('leave_leaderboard', { type: 'global' })).toEqual({ success: true });
    await page.getByTestId('next').click();
    await page.getByTestId('option-0').click();
    await expect(page.getByTestId('answer')).toContainText('Right');
    await expect(rows(page).filter({ hasText: 'Ada Lovelace' })).toContainText('760');
    // What was sent before its answer has arrived before it.
    await grace.command('leave_leaderboard', { type: 'school' });
    expect(grace.heard('leaderboard:updated')).toHaveLength(1);
  } finally {
    grace.close();
  }
});
