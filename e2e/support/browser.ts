/** A browser with a profile of its own on disk, whose processes can be stopped, resumed and killed all at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, BrowserType } from '@playwright/test';

export interface OwnBrowser {
  readonly context: BrowserContext;
  /** To every process of the browser. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** As a power cut would end it: no page, no process is told. */
  kill(): Promise<void>;
}

export interface Profile {
  /** Starts a browser on it; one at a time. */
  launch(): Promise<OwnBrowser>;
  close(): Promise<void>;
}

/** @param preferences - what its user chose before, as Chromium keeps it */
export function createProfile(browserType: BrowserType, preferences?: object): Profile {
  const directory = mkdtempSync(path.join(tmpdir(), 'onesocket-profile-'));
  if (preferences) {
    mkdirSync(path.join(directory, 'Default'));
    writeFileSync(path.join(directory, 'Default', 'Preferences'), JSON.stringify(preferences));
  }
  let running: OwnBrowser | null = null;

  async function launch(): Promise<OwnBrowser> {
    const context = await browserType.launchPersistentContext(directory);
    const pid = await pidOf(context);
    // The browser leads a process group: one signal reaches all of it.
    const signal = (name: NodeJS.Signals): void => void process.kill(-pid, name);
    const kill = async (): Promise<void> => {
      const closed = new Promise((done) => context.once('close', done));
      signal('SIGKILL');
      await closed;
      running = null;
    };
    running = { context, signal, kill };
    return running;
  }

  return {
    launch,
    async close() {
      await running?.kill();
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function pidOf(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  if (!pid) throw new Error('the browser does not tell its process id');
  return pid;
}
