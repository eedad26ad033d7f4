/** Clocks that jump. */
import { expect, test } from 'vitest';
import { createRealm } from './index.ts';

test.each([-30, 30])('[P3] commands go on when the clock of the server steps by %i minutes', async (minutes) => {
  const realm = createRealm({ server: { serve: (realtime) => realtime.onCommand('add', () => 'done') } });
  const tab = realm.openTab();
  tab.socket.connect();
  await realm.settle();
  realm.server.stepWall(minutes * 60_000);
  const before = tab.socket.timeout(3_000).emitWithAck('add', {});
  await realm.run(3_000);
  // And for those who connect now.
  realm.cutNetwork();
  await realm.run(5_000);
  const after = tab.socket.timeout(3_000).emitWithAck('add', {});
  await realm.run(3_000);
  expect(await Promise.all([before, after])).toEqual(['done', 'done']);
});
