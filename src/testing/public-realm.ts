/** The simulator's world for tests of apps: typed by the app's maps, with errors that tell what to do. */
import type { DefaultEventsMap } from '../client/event-types.ts';
import type { OneSocket } from '../client/types.ts';
import type { SimBrowser } from './browser.ts';
import { prepareServer } from './public-server.ts';
import type { Browser, Realm, RealmOptions, Tab } from './public-types.ts';
import { createRealm as createWorld, type SimTab } from './realm.ts';

type State = ReturnType<SimTab['page']['state']>;

const sliceMs = 50;

/**
 * A world in memory: browsers with their tabs, a network, a server. The client and the companion in it are the real
 * ones, time and chance are simulated, so a test is quick and the same in each run. Needs Node and no browser, and
 * nothing has to be closed after a test.
 */
export function createRealm<Listen = DefaultEventsMap, Emit = Listen>(
  options: RealmOptions<Listen, Emit> = {},
): Realm<Listen, Emit> {
  type AnyTab = Tab<Listen, Emit>;
  const { server: serverOptions = {}, onError, seed, socket, onTrace } = options;
  const errors: unknown[] = [];
  const { options: simulated, toServer } = prepareServer<Listen, Emit>(serverOptions);
  const world = createWorld({
    ...(seed !== undefined && { seed }),
    ...(socket && { socket }),
    ...(onTrace && { onTrace }),
    server: simulated,
    onError(where, error) {
      if (onError) onError(error, where);
      else errors.push(error);
    },
  });
  const simByTab = new Map<AnyTab, SimTab>();
  const simByBrowser = new Map<Browser, SimBrowser>();
  let first: Browser | null = null;

  function openBrowser(browserOptions = {}): Browser {
    const sim = world.openBrowser(browserOptions);
    const browser: Browser = Object.freeze({ name: sim.name });
    simByBrowser.set(browser, sim);
    first ??= browser;
    return browser;
  }

  function simOf(browser: Browser): SimBrowser {
    const sim = simByBrowser.get(browser);
    if (!sim) throw new TypeError('That browser is not of this realm: take what realm.openBrowser() returned');
    return sim;
  }

  /** The simulated tab, if what is to happen to it can happen now. */
  function tabIn(tab: AnyTab, method: string, ...states: readonly State[]): SimTab {
    const sim = simByTab.get(tab);
    if (!sim)
      throw new TypeError(`realm.${method}(): that tab is not of this realm: take what realm.openTab() returned`);
    const state = sim.page.state();
    if (states.includes(state)) return sim;
    const words = state === 'dead' ? 'closed' : state;
    throw new Error(`realm.${method}(): ${tab.name} is ${words}; it has to be ${states.join(' or ')}`);
  }

  /** What the app's code threw fails the test that let time go on. */
  async function run(go: () => Promise<void>): Promise<void> {
    await go();
    const [error, ...more] = errors.splice(0);
    if (more.length > 0) throw new AggregateError([error, ...more], 'Code of the app threw in the realm');
    if (error !== undefined) throw error;
  }

  function tellAll(browser: Browser, fact: 'online' | 'offline'): void {
    for (const [tab, { page }] of simByTab) if (tab.browser === browser && page.state() !== 'dead') page.tell(fact);
  }

  const browserOr = (browser: Browser | undefined): Browser => browser ?? first ?? openBrowser();
  const alive: readonly State[] = ['running', 'hung', 'frozen', 'cached'];

  const realm: Realm<Listen, Emit> = {
    server: toServer(world.server),
    openBrowser,
    openTab({ browser, ...rest } = {}) {
      const where = browserOr(browser);
      const sim = world.openTab({ ...rest, browser: simOf(where) });
      const tab: AnyTab = Object.freeze({
        name: sim.name,
        user: sim.user,
        browser: where,
        socket: sim.socket as unknown as OneSocket<Listen, Emit>,
      });
      simByTab.set(tab, sim);
      return tab;
    },
    closeTab: (tab) => world.closeTab(tabIn(tab, 'closeTab', ...alive)),
    crash: (tab) => world.crash(tabIn(tab, 'crash', ...alive)),
    hide: (tab) => world.hide(tabIn(tab, 'hide', 'running')),
    show: (tab) => world.show(tabIn(tab, 'show', 'running')),
    freeze: (tab) => world.freeze(tabIn(tab, 'freeze', 'running')),
    thaw: (tab) => world.thaw(tabIn(tab, 'thaw', 'frozen')),
    hang: (tab) => world.hang(tabIn(tab, 'hang', 'running')),
    unhang: (tab) => world.unhang(tabIn(tab, 'unhang', 'hung')),
    navigateAway: (tab) => world.navigateAway(tabIn(tab, 'navigateAway', 'running')),
    navigateBack: (tab) => world.navigateBack(tabIn(tab, 'navigateBack', 'cached')),
    cutNetwork: (browser) => world.cutNetwork(simOf(browserOr(browser))),
    stallNetwork: (browser) => world.stallNetwork(simOf(browserOr(browser))),
    goOffline(browser) {
      const where = browserOr(browser);
      world.refuseConnections(simOf(where));
      world.cutNetwork(simOf(where));
      tellAll(where, 'offline');
    },
    goOnline(browser) {
      const where = browserOr(browser);
      world.healNetwork(simOf(where));
      tellAll(where, 'online');
    },
    now: world.now,
    run: (ms) => run(() => world.run(ms)),
    settle: () => run(world.settle),
    until: (wanted, withinMs = 60_000) => until(wanted, withinMs),
  };

  async function until<Value>(wanted: PromiseLike<Value> | (() => Value), withinMs: number): Promise<Value> {
    const end = world.now() + withinMs;
    let settled = false;
    if (typeof wanted !== 'function') {
      const done = (): void => {
        settled = true;
      };
      wanted.then(done, done);
    }
    for (;;) {
      if (typeof wanted === 'function') {
        const value = wanted();
        if (value) return value;
      } else if (settled) return wanted;
      if (world.now() >= end) throw new Error(tooLate(withinMs));
      await realm.run(Math.min(sliceMs, end - world.now()));
    }
  }

  function tooLate(withinMs: number): string {
    const tabs = [...simByTab].map(([tab, { page }]) => {
      const { role, connection, reason } = tab.socket.status;
      return `${tab.name} (${page.state()}): ${role}, ${connection}${reason ? `, ${reason.code}` : ''}`;
    });
    return `realm.until(): not within ${withinMs} ms of simulated time. ${tabs.join('; ') || 'No tab was opened'}`;
  }

  return realm;
}
