/** One simulated browser profile: its pages share locks, channels, storage, a network and a wall clock. */
import type { Environment } from '../core/ports.ts';
import { type BusHub, createBusHub } from './bus.ts';
import { createElections } from './election.ts';
import { createOpenLink, type SimLink } from './link.ts';
import { createLockManager, type Engine, type LockManager } from './lock.ts';
import { createNetwork, type Network } from './network.ts';
import { createPage, type SimPage } from './page.ts';
import type { Random } from './random.ts';
import type { SimServer } from './server.ts';
import { createDisk, type Disk } from './store.ts';
import type { Owner, Tasks } from './tasks.ts';

export interface BrowserOptions {
  readonly name?: string;
  readonly engine?: Engine;
  /** False: a platform without it. @defaultValue true */
  readonly locks?: boolean;
  readonly channels?: boolean;
  readonly storage?: boolean;
}

export interface SimBrowser {
  readonly name: string;
  readonly engine: Engine;
  readonly network: Network;
  readonly disk: Disk;
  readonly locks: LockManager;
  readonly bus: BusHub;
  readonly has: { readonly locks: boolean; readonly channels: boolean; readonly storage: boolean };
  open(name: string, how: Opened): { readonly page: SimPage; readonly environment: Environment };
  /** `to`: another namespace of the server. */
  openLinkOf(page: SimPage, to?: SimServer): ReturnType<typeof createOpenLink>;
  linksOf(page: SimPage): readonly SimLink[];
  /** `goodbye`: `pagehide` runs. */
  close(page: SimPage, goodbye: boolean): void;
  freeze(page: SimPage, told: boolean): void;
  thaw(page: SimPage): void;
  /** Into the back/forward cache. */
  cache(page: SimPage, told: boolean): void;
  restore(page: SimPage): void;
  stepWall(ms: number): void;
  /** For good: the network works, the storage too, and an election without locks has one winner. */
  heal(): void;
}

interface Opened {
  readonly visible: boolean;
  readonly prerendered: boolean;
}

interface BrowserDeps {
  readonly tasks: Tasks;
  readonly random: Random;
  readonly server: SimServer;
  readonly onSteal: (by: SimPage, from: SimPage | null) => void;
  readonly onPost: (message: unknown) => void;
  readonly onError: (page: string, error: unknown) => void;
  readonly onDead: (page: SimPage) => void;
  readonly trace: (page: SimPage, what: string) => void;
}

export function createBrowser(options: BrowserOptions, deps: BrowserDeps): SimBrowser {
  const { tasks, random, server, trace } = deps;
  const { name = 'browser', engine = 'chromium', locks: hasLocks = true, channels = true, storage = true } = options;
  let wallAheadMs = 0;
  const linksByPage = new Map<SimPage, SimLink[]>();
  const network = createNetwork(tasks, random.fork('network'));
  const disk = createDisk(tasks, random.fork('disk'));
  const elections = createElections(tasks, random.fork('election'));
  const bus = createBusHub({
    tasks,
    random: random.fork('bus'),
    onCached: (page) => evict(page),
    trace,
    onPost: deps.onPost,
  });
  const locks = createLockManager({
    tasks,
    random: random.fork('lock'),
    evict: (page) => evict(page),
    onSteal(lock, by, from) {
      if (!lock.endsWith(':steal')) deps.onSteal(by, from);
    },
    trace,
  });
  const nobody: Owner = { name, gate: () => 'run', report: (error) => deps.onError(name, error) };

  function evict(page: SimPage): void {
    if (engine !== 'chromium' || page.state() !== 'cached') return;
    trace(page, 'is thrown out of the cache');
    close(page, false);
  }

  function close(page: SimPage, goodbye: boolean): void {
    if (page.state() === 'dead') return;
    if (goodbye && page.state() === 'running') {
      page.tell('left');
      page.setVisible(false);
      page.tell('hidden');
    }
    page.setState('dead');
    bus.release(page);
    // The browser's own process notices, and frees what the page held.
    tasks.add(nobody, 'server', random.between(5, 100), () => {
      locks.release(page);
      elections.release(page);
      for (const link of linksByPage.get(page) ?? []) link.drop();
      linksByPage.delete(page);
    });
    deps.onDead(page);
  }

  const breakLinks = (page: SimPage): void => {
    for (const link of linksByPage.get(page) ?? []) if (link.open()) link.wire.breakNow();
  };

  return {
    name,
    engine,
    network,
    disk,
    locks,
    bus,
    has: { locks: hasLocks, channels, storage },
    open(pageName, { visible, prerendered }) {
      const page = createPage({
        name: pageName,
        tasks,
        random: random.fork(pageName),
        wall: () => server.wall() + wallAheadMs,
        visible,
        prerendered,
        onError: (error) => deps.onError(pageName, error),
      });
      const environment: Environment = {
        clock: page.clock,
        page: page.port,
        openBus: channels ? bus.portOf(page) : null,
        lock: hasLocks ? locks.portOf(page) : null,
        loadFallbackLock: async () => elections.portOf(page),
        store: storage ? disk.portOf(page) : null,
      };
      return { page, environment };
    },
    openLinkOf: (page, to = server) =>
      createOpenLink(
        { tasks, page, network, server: to, trace },
        (link) => {
          const links = (linksByPage.get(page) ?? []).filter((other) => other.open() || !other.wire.broken());
          linksByPage.set(page, [...links, link]);
        },
        () => {
          for (const link of linksByPage.get(page) ?? []) tasks.add(page, 'link', 0, () => link.open() && link.fail());
        },
      ),
    linksOf: (page) => linksByPage.get(page) ?? [],
    close,
    freeze(page, told) {
      page.setVisible(false);
      page.tell('hidden');
      if (told) page.tell('left');
      page.setState('frozen');
    },
    thaw(page) {
      breakLinks(page);
      page.setState('running');
      page.tell('back');
    },
    cache(page, told) {
      if (told) page.tell('left');
      page.setVisible(false);
      if (told) page.tell('hidden');
      page.setState('cached');
      breakLinks(page);
      if (engine === 'webkit') locks.confiscate(page);
    },
    restore(page) {
      page.setState('running');
      page.setVisible(true);
      page.tell('back');
      page.tell('visible');
    },
    stepWall(ms) {
      wallAheadMs += ms;
    },
    heal() {
      network.heal();
      disk.setMode('works');
      elections.heal();
    },
  };
}
