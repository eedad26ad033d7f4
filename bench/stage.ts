/** What one run plays on: a fresh server process, a fresh browser, and tabs that all hear the server. */
import { type Browser, launch, type Tab } from '../e2e/support/cdp.ts';
import type { Built } from './build.ts';
import { type Mode, serverModeOf } from './modes.ts';
import type { Tally } from './pages/tab.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { sleep, until } from './waits.ts';

export interface StageOptions {
  readonly mode: Mode;
  readonly tabs: number;
  readonly built: Built;
  /** Writes the server's CPU profile there. */
  readonly profileFolder?: string;
}
export interface Stage {
  readonly mode: Mode;
  readonly browser: Browser;
  readonly server: ServerProcess;
  /** Those that are open, oldest first. */
  tabs(): readonly Tab[];
  openTab(): Promise<void>;
  /** Takes the tab out of the run, whatever state it is in. */
  closeTab(tab: Tab): Promise<void>;
  leader(): Promise<Tab>;
  /** Emits single events until every tab has the newest. */
  untilAllHear(): Promise<void>;
  close(): Promise<void>;
}

let lastVersion = 'no browser started';
/** Of the browser that was launched last, for the report. */
export const browserVersion = (): string => lastVersion;

const readyTimeoutMs = 60_000;
const hearTimeoutMs = 30_000;

export async function openStage({ mode, tabs: tabCount, built, profileFolder }: StageOptions): Promise<Stage> {
  const serverOptions = { ...built, mode: serverModeOf(mode) };
  const server = await startServer(profileFolder ? { ...serverOptions, profileFolder } : serverOptions);
  const browser = await launch().catch(async (error) => {
    await server.close();
    throw error;
  });
  lastVersion = browser.version;
  let tabs: readonly Tab[] = [];

  async function untilAllHear(): Promise<void> {
    await until(hearTimeoutMs, `${mode}: every tab hears the server`, async () => {
      const { last } = await server.ask({ do: 'burst', count: 1 });
      await sleep(100);
      const tallies = await readAll<Tally>(tabs, 'tally()');
      return tallies.every((tally) => tally.last === last);
    });
  }
  const stage: Stage = {
    mode,
    browser,
    server,
    tabs: () => tabs,
    async openTab() {
      const tab = await browser.openTab(`${server.url}${mode}`);
      tabs = [...tabs, tab];
      await until(readyTimeoutMs, `${mode}: tab ${tabs.length} is ready`, () =>
        tab.evaluate('!!window.bench?.ready()'),
      );
    },
    async closeTab(tab) {
      tabs = tabs.filter((other) => other !== tab);
      await tab.close().catch(() => {});
    },
    async leader() {
      const roles = await readAll<string>(tabs, 'role()');
      const [leader, second] = tabs.filter((_tab, index) => roles[index] === 'leader');
      if (!leader || second) throw new Error(`${mode}: not one leader: ${roles.join(' ')}`);
      return leader;
    },
    untilAllHear,
    async close() {
      await browser.close();
      await server.close();
    },
  };
  try {
    while (tabs.length < tabCount) await stage.openTab();
    await untilAllHear();
    if (mode !== 'a') await stage.leader();
  } catch (error) {
    const detail = await details(tabs);
    await stage.close();
    throw new Error(`${(error as Error).message}${detail}`, { cause: error });
  }
  return stage;
}

/** `call` is what comes after `bench.` in each page. */
export function readAll<Result>(tabs: readonly Tab[], call: string, timeoutMs?: number): Promise<Result[]> {
  return Promise.all(tabs.map((tab) => read<Result>(tab, call, timeoutMs)));
}
export function read<Result>(tab: Tab, call: string, timeoutMs?: number): Promise<Result> {
  return tab.evaluate<Result>(`bench.${call}`, timeoutMs);
}

/** For the message of a failed run: what each tab counted and knows. */
export async function details(tabs: readonly Tab[]): Promise<string> {
  const call = 'JSON.stringify({ role: bench.role(), tally: bench.tally(), detail: bench.detail?.() })';
  const lines = tabs.map((tab, index) =>
    tab.evaluate<string>(call, 2_000).then(
      (text) => `\n  tab ${index + 1}: ${text}`,
      (error: Error) => `\n  tab ${index + 1}: ${error.message}`,
    ),
  );
  return (await Promise.all(lines)).join('');
}
