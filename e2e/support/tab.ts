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
  /** Of the shared list. @defaultValue 0 */
  readonly listVersion?: number;
  /** True: the shared list outlives its tabs. */
  readonly keepList?: boolean;
  /** False: the page makes no socket before `tab.start()`. */
  readonly start?: boolean;
  /** Scripts that run before the page's own. */
  readonly init?: readonly (() => void)[];
  /** Name of the page's script at the web server. @defaultValue this build's */
  readonly build?: string;
}

/** The test page, in a tab of its own or in a frame. */
export interface Participant {
  readonly name: string;
  record(): Promise<TabRecord>;
  status(): Promise<Status>;
  diagnostics(): Promise<Diagnostics>;
  list(): Promise<ListSnapshot>;
  untilConnected(timeout?: number): Promise<void>;
  /** Until the event with this number has been handled. */
  untilSeen(n: number, timeout?: number): Promise<void>;
  /** Until that event or a later one has been handled. */
  untilSeenAtLeast(n: number, timeout?: number): Promise<void>;
}

/** A page or a frame, of whichever driver. */
export interface Where {
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  waitForFunction(
    isTrue: () => unknown,
    arg: undefined,
    options: { readonly timeout?: number; readonly polling: number },
  ): Promise<unknown>;
}

export interface Tab extends Participant {
  readonly page: Page;
  /** Blocks the main thread; resolves when it is free again. */
  block(ms: number): Promise<void>;
  /** To another page of the same site; `back` returns out of the back/forward cache. */
  away(): Promise<void>;
  back(): Promise<void>;
  crash(): Promise<void>;
}

/** What makes the page's address. */
export interface TabPlace {
  readonly origin: string;
  readonly url: string;
  readonly companion: boolean;
  readonly options: TabOptions & { readonly name: string };
}
interface TabWindow extends TabPlace {
  readonly context: BrowserContext;
  readonly realistic: boolean;
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
    ...(options.listVersion !== undefined && { listVersion: options.listVersion }),
    ...(options.keepList && { keepList: true }),
    auth: options.auth ?? { kind: 'token', user },
    start: options.start ?? true,
    types: options.types ?? ['tick'],
    options: { ...ours, reconnectionDelay: 100, reconnectionDelayMax: 500, ...options.options },
  };
}

/** Address of the test page with what makes it this tab's. */
export function addressOf(place: TabPlace): string {
  const query = new URLSearchParams({ c: JSON.stringify(configOf(place)) });
  if (place.options.build) query.set('build', place.options.build);
  return `${place.origin}/?${query}`;
}

const lastSeen = (where: Where) =>
  where.evaluate(() => window.tab.record.events.at(-1)?.n ?? window.tab.record.plain.at(-1) ?? 0);

/** Waits until the test page is there. */
export async function participantIn(where: Where, name: string): Promise<Participant> {
  await where.waitForFunction(() => window.tab !== undefined, undefined, { polling: 50 });
  return {
    name,
    record: () => where.evaluate(() => window.tab.record),
    status: () => where.evaluate(() => window.tab.status()),
    diagnostics: () => where.evaluate(() => window.tab.diagnostics()),
    list: () => where.evaluate(() => window.tab.list()),
    untilConnected: async (timeout = 10_000) => {
      await where.waitForFunction(() => window.tab?.connected(), undefined, { timeout, polling: 50 });
    },
    untilSeen: async (n, timeout = 15_000) => {
      await expect.poll(() => lastSeen(where), { timeout, message: `last event of ${name}` }).toBe(n);
    },
    untilSeenAtLeast: async (n, timeout = 15_000) => {
      await expect.poll(() => lastSeen(where), { timeout, message: `events of ${name}` }).toBeGreaterThanOrEqual(n);
    },
  };
}

export async function openTab(place: TabWindow): Promise<Tab> {
  const page = await place.context.newPage();
  if (place.realistic) await allowHiding(page);
  for (const script of place.options.init ?? []) await page.addInitScript(script);
  await page.goto(addressOf(place));

  return {
    ...(await participantIn(page, place.options.name)),
    page,
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
