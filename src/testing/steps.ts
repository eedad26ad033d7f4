/** The steps of a schedule: what the world does to the system. Each is plain data, so that a schedule can be replayed. */
import type { SimTab } from './index.ts';
import type { Member, World } from './world.ts';

export interface Step {
  readonly do: string;
  /** Which of those that it can be done to. */
  readonly who: number;
  /** How much of it. */
  readonly much: number;
  /** Simulated milliseconds until the next step. */
  readonly wait: number;
}

interface Act {
  readonly weight: number;
  /** False: there was nothing to do it to. */
  run(world: World, step: Step): boolean;
}

const maxTabs = 6;

const alive = (world: World): Member[] => world.members.filter(({ tab }) => tab.page.state() !== 'dead');
const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
const browserOf = (world: World, { who }: Step) => pick(world.browsers, who);

function toTab(state: string | null, act: (world: World, tab: SimTab, step: Step) => void): Act['run'] {
  return (world, step) => {
    const member = pick(
      alive(world).filter(({ tab }) => state === null || tab.page.state() === state),
      step.who,
    );
    if (member) act(world, member.tab, step);
    return member !== undefined;
  };
}

const always =
  (act: (world: World, step: Step) => void): Act['run'] =>
  (world, step) => {
    act(world, step);
    return true;
  };

const toBrowser = (act: (browser: World['browsers'][number], step: Step, world: World) => void): Act['run'] =>
  always((world, step) => {
    const browser = browserOf(world, step);
    if (browser) act(browser, step, world);
  });

const userOf = (world: World, { who }: Step): string => pick(world.config.users, who) ?? '';
const groupOf = (tab: SimTab): string => `${tab.browser.name}/${tab.user}`;

