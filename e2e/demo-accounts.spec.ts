/** Signing in to the demo (C9): several users, a token that is renewed, and a sign-out that ends all tabs. */
import { expect, test } from './support/demo.ts';

test('one chooses who to be; a second tab is the same user; sign-out ends both', async ({ context, demo, visit }) => {
  const first = await context.newPage();
  await first.goto(demo);
  await expect(first.getByTestId('sign-in')).toBeVisible();
  await first.getByTestId('sign-in-grace').click();
  await expect(first.getByTestId('connection-badge')).toHaveText('Leader');
  const second = await context.newPage();
  await second.goto(demo);
  await expect(second.getByTestId('user')).toHaveAccessibleName('Signed in as Grace Hopper');
  const panes = await context.newPage();
  await panes.goto(new URL('/panes', demo).href);
  await expect(panes.frameLocator('[data-testid=pane-1]').getByTestId('server-connections')).toHaveText('1');
  await panes.close();
  const stranger = await visit({ user: 'alan' });
  await expect(stranger.getByTestId('connection-badge')).toHaveText('Leader');

  await second.bringToFront();
  await second.getByTestId('user').click();
  await second.getByTestId('sign-out').click();
  for (const page of [first, second]) {
    await expect(page.getByTestId('sign-in')).toBeVisible();
    await expect(page.getByText('You are signed out, in all tabs.')).toBeVisible();
  }
  await expect(stranger.getByTestId('connection-badge')).toHaveText('Leader');
  await first.getByTestId('sign-in-ada').click();
  await expect(first.getByTestId('user')).toHaveAccessibleName('Signed in as Ada Lovelace');
});

test.describe('a token of a few seconds', () => {
  test.use({ demoEnv: { TOKEN_LIFE_MS: '6000' } });

  test('[P6] is renewed before it ends: the count goes up, the connection stays', async ({ visit }) => {
    const leader = await visit();
    const follower = await visit();
    const id = () => leader.getByTestId('socket-id').textContent();
    await leader.bringToFront();
    await leader.getByTestId('user').click();
    const before = await id();
    expect(before).not.toBe('–');
    await expect(leader.getByTestId('token-life')).toContainText('Token ends in');
    await expect
      .poll(async () => Number(await leader.getByTestId('token-life').getAttribute('data-count')), { timeout: 30_000 })
      .toBeGreaterThan(3);
    expect(await id()).toBe(before);
    await expect(follower.getByTestId('connection-badge')).toHaveText('Follower');
    await leader.keyboard.press('Escape');
    await expect(leader.getByTestId('user')).toBeFocused();
  });
});

test('a made-up address, and a user who is not there, are told so', async ({ demo, visit }) => {
  const page = await visit({ path: '/nowhere' });
  await expect(page.getByText('There is no such page')).toBeVisible();
  const body = JSON.stringify({ user: 'mallory' });
  const answer = await fetch(`${demo}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(400);
});
