/** A page is signed out of all namespaces of a server at once, and begins nothing anew for a page that is late. */
import { expect, test } from 'vitest';
import { openBrowser } from './namespaces.fixture.ts';

const household = 'onesocket:1:["companion:https://server:/socket.io","u"]';

async function openPages() {
  const world = openBrowser();
  const { clock, openPage } = world;
  const [a, b] = [openPage(), openPage()];
  const sockets = [a.open('/'), a.open('/n')];
  await clock.settle();
  await a.serve();
  return { ...world, a, b, sockets };
}

test.each(['/', '/n'])('[P6] whichever namespace hears of it first (%s)', async (first) => {
  const { a, clock, hub, sockets } = await openPages();
  const group = hub.openBus(household + first, () => {});
  group.post({ v: 1, term: 0, from: 'another', type: 'sign-out' });
  await clock.settle();
  expect(sockets.map(({ status }) => status.connection)).toEqual(['signed-out', 'signed-out']);
  expect([a.live('/'), a.live('/n')]).toEqual([0, 0]);
});

test('[P6] also by a socket of it that is disconnected', async () => {
  const { a, clock, sockets } = await openPages();
  sockets[1]?.disconnect();
  await clock.settle();
  await sockets[1]?.signOut();
  await clock.settle();
  expect([sockets[0]?.status.connection, a.live('/')]).toEqual(['signed-out', 0]);
});

test('[P6] nothing is led for a page that has not heard yet, by one that has not either', async () => {
  const { a, b, clock, disk } = await openPages();
  // The mark is there; its event, and the messages, are still on their way.
  disk.writeNow(`${household}:mark`, 'another');
  b.open('/late');
  await clock.settle();
  expect([a.linksOf('/late').all.length, [...disk.kept.keys()].filter((key) => key.includes('/late'))]).toEqual([
    0,
    [],
  ]);
});
