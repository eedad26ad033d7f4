/** A connection is in a bounded number of channels, and all tabs of a browser share it. */
import { expect, test } from 'vitest';
import type { EventChannel } from '../client/types.ts';
import { createRealm } from './realm.ts';

test('[P9] tabs that together want too many channels wait for room, and are not told "forbidden"', async () => {
  const realm = createRealm({ server: { channels: { logs: { filters: ['level'] } } } });
  const tabs = [realm.openTab(), realm.openTab()];
  const said: string[] = [];
  const [first = [], second = []] = tabs.map(({ socket }, nth) =>
    Array.from({ length: 20 }, (_, n): EventChannel => {
      const channel = socket.channel('logs', { level: `${nth}-${n}` });
      channel.onStatus((status) => said.push(status));
      return channel;
    }),
  );
  const joined = (channels: readonly EventChannel[]): number =>
    channels.filter(({ status }) => status === 'joined').length;
  await realm.run(2_000);
  expect([joined(first), joined(second)]).toEqual([20, 12]);
  tabs[0]?.browser.network.cut();
  await realm.run(10_000);
  expect(joined([...first, ...second])).toBe(32);
  for (const channel of first) channel.leave();
  await realm.run(20_000);
  expect(joined(second)).toBe(20);
  expect(said).not.toContain('forbidden');
});
