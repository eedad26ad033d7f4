/** A tab as the specs of all engines handle it, whatever drives the browser. */
import { type Participant, participantIn, type Where } from '../support/tab.ts';
import { pidOfBusy } from './processes.ts';

/** One page, as its driver has it. */
export interface EnginePage extends Where {
  evaluate<Result, Arg = void>(run: (arg: Arg) => Result | Promise<Result>, arg?: Arg): Promise<Result>;
  goto(address: string): Promise<void>;
  back(): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
  hide(): Promise<void>;
}

export interface Engine {
  /** Name and version. */
  readonly browser: string;
  /** In a window of its own: all are visible. */
  open(): Promise<EnginePage>;
  /** Command of the processes that run pages, each window in one of its own. */
  readonly pageProcess: RegExp;
  /** Whether a tab that goes on to another page keeps this one, whole, for the way back. */
  readonly keepsPages: boolean;
  close(): Promise<void>;
}

export interface EngineTab extends Participant {
  readonly page: EnginePage;
  away(): Promise<void>;
  back(): Promise<void>;
  /** Keeps the page's main thread busy; resolves when that begins. */
  hang(ms: number): Promise<void>;
  /** Of the process that runs this page. */
  pid(): Promise<number>;
}

export async function openTab(page: EnginePage, { pageProcess }: Engine, address: string, name: string) {
  await page.goto(address);
  const hang = (ms: number) =>
    page.evaluate((length) => {
      // After the driver had its answer.
      setTimeout(() => {
        const end = Date.now() + length;
        while (Date.now() < end);
      });
    }, ms);
  const tab: EngineTab = {
    ...(await participantIn(page, name)),
    page,
    away: () => page.goto(new URL('/elsewhere', address).href),
    back: async () => {
      await page.back();
      await page.waitForFunction(() => window.tab !== undefined, undefined, { polling: 50 });
    },
    hang,
    pid: () => pidOfBusy(pageProcess, () => hang(1_500)),
  };
  return tab;
}
