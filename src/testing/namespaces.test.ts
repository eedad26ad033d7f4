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

test('[P1] [P2] [P5] pages of two namespaces come right after schedules from fixed seeds', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const { violation } = await runNamespaces(seed, toSteps(seed, 60, namespacesActs));
    expect(violation && `seed ${seed}: ${violation.message}`).toBeNull();
  }
}, 60_000);
