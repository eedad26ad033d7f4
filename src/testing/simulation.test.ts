/** Directed scenes in the simulated world, and schedules from fixed seeds. `npm run simulate` runs many more. */
import { describe, expect, test } from 'vitest';
import { toConfig } from './config.ts';
import { createRealm, type Realm, type SimTab } from './realm.ts';
import { runSchedule } from './schedule.ts';
import { toSteps } from './schedules.fixture.ts';

function ids(tab: SimTab): number[] {
  const seen: number[] = [];
  tab.socket.onEvent('tick', ({ id }) => seen.push(id));
  return seen;
}

const roles = (...tabs: SimTab[]): string[] =>
  tabs.map(({ socket }) => `${socket.status.role}/${socket.status.connection}`);
const accepted = (realm: Realm): readonly string[] => (realm.server.hub()?.accepted() ?? []).map(({ page }) => page);

async function openTwo(realm: Realm): Promise<[SimTab, SimTab]> {
  const first = realm.openTab();
  first.socket.connect();
  await realm.settle();
  const second = realm.openTab();
  second.socket.connect();
  await realm.settle();
  return [first, second];
}

describe('simulated browser', () => {
  test('[P1] tabs share one connection, and a hung leader loses it to the next one at once', async () => {
    const realm = createRealm();
    const [first, second] = await openTwo(realm);
    expect(accepted(realm)).toEqual([first.name]);
    realm.hang(first);
    await realm.run(5_500);
    expect(roles(second)).toEqual(['leader/connected']);
    expect(accepted(realm)).toEqual([second.name]);
    realm.unhang(first);
    await realm.settle();
    expect(roles(first, second)).toEqual(['follower/connected', 'leader/connected']);
    expect(accepted(realm)).toEqual([second.name]);
  });

  test('[P2] a frame that is lost on the way is filled from the log, in order, in every tab', async () => {
    const realm = createRealm();
    const first = realm.openTab();
    const second = realm.openTab();
    const seen = [ids(first), ids(second)];
    await realm.settle();
    await realm.server.to('all').emit('tick', 1);
    await realm.settle();
    realm.server.hub()?.spoilNext('skip');
    await realm.server.to('all').emit('tick', 2);
    await realm.run(50);
    await realm.server.to('all').emit('tick', 3);
    await realm.settle();
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('a channel message is lost when it would come, however long before that was bound to happen', async () => {
    const realm = createRealm();
    const [, follower] = await openTwo(realm);
    const { bus } = follower.browser;
    bus.lose(follower.page, 1);
    const boundAt = bus.lostAt();
    realm.hang(follower);
    await realm.run(20_000);
    realm.openTab().socket.connect();
    await realm.run(1_000);
    realm.unhang(follower);
    await realm.run(1_000);
    const lostAt = bus.lostAt();
    expect(lostAt).toBeGreaterThan(boundAt + 20_000);
    // All is healed: nothing more will be lost, and nothing was.
    bus.lose(follower.page, 0);
    expect(bus.lostAt()).toBe(lostAt);
  });

  test('[P3] a command whose leader crashes before the answer runs once and has its result', async () => {
    let runs = 0;
    const realm = createRealm({
      server: {
        serve(realtime, clock) {
          realtime.onCommand('add', async () => {
            runs += 1;
            await new Promise<void>((resolve) => void clock.after(300, resolve));
            return 'done';
          });
        },
      },
    });
    const [first, second] = await openTwo(realm);
    const outcome = second.socket.timeout(5_000).emitWithAck('add', {});
    await realm.run(100);
    realm.crash(first);
    await realm.run(2_000);
    expect([await outcome, runs]).toEqual(['done', 1]);
  });

  test('[P4] after all tabs closed the next one gets what came since', async () => {
    const realm = createRealm();
    const first = realm.openTab();
    const before = ids(first);
    await realm.settle();
    await realm.server.to('all').emit('tick', 1);
    await realm.settle();
    realm.closeTab(first);
    await realm.run(500);
    await realm.server.to('all').emit('tick', 2);
    const after = ids(realm.openTab());
    await realm.settle();
    expect([before, after]).toEqual([[1], [2]]);
  });

  test.each(['crash', 'closeTab', 'navigateAway', 'freeze'] as const)(
    '[P5] %s of the leader: the next one leads at once',
    async (how) => {
      const realm = createRealm();
      const [first, second] = await openTwo(realm);
      realm[how](first);
      await realm.run(400);
      expect(roles(second)).toEqual(['leader/connected']);
    },
  );

  test.each(['freeze', 'navigateAway'] as const)(
    '[P5] %s without an event: taken over within the timeout',
    async (how) => {
      const realm = createRealm();
      const [first, second] = await openTwo(realm);
      realm[how](first, true);
      await realm.run(5_500);
      expect(roles(second)).toEqual(['leader/connected']);
      if (how === 'freeze') realm.thaw(first);
      else realm.navigateBack(first);
      await realm.run(2_000);
      expect(accepted(realm)).toEqual([second.name]);
    },
  );

  test('[P5] a dead network is no reason to take over', async () => {
    const steals: string[] = [];
    const realm = createRealm({ onSteal: (by) => steals.push(by.name) });
    const [first] = await openTwo(realm);
    realm.stallNetwork(first.browser);
    await realm.run(20_000);
    realm.healNetwork(first.browser);
    await realm.run(10_000);
    expect([steals, roles(first)]).toEqual([[], ['leader/connected']]);
  });

  test('[P6] a sign-out ends all tabs and leaves nothing but its mark', async () => {
    const realm = createRealm();
    const [first, second] = await openTwo(realm);
    await realm.server.to('all').emit('tick', 1);
    await realm.settle();
    void second.socket.signOut();
    await realm.run(500);
    expect(roles(first, second)).toEqual(['none/signed-out', 'none/signed-out']);
    expect(accepted(realm)).toEqual([]);
    expect(first.browser.disk.contents().filter(([key]) => !key.endsWith(':mark'))).toEqual([]);
  });

  test('[P7] a handler that throws costs nobody an event', async () => {
    const realm = createRealm();
    const tab = realm.openTab();
    tab.socket.on('tick', () => {
      throw new Error('on purpose');
    });
    const seen = ids(tab);
    await realm.settle();
    await realm.server.to('all').emit('tick', 1);
    await realm.server.to('all').emit('tick', 2);
    await realm.settle();
    expect([seen, tab.page.errors.length]).toEqual([[1, 2], 2]);
  });

  test.each([
    ['locks', 'leader/connected,follower/connected', 1],
    ['channels', 'solo/connected,solo/connected', 2],
    ['storage', 'leader/connected,follower/connected', 1],
  ] as const)('[P10] without %s the tabs still get everything', async (missing, expected, connections) => {
    const realm = createRealm();
    const browser = realm.openBrowser({ [missing]: false });
    const first = realm.openTab({ browser });
    const seen = [ids(first)];
    await realm.run(2_000);
    const second = realm.openTab({ browser });
    seen.push(ids(second));
    await realm.run(2_000);
    await realm.server.to('all').emit('tick', 1);
    await realm.settle();
    expect(roles(first, second).join()).toBe(expected);
    expect([seen, accepted(realm).length]).toEqual([[[1], [1]], connections]);
  });
});

describe('schedules', () => {
  test('the same seed gives the same run, to the last task', async () => {
    const run = () => runSchedule(toConfig(7), toSteps(7, 80), true);
    const [first, second] = [await run(), await run()];
    expect(second.trace).toEqual(first.trace);
    expect([second.tasks, second.received]).toEqual([first.tasks, first.received]);
  });

  test.each([101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112])(
    '[P2] schedule %i keeps every promise',
    async (seed) => {
      const { violation } = await runSchedule(toConfig(seed), toSteps(seed, 100));
      expect(violation?.message).toBeUndefined();
    },
  );
});
