/** What every spec gets: server, proxy, web server, tabs; and what must hold in every one of them. */
import { type BrowserContext, test as base, expect } from '@playwright/test';
import type { ServerOptions, Session } from '../server/types.ts';
import { buildOnce } from './build.ts';
import { longestOverlapMs } from './check.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { startServer, type TestServer } from './server.ts';
import { addressOf, openTab, type Tab, type TabOptions, type TabPlace } from './tab.ts';
import { startWeb, type Web } from './web.ts';

export interface Place {
  readonly context?: BrowserContext;
  /** @defaultValue the web server's by its address */
  readonly origin?: string;
}
export type OpenTab = (options?: TabOptions & Place) => Promise<Tab>;

export interface Stage {
  /** Changed with `test.use`. */
  readonly serverOptions: Omit<ServerOptions, 'port'>;
  readonly server: TestServer;
  /** All that the servers have seen. */
  readonly sessions: () => Promise<readonly Session[]>;
  readonly network: TcpProxy;
  readonly web: Web;
  /** Where the test page is, for a tab or frame that the spec opens itself. */
  readonly addressFor: (options: TabPlace['options'] & Pick<Place, 'origin'>) => string;
  /** A new tab of the profile, its page loaded. */
  readonly openTab: OpenTab;
  /** Opens tabs one after the other; the first leads. */
  readonly openTabs: (count: number, options?: TabOptions & Place) => Promise<Tab[]>;
  /** Errors that a spec's own handlers make on purpose. */
  readonly expectedErrors: RegExp | null;
  /** Uncaught errors and unhandled rejections of all pages; none but the expected ones may be there at the end. */
  readonly pageErrors: string[];
}

/**
 * A group may have two connections for as long as the server needs to end the older one: the newcomer is
 * seen first, then the other is closed.
 */
const fencingMomentMs = 250;

export const test = base.extend<Stage>({
  serverOptions: [{ mode: 'companion' }, { option: true }],

  server: async ({ serverOptions }, use) => {
    const { server: program } = await buildOnce();
    const server = await startServer(program, serverOptions);
    await use(server);
    await server.close();
    expect(server.failure).toBeNull();
  },

  sessions: async ({ server }, use) => {
    await use(async () => (await server.state()).sessions);
  },

  network: async ({ server }, use) => {
    const proxy = await startProxy(() => server.port);
    await use(proxy);
    await proxy.close();
  },

  web: async ({ server }, use) => {
    const { page } = await buildOnce();
    const web = await startWeb(page);
    web.serveList(() => server.ask('list', { user: 'u1' }));
    await use(web);
    await web.close();
  },

  expectedErrors: [null, { option: true }],

  pageErrors: async ({ context, expectedErrors }, use) => {
    const errors: string[] = [];
    context.on('weberror', (event) => errors.push(String(event.error().stack ?? event.error())));
    await use(errors);
    const uncaught = errors.filter((error) => !expectedErrors?.test(error));
    expect(uncaught, 'uncaught errors and unhandled rejections of the pages').toEqual([]);
  },

  addressFor: async ({ web, network, serverOptions }, use) => {
    const common = { url: `http://127.0.0.1:${network.port}`, companion: serverOptions.mode === 'companion' };
    await use(({ origin = web.origin, ...options }) => addressOf({ ...common, origin, options }));
  },

  openTab: async ({ context, web, network, sessions, serverOptions, pageErrors }, use, info) => {
    let opened = 0;
    const watched = new Set([context]);
    await use(async ({ context: where = context, origin = web.origin, ...options } = {}) => {
      if (!watched.has(where)) {
        watched.add(where);
        where.on('weberror', (event) => pageErrors.push(String(event.error().stack ?? event.error())));
      }
      opened += 1;
      return openTab({
        context: where,
        origin,
        url: `http://127.0.0.1:${network.port}`,
        realistic: info.project.name.endsWith('realistic'),
        companion: serverOptions.mode === 'companion',
        options: { name: `tab${opened}`, ...options },
      });
    });
    if (serverOptions.mode === 'companion' && info.status === info.expectedStatus) {
      expect(longestOverlapMs(await sessions()), 'two live connections of one client').toBeLessThan(fencingMomentMs);
    }
  },

  openTabs: async ({ openTab: open }, use) => {
    await use(async (count, options) => {
      const tabs: Tab[] = [];
      for (let i = 0; i < count; i += 1) {
        const tab = await open(options);
        await tab.untilConnected();
        tabs.push(tab);
      }
      return tabs;
    });
  },
});

export { expect };
