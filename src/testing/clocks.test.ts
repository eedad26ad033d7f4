/** Clocks that jump. */
import { expect, test } from 'vitest';
import { createRealm } from './realm.ts';

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

test.each([true, false])(
  '[P5] a leader that comes after the clock was set back is followed by a tab that heard a higher term (locks: %s)',
  async (locks) => {
    const realm = createRealm({ server: { sessions: 'replace' } });
    // Without storage nothing but the tabs knows the last term.
    const browser = realm.openBrowser({ storage: false, locks });
    const out = realm.openTab({ browser });
    out.socket.connect();
    await realm.run(2_000);
    realm.openTab({ browser: realm.openBrowser() }).socket.connect();
    await realm.run(2_000);
    expect(out.socket.status.connection).toBe('failed');
    browser.stepWall(-3_600_000);
    const next = realm.openTab({ browser });
    next.socket.connect();
    await realm.run(2_000);
    expect([out.socket.status.connection, next.socket.status.connection]).toEqual(['connected', 'connected']);
    expect(out.socket.status.term).toBe(next.socket.status.term);
  },
);

test('a timer of next to nothing lets time go on, as in a browser', async () => {
  const realm = createRealm();
  const { clock } = realm.openTab().page;
  await realm.run(0.1);
  let times = 0;
  const again = (): void => {
    times += 1;
    // What is left of a wait that began at a fraction of a millisecond.
    clock.after(1e-15, again);
  };
  again();
  await realm.run(10);
  expect(times).toBeLessThanOrEqual(11);
});