export const acts: Readonly<Record<string, Act>> = {
  open: {
    weight: 6,
    run(world, step) {
      if (alive(world).length >= maxTabs) return false;
      const browser = browserOf(world, step);
      const user = userOf(world, { ...step, who: step.much });
      if (!browser) return false;
      // A new page is a new sign-in.
      world.signedOut.delete(`${browser.name}/${user}`);
      world.open(browser, user, step.much % 4 !== 0);
      return true;
    },
  },
  close: { weight: 4, run: toTab(null, ({ realm }, tab) => realm.closeTab(tab)) },
  crash: { weight: 3, run: toTab(null, ({ realm }, tab) => realm.crash(tab)) },
  hide: { weight: 4, run: toTab('running', ({ realm }, tab) => realm.hide(tab)) },
  show: { weight: 5, run: toTab('running', ({ realm }, tab) => realm.show(tab)) },
  freeze: { weight: 2, run: toTab('running', ({ realm }, tab) => realm.freeze(tab)) },
  freezeSilently: { weight: 1, run: toTab('running', ({ realm }, tab) => realm.freeze(tab, true)) },
  thaw: { weight: 3, run: toTab('frozen', ({ realm }, tab) => realm.thaw(tab)) },
  hang: { weight: 3, run: toTab('running', ({ realm }, tab) => realm.hang(tab)) },
  unhang: { weight: 3, run: toTab('hung', ({ realm }, tab) => realm.unhang(tab)) },
  away: { weight: 2, run: toTab('running', ({ realm }, tab) => realm.navigateAway(tab)) },
  awaySilently: { weight: 1, run: toTab('running', ({ realm }, tab) => realm.navigateAway(tab, true)) },
  back: { weight: 3, run: toTab('cached', ({ realm }, tab) => realm.navigateBack(tab)) },
  emitAll: { weight: 8, run: always((world) => void world.emit('all')) },
  emitUser: { weight: 8, run: always((world, step) => void world.emit({ user: userOf(world, step) })) },
  emitRoom: { weight: 3, run: always((world, { who }) => void world.emit({ room: who % 2 ? 'r1' : 'r2' })) },
  burst: {
    weight: 3,
    run: always((world, { much }) => {
      for (let count = 0; count < much; count += 1) void world.emit('all');
    }),
  },
  join: {
    weight: 1,
    run: always((world, step) => {
      const room = step.much % 2 ? 'r1' : 'r2';
      world.rooms.get(userOf(world, step))?.add(room);
      void world.realm.server.realtime()?.joinRoom(userOf(world, step), room);
    }),
  },
  leave: {
    weight: 1,
    run: always((world, step) => {
      const room = step.much % 2 ? 'r1' : 'r2';
      world.rooms.get(userOf(world, step))?.delete(room);
      void world.realm.server.realtime()?.leaveRoom(userOf(world, step), room);
    }),
  },
  command: {
    weight: 10,
    run(world, { who, much }) {
      const member = pick(
        alive(world).filter(({ tab }) => tab.page.state() === 'running'),
        who,
      );
      if (member) world.command(member, much % 3 === 0 ? much * 100 : 0, 500 + much * 200);
      return member !== undefined;
    },
  },
  cut: { weight: 2, run: toBrowser(({ network }) => network.cut()) },
  stall: { weight: 2, run: toBrowser(({ network }) => network.stall()) },
  refuse: { weight: 1, run: toBrowser(({ network }) => network.refuse(true)) },
  slow: { weight: 1, run: toBrowser(({ network }, { much }) => network.setLatency(much * 60)) },
  heal: { weight: 5, run: toBrowser(({ network }) => network.heal()) },
  stopServer: { weight: 1, run: always(({ realm }) => realm.server.stop()) },
  startServer: { weight: 4, run: always(({ realm }) => realm.server.start()) },
  resetLog: { weight: 1, run: always(({ realm }) => realm.server.resetLog()) },
  skipFrame: { weight: 2, run: always(({ realm }) => realm.server.hub()?.spoilNext('skip')) },
  repeatFrame: { weight: 1, run: always(({ realm }) => realm.server.hub()?.spoilNext('repeat')) },
  loseMessages: {
    weight: 2,
    run: toTab(null, (world, tab, { much }) => {
      tab.browser.bus.lose(tab.page, (much % 5) + 1);
      world.lostMessages.set(tab.browser, world.realm.now());
    }),
  },
  storeFails: { weight: 1, run: toBrowser(({ disk }) => disk.setMode('fails')) },
  storeHangs: { weight: 1, run: toBrowser(({ disk }) => disk.setMode('hangs')) },
  storeWorks: { weight: 2, run: toBrowser(({ disk }) => disk.setMode('works')) },
  disconnect: {
    weight: 1,
    run: toTab('running', (world, tab) => {
      for (const member of world.members) if (member.tab === tab) member.left = true;
      tab.socket.disconnect();
    }),
  },
  connect: {
    weight: 2,
    run: toTab('running', (world, tab) => {
      for (const member of world.members) if (member.tab === tab) member.left = false;
      world.signedOut.delete(groupOf(tab));
      tab.socket.connect();
    }),
  },
  signOut: {
    weight: 1,
    run: toTab('running', (world, tab) => {
      if (!tab.browser.has.storage || !tab.browser.has.channels || tab.socket.diagnostics().group === '') return;
      // A tab that has not joined yet joins the next sign-in.
      const all = alive(world).every(
        (other) => groupOf(other.tab) !== groupOf(tab) || other.tab.socket.diagnostics().group,
      );
      if (all) world.signedOut.set(groupOf(tab), { at: world.realm.now(), by: tab });
      void tab.socket.signOut();
    }),
  },
  clearStorage: { weight: 1, run: toBrowser(({ disk }) => disk.clear()) },
  auth: {
    weight: 2,
    run: toBrowser((browser, { much }, world) => {
      world.auth.set(browser, (['works', 'null', 'throws', 'hangs'] as const)[much % 4] ?? 'works');
    }),
  },
  authWorks: { weight: 3, run: toBrowser((browser, _, world) => void world.auth.set(browser, 'works')) },
  stepWall: { weight: 1, run: toBrowser((browser, { much }) => browser.stepWall((much - 15) * 240_000)) },
  crashAfterRun: {
    weight: 1,
    run: always((world) => {
      world.crashAfterRun = true;
    }),
  },
  wait: { weight: 4, run: always(() => {}) },
};

export const describeStep = (step: Step): string => `${step.do}(${step.who},${step.much}) +${step.wait}`;
