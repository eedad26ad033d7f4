/** What a spec gets in each engine: the stage of all specs, and tabs of that engine. */
import { type Browser, expect } from '@playwright/test';
import { faultsOf, longestOverlapMs } from '../support/check.ts';
import { test as base, fencingMomentMs } from '../support/stage.ts';
import type { TabOptions } from '../support/tab.ts';
import { type Engine, type EngineTab, openTab } from './engine.ts';
import { openFirefox } from './firefox.ts';
import { continueAll } from './processes.ts';
import { openWebKit } from './webkit.ts';

type Options = Omit<TabOptions, 'init' | 'build'> & { readonly engine?: Engine };

interface Engines {
  /** Another of the same kind is another profile. */
  readonly openEngine: () => Promise<Engine>;
  readonly engine: Engine;
  /** Opens tabs one after the other; the first leads. */
  readonly openTabs: (count: number, options?: Options) => Promise<EngineTab[]>;
}

interface Worker {
  /** Started with the first call. */
  readonly firefox: () => Promise<Browser>;
}

export const test = base.extend<Engines, Worker>({
  firefox: [
    async ({ playwright }, use, { project }) => {
      let started: Promise<Browser> | undefined;
      await use(() => {
        started ??= playwright.firefox.launch(project.use.launchOptions);
        return started;
      });
      await (await started)?.close();
    },
    { scope: 'worker' },
  ],

  openEngine: async ({ firefox }, use, { project, annotations }) => {
    const opened: Engine[] = [];
    await use(async () => {
      const engine = project.name === 'webkit' ? await openWebKit() : await openFirefox(await firefox());
      opened.push(engine);
      annotations.push({ type: 'browser', description: engine.browser });
      return engine;
    });
    for (const engine of opened) {
      continueAll(engine.pageProcess);
      await engine.close();
    }
  },

  engine: async ({ openEngine }, use) => {
    await use(await openEngine());
  },

  openTabs: async ({ engine: own, addressFor, sessions }, use, info) => {
    let opened = 0;
    await use(async (count, { engine = own, ...options } = {}) => {
      const tabs: EngineTab[] = [];
      for (let i = 0; i < count; i += 1) {
        opened += 1;
        const name = options.name ?? `tab${opened}`;
        const tab = await openTab(await engine.open(), engine, addressFor({ ...options, name }), name);
        if (options.start !== false) await tab.untilConnected();
        tabs.push(tab);
      }
      return tabs;
    });
    if (info.status === info.expectedStatus)
      expect(longestOverlapMs(await sessions()), 'two live connections of one client').toBeLessThan(fencingMomentMs);
  },
});

/** By default a hung leader is replaced within 5 s; to connect and to ask the tabs comes on top. */
export const takeOverMs = 7_000;

/** From now on the tab says by itself what it has: where it can't be asked, or asking would change it. */
export async function tellAlways({ page }: EngineTab): Promise<void> {
  await page.evaluate(() => {
    const report = () => fetch('/report', { method: 'POST', body: JSON.stringify(window.tab.record) });
    setInterval(() => report().catch(() => {}), 100);
  });
}

/** Each of these had all events up to `last`, once and in order, and threw nothing. */
export async function expectWhole(tabs: readonly EngineTab[], last: number, first = 1): Promise<void> {
  for (const tab of tabs) {
    const record = await tab.record();
    expect([...faultsOf(record, last, first), ...record.errors], tab.name).toEqual([]);
  }
}

export { expect };
