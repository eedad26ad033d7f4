import { expect, it } from 'vitest';
import { openPage } from '../socket/facade.fixture.ts';
import { opened } from './memory.fixture.ts';

it('[P4] a place that one leader moved back (cursor_ahead) is not brought forward again by its older record', async () => {
  const page = openPage();
  const socket = page.open();
  socket.onRefresh(() => {});
  socket.connect();
  await page.accept({ streams: { 'user:u': { epoch: 'e', id: 100 } } });
  await page.clock.advance(1_000); // the record in IndexedDB: 100
  await page.packet('full_refresh', { stream: 'user:u', epoch: 'e', id: 40, reason: 'cursor_ahead' });
  page.page.tell('left'); // within 50 ms: its copy says 40
  await page.clock.advance(1_000);
  const next = page.openElsewhere();
  next.connect();
  await page.clock.settle();
  expect(page.links.last().auth).toMatchObject({ cursors: { 'user:u': { epoch: 'e', id: 40 } } });
});

it('[P2] a stream that a leader left at its last moment is not joined again from its older record', async () => {
  const { store, memory } = opened();
  store.kept.set('g/:saved', { term: 5, cursors: { s: { epoch: 'e', id: 1 }, 'channel:c': { epoch: 'e', id: 1 } } });
  store.now.set('g/:saved', JSON.stringify({ term: 5, cursors: { s: { epoch: 'e', id: 2 } } }));
  expect((await memory.read()).saved?.cursors).toEqual({ s: { epoch: 'e', id: 2 } });
});
