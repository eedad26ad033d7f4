/**
 * A whole world in memory: browsers with their tabs, the network, a server. The client, the core and the companion
 * in it are the real ones; time goes on only in `run` and `settle`, chance comes from the seed.
 */

import type { OneSocketOptions } from '../client/option-types.ts';
import { createSockets } from '../client/socket/sockets.ts';
import type { OneSocket } from '../client/types.ts';
import { type BrowserOptions, createBrowser, type SimBrowser } from './browser.ts';
import { type Build, toBuild } from './build.ts';

import type { SimPage } from './page.ts';
import { createRandom } from './random.ts';
import { type Appended, createServer, type SimRealtime, type SimServer, type SimServerOptions } from './server.ts';
import { createTasks } from './tasks.ts';

interface RealmOptions {
  readonly seed?: number;
  readonly server?: Partial<SimServerOptions>;
  /** Another namespace of it, `/beside`. */
  readonly beside?: Partial<SimServerOptions>;
  /** Options of every tab's socket. */
  readonly socket?: OneSocketOptions;
  readonly onAppend?: (appended: Appended) => void;
  readonly onSteal?: (by: SimPage, from: SimPage | null) => void;
  /** What pages say to each other. */
  readonly onPost?: (message: unknown) => void;
  readonly onError?: (where: string, error: unknown) => void;
  /** After each task of the simulated world. */
  readonly afterEach?: () => void;
  /** What happens, in words. */
  readonly onTrace?: (line: string) => void;
}

interface TabOptions {
  /** Whose tab; its token is `user`. @defaultValue 'user' */
  readonly user?: string;
  /** The socket is not told whose it is: it takes that from the token. */
  readonly derived?: boolean;
  readonly browser?: SimBrowser;
  readonly visible?: boolean;
  /** Prepared by the browser before anybody asked for it; `activate` shows it. */
  readonly prerendered?: boolean;
  /** Another build of the package: an older or newer `major` is a group of its own, a `minor` one knows more messages. */
  readonly build?: Build;
  /** A function where they need the page, its clock for example. */
  readonly socket?: OneSocketOptions | ((page: SimPage) => OneSocketOptions);
}

export interface SimTab {
  readonly name: string;
  readonly user: string;
  readonly build: Build;
  readonly browser: SimBrowser;
  readonly page: SimPage;
  readonly socket: OneSocket;
  /** The page's socket in the namespace `/beside`. */
  openBeside(options?: OneSocketOptions): OneSocket;
}

export interface Realm {
  readonly server: SimServer & { to: SimRealtime['to'] };
  /** `null`: without that namespace. */
  readonly beside: SimServer | null;
  /** Milliseconds since the realm began. */
  now(): number;
  openBrowser(options?: BrowserOptions): SimBrowser;
  openTab(options?: TabOptions): SimTab;
  duplicate(tab: SimTab): SimTab;
  closeTab(tab: SimTab): void;
  crash(tab: SimTab): void;
  hide(tab: SimTab): void;
  show(tab: SimTab): void;
  activate(tab: SimTab): void;
  /** `silently`: without the `freeze` event. */
  freeze(tab: SimTab, silently?: boolean): void;
  thaw(tab: SimTab): void;
  hang(tab: SimTab): void;
  unhang(tab: SimTab): void;
  /** Into the back/forward cache; `silently`: without `pagehide`. */
  navigateAway(tab: SimTab, silently?: boolean): void;
  navigateBack(tab: SimTab): void;
  cutNetwork(browser?: SimBrowser): void;
  stallNetwork(browser?: SimBrowser): void;
  refuseConnections(browser?: SimBrowser): void;
  healNetwork(browser?: SimBrowser): void;
  /** Simulated time goes on. */
  run(ms: number): Promise<void>;
  /** Until nothing is under way but what comes again and again; at most 30 s of simulated time. */
  settle(): Promise<void>;
  tasks(): number;
}

const url = 'https://realm.test/';
const besidePath = '/beside';
const sliceMs = 50;
const maxSettleMs = 30_000;

