/** What a spec gets in any browser: server, proxy, web server. */
import { test as base, expect } from '@playwright/test';
import type { ServerOptions, Session } from '../server/types.ts';
import { buildOnce } from './build.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { startServer, type TestServer } from './server.ts';
import { addressOf, type TabPlace } from './tab.ts';
import { startWeb, type Web } from './web.ts';

export interface Stage {
  /** Changed with `test.use`. */
  readonly serverOptions: Omit<ServerOptions, 'port'>;
  readonly server: TestServer;
  /** All that the servers have seen. */
  readonly sessions: () => Promise<readonly Session[]>;
  readonly network: TcpProxy;
  readonly web: Web;
  /** Where the test page is. `origin` absent: the web server's by its address. */
  readonly addressFor: (options: TabPlace['options'] & { readonly origin?: string }) => string;
}

/**
 * A group may have two connections for as long as the server needs to end the older one: the newcomer is
 * seen first, then the other is closed.
 */
export const fencingMomentMs = 250;

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

  addressFor: async ({ web, network, serverOptions }, use) => {
    const common = { url: `http://127.0.0.1:${network.port}`, companion: serverOptions.mode === 'companion' };
    await use(({ origin = web.origin, ...options }) => addressOf({ ...common, origin, options }));
  },
});
