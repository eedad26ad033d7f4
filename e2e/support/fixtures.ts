/** What every spec gets: the stage, tabs; and what must hold in every one of them. */
import { type BrowserContext, expect } from '@playwright/test';
import { longestOverlapMs } from './check.ts';
import { test as base, fencingMomentMs } from './stage.ts';
import { openTab, type Tab, type TabOptions } from './tab.ts';

export interface Place {
  readonly context?: BrowserContext;
  /** @defaultValue the web server's by its address */
  readonly origin?: string;
}
export type OpenTab = (options?: TabOptions & Place) => Promise<Tab>;

interface Tabs {
  /** A new tab of the profile, its page loaded. */
  readonly openTab: OpenTab;
  /** Opens tabs one after the other; the first leads. */
  readonly openTabs: (count: number, options?: TabOptions & Place) => Promise<Tab[]>;
  /** Errors that a spec's own handlers make on purpose. */
  readonly expectedErrors: RegExp | null;
  /** Uncaught errors and unhandled rejections of all pages; none but the expected ones may be there at the end. */
  readonly pageErrors: string[];
}

export const test = base.extend<Tabs>({
  expectedErrors: [null, { option: true }],

  pageErrors: async ({ context, expectedErrors }, use) => {
    const errors: string[] = [];
    context.on('weberror', (event) => errors.push(String(event.error().stack ?? event.error())));
    await use(errors);
    const uncaught = errors.filter((error) => !expectedErrors?.test(error));
    expect(uncaught, 'uncaught errors and unhandled rejections of the pages').toEqual([]);
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