export function createRealm(options: RealmOptions = {}): Realm {
  const { seed = 1, onTrace, onError = () => {} } = options;
  const random = createRandom(seed);
  const tasks = createTasks(options.afterEach);
  const trace = (who: string, what: string): void =>
    onTrace?.(`${(tasks.now() / 1_000).toFixed(3).padStart(9)}  ${who}: ${what}`);
  const serve = (namespace: string, own: Partial<SimServerOptions> = {}): SimServer =>
    createServer({
      tasks,
      options: { authenticate: (token = 'anonymous') => ({ userId: token }), ...own },
      onAppend: (appended) => options.onAppend?.(appended),
      onError: (error) => onError('server', error),
      trace: (what) => onTrace?.(`${(tasks.now() / 1_000).toFixed(3).padStart(9)}  ${namespace}${what}`),
    });
  const server = serve('', options.server);
  const beside = options.beside ? serve('/beside ', options.beside) : null;
  let tabs = 0;
  let browsers = 0;
  let first: SimBrowser | null = null;

  function openBrowser(browserOptions: BrowserOptions = {}): SimBrowser {
    browsers += 1;
    const name = browserOptions.name ?? `browser${browsers}`;
    return createBrowser(
      { ...browserOptions, name },
      {
        tasks,
        random: random.fork(name),
        server,
        onSteal: (by, from) => options.onSteal?.(by, from),
        onPost: (message) => options.onPost?.(message),
        onError,
        onDead: (page) => trace(page.name, 'is gone'),
        trace: (page, what) => trace(page.name, what),
      },
    );
  }

  const browserOr = (browser?: SimBrowser): SimBrowser => {
    first ??= browser ?? openBrowser();
    return browser ?? first;
  };

  function openTab(tabOptions: TabOptions = {}): SimTab {
    const { user = 'user', build = 'same', prerendered = false } = tabOptions;
    const visible = (tabOptions.visible ?? true) && !prerendered;
    const browser = browserOr(tabOptions.browser);
    tabs += 1;
    const name = `tab${tabs}`;
    const { page, environment } = browser.open(name, { visible, prerendered });
    const how = `${visible ? '' : ', hidden'}${prerendered ? ', prerendered' : ''}${build === 'same' ? '' : `, build ${build}`}`;
    trace(name, `opens for ${user} in ${browser.name}${how}`);
    const sockets = createSockets({
      environment: toBuild(environment, build),
      linkTo: (to) => browser.openLinkOf(page, (new URL(to).pathname === besidePath && beside) || server),
    });
    const logged = onTrace && { logger: loggerOf((what) => trace(name, what)) };
    const open = (to: string, more?: OneSocketOptions): OneSocket =>
      sockets(to, {
        companion: true,
        ...(!tabOptions.derived && { user }),
        auth: { token: user },
        ...logged,
        ...options.socket,
        ...(typeof tabOptions.socket === 'function' ? tabOptions.socket(page) : tabOptions.socket),
        ...more,
      });
    const openBeside = (more?: OneSocketOptions): OneSocket => open(new URL(besidePath, url).href, more);
    return { name, user, build, browser, page, socket: open(url), openBeside };
  }

  function when(tab: SimTab, allowed: boolean, what: string, act: () => void): void {
    if (!allowed) return;
    trace(tab.name, what);
    act();
  }
  const running = (tab: SimTab): boolean => tab.page.state() === 'running';

  return {
    server: Object.assign(server, {
      to: ((target: 'all') => {
        const realtime = server.realtime();
        if (!realtime) throw new Error('The simulated server is stopped');
        return realtime.to(target);
      }) as SimRealtime['to'],
    }),
    beside,
    now: tasks.now,
    tasks: tasks.count,
    openBrowser,
    openTab,
    duplicate: (tab) => openTab({ user: tab.user, browser: tab.browser, build: tab.build }),
    closeTab: (tab) => when(tab, tab.page.state() !== 'dead', 'is closed', () => tab.browser.close(tab.page, true)),
    crash: (tab) => when(tab, tab.page.state() !== 'dead', 'crashes', () => tab.browser.close(tab.page, false)),
    hide: (tab) =>
      when(tab, running(tab) && tab.page.visible(), 'is hidden', () => {
        tab.page.setVisible(false);
        tab.page.tell('hidden');
      }),
    show: (tab) =>
      when(tab, running(tab) && tab.page.active() && !tab.page.visible(), 'is shown', () => {
        tab.page.setVisible(true);
        tab.page.tell('visible');
      }),
    activate: (tab) =>
      when(tab, running(tab) && !tab.page.active(), 'is shown after its prerendering', () => {
        tab.page.activate();
        tab.page.setVisible(true);
        tab.page.tell('back');
        tab.page.tell('visible');
      }),
    freeze: (tab, silently = false) =>
      when(tab, running(tab), `freezes${silently ? ' without an event' : ''}`, () =>
        tab.browser.freeze(tab.page, !silently),
      ),
    thaw: (tab) => when(tab, tab.page.state() === 'frozen', 'thaws', () => tab.browser.thaw(tab.page)),
    hang: (tab) => when(tab, running(tab), 'hangs', () => tab.page.setState('hung')),
    unhang: (tab) => when(tab, tab.page.state() === 'hung', 'hangs no more', () => tab.page.setState('running')),
    navigateAway: (tab, silently = false) =>
      when(tab, running(tab), `navigates away${silently ? ' without an event' : ''}`, () =>
        tab.browser.cache(tab.page, !silently),
      ),
    navigateBack: (tab) => when(tab, tab.page.state() === 'cached', 'comes back', () => tab.browser.restore(tab.page)),
    cutNetwork: (browser) => browserOr(browser).network.cut(),
    stallNetwork: (browser) => browserOr(browser).network.stall(),
    refuseConnections: (browser) => browserOr(browser).network.refuse(true),
    healNetwork: (browser) => browserOr(browser).network.heal(),
    run: (ms) => tasks.runUntil(tasks.now() + ms),
    async settle() {
      const end = tasks.now() + maxSettleMs;
      do await tasks.runUntil(tasks.now() + sliceMs);
      while (tasks.now() < end && tasks.busy(sliceMs));
    },
  };
}

function loggerOf(say: (what: string) => void): NonNullable<OneSocketOptions['logger']> {
  const level = (name: string) => (message: string, detail?: unknown) =>
    say(`${name}: ${message}${detail === undefined ? '' : ` ${String(detail)}`}`);
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
}
