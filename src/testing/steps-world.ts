/** What happens around the pages: events, the network, the server and its log, storage, clocks, the user's session. */
import { type Act, always, toBrowser, userOf } from './step.ts';

const room = (much: number): string => (much % 2 ? 'r1' : 'r2');

export const worldSteps: Readonly<Record<string, Act>> = {
  emitAll: { weight: 8, run: always((world) => void world.emit('all')) },
  emitUser: { weight: 8, run: always((world, step) => void world.emit({ user: userOf(world, step) })) },
  emitRoom: { weight: 3, run: always((world, { who }) => void world.emit({ room: room(who) })) },
  burst: {
    weight: 3,
    run: always((world, { much }) => {
      for (let count = 0; count < much; count += 1) void world.emit('all');
    }),
  },
  join: {
    weight: 1,
    run: always((world, step) => {
      world.rooms.get(userOf(world, step))?.add(room(step.much));
      void world.realm.server.realtime()?.joinRoom(userOf(world, step), room(step.much));
    }),
  },
  leave: {
    weight: 1,
    run: always((world, step) => {
      world.rooms.get(userOf(world, step))?.delete(room(step.much));
      void world.realm.server.realtime()?.leaveRoom(userOf(world, step), room(step.much));
    }),
  },
  cut: { weight: 2, run: toBrowser(({ network }) => network.cut()) },
  halfOpen: { weight: 1, run: toBrowser(({ network }) => network.halfOpen()) },
  stall: { weight: 2, run: toBrowser(({ network }) => network.stall()) },
  refuse: { weight: 1, run: toBrowser(({ network }) => network.refuse(true)) },
  slow: { weight: 1, run: toBrowser(({ network }, { much }) => network.setLatency(much * 60)) },
  heal: { weight: 5, run: toBrowser(({ network }) => network.heal()) },
  stopServer: { weight: 1, run: always(({ realm }) => realm.server.stop()) },
  startServer: { weight: 4, run: always(({ realm }) => realm.server.start()) },
  crashAfterRun: {
    weight: 1,
    run: always((world) => {
      world.crashAfterRun = true;
    }),
  },
  resetLog: { weight: 1, run: always(({ realm }) => realm.server.resetLog()) },
  restoreLog: { weight: 0.5, run: always(({ realm }, { much }) => void realm.server.restoreLog(much % 8)) },
  skipFrame: { weight: 2, run: always(({ realm }) => realm.server.hub()?.spoilNext('skip')) },
  repeatFrame: { weight: 1, run: always(({ realm }) => realm.server.hub()?.spoilNext('repeat')) },
  swapFrame: { weight: 1, run: always(({ realm }) => realm.server.hub()?.spoilNext('swap')) },
  storeFails: { weight: 1, run: toBrowser(({ disk }) => disk.setMode('fails')) },
  storeHangs: { weight: 1, run: toBrowser(({ disk }) => disk.setMode('hangs')) },
  storeSlow: { weight: 0.5, run: toBrowser(({ disk }) => disk.setMode('slow')) },
  storeDies: { weight: 0.5, run: toBrowser(({ disk }) => disk.kill()) },
  storeWorks: { weight: 2, run: toBrowser(({ disk }) => disk.setMode('works')) },
  clearStorage: {
    weight: 1,
    run: toBrowser(({ disk, name }, _, { replaced }) => {
      disk.clear();
      for (const group of replaced) if (group.startsWith(`${name}/`)) replaced.delete(group);
    }),
  },
  stepWall: { weight: 1, run: toBrowser((browser, { much }) => browser.stepWall((much - 15) * 240_000)) },
  stepServer: { weight: 0.5, run: always(({ realm }, { much }) => realm.server.stepWall((much - 15) * 120_000)) },
  auth: {
    weight: 2,
    run: toBrowser((browser, { much }, world) => {
      const mode = (['works', 'null', 'throws', 'hangs'] as const)[much % 4] ?? 'works';
      world.auth.set(browser, { mode, at: world.realm.now() });
    }),
  },
  authWorks: {
    weight: 3,
    run: toBrowser((browser, _, world) => void world.auth.set(browser, { mode: 'works', at: world.realm.now() })),
  },
  /** A good while in which all of it works: only then there is something to break. */
  calm: {
    weight: 4,
    run: always((world) => {
      world.realm.server.start();
      for (const browser of world.browsers) {
        browser.network.heal();
        browser.disk.setMode('works');
        const mode = world.auth.get(browser)?.mode ?? 'works';
        if (mode !== 'works') world.auth.set(browser, { mode: 'works', at: world.realm.now() });
      }
    }),
  },
  wait: { weight: 4, run: always(() => {}) },
};
