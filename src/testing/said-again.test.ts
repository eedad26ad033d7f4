/** What a tab said is said again on the channel, as any code of the origin may do. */
import { expect, test } from 'vitest';
import { createRealm } from './realm.ts';

async function openTwo() {
  const realm = createRealm();
  const { socket, browser } = realm.openTab();
  socket.connect();
  await realm.settle();
  const follower = realm.openTab({ browser }).socket;
  const heard: unknown[] = [];
  follower.on('tick', (n) => heard.push(n));
  for (const name of ['connect', 'disconnect']) follower.on(name, () => heard.push(name));
  follower.connect();
  await realm.settle();
  return {
    realm,
    browser,
    heard,
    async sayAgain() {
      const channel = socket.diagnostics().group;
      for (const message of [...browser.bus.lately(channel)]) browser.bus.replay(channel, message);
      await realm.run(30_000);
    },
  };
}

test('[P2] a post of two lost logs that is said again brings no event twice', async () => {
  const { realm, heard, sayAgain } = await openTwo();
  realm.server.resetLog();
  realm.server.resetLog();
  await realm.settle();
  for (const n of [1, 2]) {
    realm.server.to('all').emit('tick', n);
    await realm.settle();
  }
  await sayAgain();
  expect(heard).toEqual(['connect', 1, 2]);
});

test('[P2] a room that was left and joined again brings no event twice when the leaving is said again', async () => {
  const { realm, heard, sayAgain } = await openTwo();
  const realtime = realm.server.realtime();
  await realtime?.joinRoom('user', 'r');
  await realm.settle();
  await realtime?.leaveRoom('user', 'r');
  await realm.settle();
  await realtime?.joinRoom('user', 'r');
  await realm.settle();
  for (const n of [1, 2]) {
    realm.server.to({ room: 'r' }).emit('tick', n);
    await realm.settle();
  }
  await sayAgain();
  realm.server.to({ room: 'r' }).emit('tick', 3);
  await realm.settle();
  expect(heard).toEqual(['connect', 1, 2, 3]);
});

test('[P9] a connection that was lost and is back is shown so, whatever is said again of it', async () => {
  const { realm, browser, heard, sayAgain } = await openTwo();
  browser.network.cut();
  await realm.run(10_000);
  browser.network.heal();
  await realm.run(10_000);
  await sayAgain();
  expect(heard).toEqual(['connect', 'disconnect', 'connect']);
});
