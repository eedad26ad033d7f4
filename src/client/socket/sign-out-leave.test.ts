import { expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

it.each([true, false])(
  '[P9] disconnect() by the handler of a sign-out holds, after a connect() by another (named user: %s)',
  async (named) => {
    const page = openPage({ auth: () => ({ token: 'x' }) });
    const socket = page.open(named ? {} : { user: undefined as unknown as string });
    socket.connect();
    await page.accept();
    socket.on('disconnect', () => void socket.connect());
    socket.onStatus(({ connection }) => void (connection === 'signed-out' && socket.disconnect()));
    await socket.signOut();
    await page.clock.advance(30_000);
    const live = page.links.all.filter(({ closed }) => !closed).length;
    expect([socket.status.connection, live]).toEqual(['closed', 0]);
  },
);

it('[P7] status handlers that undo each other do not hang the page', async () => {
  const page = openPage();
  const socket = page.open();
  socket.connect();
  await page.accept();
  let runs = 0;
  socket.onStatus(({ connection }) => {
    runs += 1;
    if (runs > 100_000) return;
    if (connection === 'closed') socket.connect();
    else if (connection === 'connecting') socket.disconnect();
  });
  socket.disconnect();
  expect(runs).toBeLessThan(100_000);
});
