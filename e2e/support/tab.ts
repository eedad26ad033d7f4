/** One tab, as a spec handles it. */
import { type BrowserContext, expect, type Page } from '@playwright/test';
import type { Diagnostics, Status } from '../../src/index.ts';
import type { AuthPlan, ListSnapshot, PageConfig, TabRecord } from '../page/types.ts';

export interface TabOptions {
  readonly name?: string;
  /** Whose tab: sets `user` and the token. @defaultValue 'u1' */
  readonly user?: string;
  readonly auth?: AuthPlan;
  /** More options of `oneSocket`. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly types?: readonly string[];
  /** Where the socket connects. @defaultValue the proxy in front of the server */
  readonly url?: string;
  /** True: the page opens its shared list at once. */
  readonly list?: boolean;
  /** False: the page makes no socket before `tab.start()`. */
  readonly start?: boolean;
  /** Scripts that run before the page's own. */
  readonly init?: readonly (() => void)[];
}

export interface Tab {
  readonly name: string;
  readonly page: Page;
  record(): Promise<TabRecord>;
  status(): Promise<Status>;
  diagnostics(): Promise<Diagnostics>;
  list(): Promise<ListSnapshot>;
  untilConnected(timeout?: number): Promise<void>;
  /** Until the event with this number has been handled. */
  untilSeen(n: number, timeout?: number): Promise<void>;
  /** Until that event or a later one has been handled. */
  untilSeenAtLeast(n: number, timeout?: number): Promise<void>;
  /** Blocks the main thread; resolves when it is free again. */
  block(ms: number): Promise<void>;
  /** To another page of the same site; `back` returns out of the back/forward cache. */
  away(): Promise<void>;
  back(): Promise<void>;
  crash(): Promise<void>;
}

export interface TabPlace {
  readonly context: BrowserContext;
  readonly origin: string;
  readonly url: string;
  readonly realistic: boolean;
  readonly companion: boolean;
  readonly options: TabOptions & { readonly name: string };
}

/** The one way into Playwright's own CDP session; another session can't undo what this one set. */
interface WithInternals {
  readonly _connection: {
    toImpl(page: Page): {
      readonly delegate: {
        readonly _mainFrameSession: {
          readonly _client: { send(method: string, params: object): Promise<unknown> };
        };
      };
    };
  };
}

/** Playwright makes every page believe that it has the focus; a realistic tab behind another one is hidden. */
async function allowHiding(page: Page) {
  const { delegate } = (page as unknown as WithInternals)._connection.toImpl(page);
  await delegate._mainFrameSession._client.send('Emulation.setFocusEmulationEnabled', { enabled: false });
}

function configOf({ url, companion, options }: TabPlace): PageConfig {
  const user = options.user ?? 'u1';
  const ours = companion ? { companion, user } : {};
  return {
    name: options.name,
    url: options.url ?? url,
    list: options.list ?? false,
    auth: options.auth ?? { kind: 'token', user },
    start: options.start ?? true,
    types: options.types ?? ['tick'],
    options: { ...ours, reconnectionDelay: 100, reconnectionDelayMax: 500, ...options.options },
  };
}

const lastSeen = (page: Page) =>
  page.evaluate(() => window.tab.record.events.at(-1)?.n ?? window.tab.record.plain.at(-1) ?? 0);

export async function openTab(place: TabPlace): Promise<Tab> {
  const page = await place.context.newPage();
  if (place.realistic) await allowHiding(page);
  for (const script of place.options.init ?? []) await page.addInitScript(script);
  await page.goto(`${place.origin}/?c=${encodeURIComponent(JSON.stringify(configOf(place)))}`);
  await page.waitForFunction(() => window.tab !== undefined, undefined, { polling: 50 });

  return {
    name: place.options.name,
    page,
    record: () => page.evaluate(() => window.tab.record),
    status: () => page.evaluate(() => window.tab.status()),
    diagnostics: () => page.evaluate(() => window.tab.diagnostics()),
    list: () => page.evaluate(() => window.tab.list()),
    untilConnected: async (timeout = 10_000) => {
      await page.waitForFunction(() => window.tab?.connected(), undefined, { timeout, polling: 50 });
    },
    untilSeen: async (n, timeout = 15_000) => {
      await expect.poll(() => lastSeen(page), { timeout, message: `last event of ${place.options.name}` }).toBe(n);
    },
    untilSeenAtLeast: async (n, timeout = 15_000) => {
      const last = () => lastSeen(page);
      await expect.poll(last, { timeout, message: `events of ${place.options.name}` }).toBeGreaterThanOrEqual(n);
    },
    block: (ms) =>
      page.evaluate((length) => {
        const request = new XMLHttpRequest();
        request.open('GET', `/wait?ms=${length}`, false);
        request.send();
      }, ms),
    away: async () => {
      await page.goto(`${place.origin}/elsewhere`);
    },
    back: async () => {
      // A page out of the cache fires no `load`.
      await page.goBack({ waitUntil: 'commit' });
      await page.waitForFunction(() => window.tab !== undefined, undefined, { polling: 50 });
    },
    crash: async () => {
      const session = await place.context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      void session.send('Page.crash').catch(() => {});
      await crashed;
      await page.close();
    },
  };
}
