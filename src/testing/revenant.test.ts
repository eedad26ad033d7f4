/** A page that hung while it was granted the lock, and was replaced, comes to. */
import { expect, test } from 'vitest';
import { createRealm, type SimTab } from './realm.ts';

test.each([1, 2, 3, 4, 5, 6])('[P5] it gives nothing away that another leads by now (seed %d)', async (seed) => {
  const realm = createRealm({ seed });
  const open = async (visible = true): Promise<SimTab> => {
    const tab = realm.openTab({ visible });
    tab.socket.connect();
    await realm.run(1_000);
    return tab;
  };
  const leader = await open();
  const hidden = await open(false);
  const others = [await open(), await open(), await open()];
  realm.hang(hidden);
  realm.closeTab(leader);
  await realm.run(12_000);
  const leading = (): string[] => others.flatMap(({ name, socket }) => (socket.status.role === 'leader' ? name : []));
  const before = leading();
  expect(before).toHaveLength(1);
  realm.unhang(hidden);
  await realm.run(10_000);
  expect(leading()).toEqual(before);
});
