/** Pages that use different namespaces of one server: directed scenes, and schedules from fixed seeds. */
import { expect, test } from 'vitest';
import { runNamespaces } from './namespaces-schedule.ts';
import { namespacesActs } from './namespaces-steps.ts';
import { createRealm } from './realm.ts';
import { toSteps } from './schedules.fixture.ts';

test('[P5] a hidden page that is back at once finds its namespace led, by whichever word the leading page hears first', async () => {
  const connections: string[] = [];
  for (let seed = 1; seed <= 12; seed += 1) {
    const realm = createRealm({ seed, beside: {}, socket: { autoConnect: false } });
    realm.openTab().socket.connect();
    const tab = realm.openTab({ visible: false });
    const socket = tab.openBeside().connect();
    await realm.settle();
    realm.freeze(tab);
    realm.thaw(tab);
    await realm.run(10_000);
    connections.push(socket.status.connection);
  }
  expect(connections).toEqual(connections.map(() => 'connected'));
});

/** The page that leads for its other namespace gave up this one, and a page that wants it was not told. */
const givenUp: [number, [string, number, number, number][]][] = [
  [
    54664,
    [
      ['open', 7, 30, 21],
      ['open', 3, 4, 11],
      ['close', 3, 8, 19],
      ['freezeSilently', 10, 11, 98],
      ['refuse', 0, 3, 272],
      ['open', 7, 2, 6000],
    ],
  ],
  [
    3203,
    [
      ['open', 2, 0, 232],
      ['open', 8, 9, 321],
      ['open', 0, 21, 16],
      ['close', 6, 27, 0],
      ['away', 0, 23, 0],
      ['open', 10, 28, 0],
      ['refuse', 2, 3, 398],
      ['crash', 11, 21, 406],
      ['open', 5, 26, 89],
      ['open', 11, 27, 137],
      ['close', 9, 3, 0],
      ['open', 5, 3, 4],
      ['disconnect', 3, 3, 396],
    ],
  ],
];

test.each(givenUp)(
  '[P9] who asks for a namespace that was given up hears why, or it is tried again (seed %i)',
  async (seed, steps) => {
    const schedule = steps.map(([name, who, much, wait]) => ({ do: name, who, much, wait }));
    const { violation } = await runNamespaces(seed, schedule);
    expect(violation?.message).toBeUndefined();
  },
);

test('[P1] [P2] [P5] pages of two namespaces come right after schedules from fixed seeds', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const { violation } = await runNamespaces(seed, toSteps(seed, 120, namespacesActs));
    expect(violation && `seed ${seed}: ${violation.message}`).toBeNull();
  }
}, 60_000);
