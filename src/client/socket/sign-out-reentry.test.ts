/** connect() by a handler that is told of the sign-out. */
import { expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

it.each([
  ['here', 'status'],
  ['here', 'disconnect'],
  ['there', 'status'],
  ['there', 'disconnect'],
] as const)('[P9] connect() counts: signed out %s, in a handler of %s', async (where, what) => {
  const page = openPage();
  const [here, there] = [page.open(), page.openElsewhere()];
  here.connect();
  await page.accept();
  there.connect();
  await page.clock.settle();
  if (what === 'status') here.onStatus(({ connection }) => void (connection === 'signed-out' && here.connect()));
  else here.on('disconnect', () => void here.connect());
  await (where === 'here' ? here : there).signOut();
  await page.accept();
  expect(here.status.connection).toBe('connected');
  expect(here.diagnostics().counters.handlerErrors).toBe(0);
});
