/** What happens to pages that use one namespace of a server, the other, or both. */
import { auths, type NamespacesWorld, refusals, type Space, type Use } from './namespaces.ts';
import type { SimTab } from './realm.ts';
import { type Act, pick, type Step } from './step.ts';

type NamespacesAct = Omit<Act, 'run'> & { run(world: NamespacesWorld, step: Step): unknown };

const maxPages = 4;

const alivePages = (world: NamespacesWorld): SimTab[] => world.pages.filter(({ page }) => page.state() !== 'dead');
const toPage =
  (state: string | null, act: (world: NamespacesWorld, page: SimTab, step: Step) => unknown): NamespacesAct['run'] =>
  (world, step) => {
    const page = pick(
      alivePages(world).filter((each) => state === null || each.page.state() === state),
      step.who,
    );
    return page !== undefined && act(world, page, step) !== false;
  };
const toUse = (act: (world: NamespacesWorld, use: Use, step: Step) => unknown): NamespacesAct['run'] =>
  toPage('running', (world, page, step) => {
    const use = world.uses.filter((each) => each.page === page)[step.much % 2];
    return use !== undefined && act(world, use, step) !== false;
  });
const toSpace = (world: NamespacesWorld, { who }: Step): Space => world.spaces[who % 2 ? 1 : 0];

export function allWork({ uses }: NamespacesWorld): void {
  for (const use of uses) use.auth = 'works';
}

export function startServer({ spaces }: NamespacesWorld): void {
  for (const space of spaces) space.server()?.start();
}

export async function emitTo({ ledger, name, server }: Space): Promise<void> {
  const number = ledger.nextNumber();
  await server()?.realtime()?.to('all').emit('tick', { number, space: name });
}

export const namespacesActs: Readonly<Record<string, NamespacesAct>> = {
  open: {
    weight: 6,
    run(world, { much }) {
      if (alivePages(world).length >= maxPages) return false;
      const [main, beside] = world.spaces;
      world.open(much % 4 !== 0, [[main, beside], [main], [beside]][much % 3] ?? []);
      return true;
    },
  },
  close: { weight: 3, run: toPage(null, ({ realm }, page) => realm.closeTab(page)) },
  crash: { weight: 2, run: toPage(null, ({ realm }, page) => realm.crash(page)) },
  hide: { weight: 3, run: toPage('running', ({ realm }, page) => realm.hide(page)) },
  show: { weight: 4, run: toPage('running', ({ realm }, page) => realm.show(page)) },
  freeze: { weight: 2, run: toPage('running', ({ realm }, page) => realm.freeze(page)) },
  freezeSilently: { weight: 1, run: toPage('running', ({ realm }, page) => realm.freeze(page, true)) },
  thaw: { weight: 3, run: toPage('frozen', ({ realm }, page) => realm.thaw(page)) },
  hang: { weight: 2, run: toPage('running', ({ realm }, page) => realm.hang(page)) },
  unhang: { weight: 3, run: toPage('hung', ({ realm }, page) => realm.unhang(page)) },
  away: { weight: 2, run: toPage('running', ({ realm }, page) => realm.navigateAway(page)) },
  awaySilently: { weight: 1, run: toPage('running', ({ realm }, page) => realm.navigateAway(page, true)) },
  back: { weight: 3, run: toPage('cached', ({ realm }, page) => realm.navigateBack(page)) },
  disconnect: {
    weight: 3,
    run: toUse((_, use) => {
      use.left = true;
      use.socket.disconnect();
    }),
  },
  connect: {
    weight: 5,
    run: toUse((_, use) => {
      use.left = false;
      use.socket.connect();
    }),
  },
  signOut: {
    weight: 0.5,
    run: toUse(({ uses }, { socket }) => {
      // To one that is disconnected no status tells of it.
      for (const { left, recorder } of uses) if (left) recorder.restart();
      void socket.signOut();
    }),
  },
  emit: { weight: 8, run: (world, step) => void emitTo(toSpace(world, step)) },
  refuse: {
    weight: 1,
    run(world, step) {
      toSpace(world, step).refuses = refusals[step.much % refusals.length] ?? null;
    },
  },
  admit: {
    weight: 3,
    run(world, step) {
      toSpace(world, step).refuses = null;
    },
  },
  auth: {
    weight: 1,
    run: toUse((_, use, { who }) => {
      use.auth = auths[who % auths.length] ?? 'works';
    }),
  },
  authWorks: { weight: 2, run: allWork },
  /** The server says that another browser took over. */
  replace: {
    weight: 0.5,
    run: (world, step) => toSpace(world, step).server()?.hub()?.forge('session_replaced', [{}]),
  },
  stopServer: { weight: 0.5, run: ({ spaces }) => spaces.forEach((space) => void space.server()?.stop()) },
  startServer: { weight: 2, run: startServer },
  drop: {
    weight: 1,
    run(world, step) {
      const hub = toSpace(world, step).server()?.hub();
      hub?.breakAll();
    },
  },
  cut: { weight: 2, run: ({ browser }) => browser.network.cut() },
  halfOpen: { weight: 1, run: ({ browser }) => browser.network.halfOpen() },
  stall: { weight: 1, run: ({ browser }) => browser.network.stall() },
  heal: { weight: 4, run: ({ browser }) => browser.network.heal() },
  storeFails: { weight: 0.5, run: ({ browser }) => browser.disk.setMode('fails') },
  storeHangs: { weight: 0.5, run: ({ browser }) => browser.disk.setMode('hangs') },
  storeSlow: { weight: 0.5, run: ({ browser }) => browser.disk.setMode('slow') },
  storeWorks: { weight: 2, run: ({ browser }) => browser.disk.setMode('works') },
  calm: {
    weight: 3,
    run(world) {
      world.browser.network.heal();
      world.browser.disk.setMode('works');
      for (const space of world.spaces) space.refuses = null;
      startServer(world);
      allWork(world);
    },
  },
  wait: { weight: 4, run: () => {} },
};
