/**
 * Chromium by its debugging pipe, without a driver between: no domain is enabled, so nothing is reported
 * that was not asked for, hidden tabs are hidden and the back/forward cache is on.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

export interface LaunchOptions {
  /** @defaultValue `ONESOCKET_CHROMIUM`, else the first of chromium, chromium-browser, google-chrome on PATH */
  readonly executablePath?: string;
  readonly args?: readonly string[];
  /** Bound on every call of the protocol. @defaultValue 30_000 */
  readonly timeoutMs?: number;
}
export interface Browser {
  readonly pid: number;
  readonly version: string;
  send<Result>(method: string, params?: object, sessionId?: string, timeoutMs?: number): Promise<Result>;
  /** A new tab in the one window, in front of the others; resolves when the page has loaded. */
  openTab(url: string): Promise<Tab>;
  /** Ends every process of this browser and removes its profile. */
  close(): Promise<void>;
}
export interface Tab {
  readonly targetId: string;
  send<Result>(method: string, params?: object, timeoutMs?: number): Promise<Result>;
  /** A value that JSON can hold; a promise is awaited. */
  evaluate<Result>(expression: string, timeoutMs?: number): Promise<Result>;
  /** In front of the others, so that those become hidden. */
  show(): Promise<void>;
  navigate(url: string): Promise<void>;
  close(): Promise<void>;
  /** Kills the renderer; the tab only serves for `close()` afterwards. */
  crash(): void;
  /** Keeps the main thread busy. */
  hang(durationMs: number): void;
  /** Only a hidden tab freezes. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** Real hiding, throttling and back/forward cache; nothing fetched in the background; a renderer for each tab. */
const launchArgs = [
  '--headless=new',
  '--no-sandbox',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-breakpad',
  '--disable-gpu',
  '--metrics-recording-only',
  '--mute-audio',
  '--password-store=basic',
  '--renderer-process-limit=200',
];

export async function launch({ executablePath, args = [], timeoutMs = 30_000 }: LaunchOptions = {}): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'onesocket-chromium-'));
  const child = spawn(
    executablePath ?? findChromium(),
    [...launchArgs, `--user-data-dir=${profile}`, ...args, 'about:blank'],
    // A group of its own: one signal ends all its processes.
    { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  const send = createPipe(child, timeoutMs);
  const pid = child.pid ?? 0;
  const killAll = (): void => {
    try {
      if (pid > 0) process.kill(-pid, 'SIGKILL');
    } catch {} // All have ended.
  };
  const removeProfile = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  /** The program ends without `close()`: interrupted, or by an error. */
  const onExit = (): void => {
    killAll();
    removeProfile();
  };
  process.once('exit', onExit);

  const close = async (): Promise<void> => {
    if (child.exitCode === null && pid > 0) {
      send('Browser.close', {}, undefined, 5_000).catch(() => {});
      await Promise.race([ended, sleep(5_000)]);
    }
    killAll();
    await Promise.race([ended, sleep(5_000)]);
    process.off('exit', onExit);
    removeProfile();
  };
  const openTab = async (url: string): Promise<Tab> => {
    const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const tab = createTab(send, targetId, sessionId);
    await tab.navigate(url);
    return tab;
  };

  try {
    const { product } = await send<{ product: string }>('Browser.getVersion');
    return { pid, version: product, send, openTab, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Send = Browser['send'];

function createTab(send: Send, targetId: string, sessionId: string): Tab {
  const call: Tab['send'] = (method, params = {}, timeoutMs) => send(method, params, sessionId, timeoutMs);
  /** Crashing and hanging give no answer in time: closing the tab ends the wait. */
  const fire = (method: string, params: object): void => {
    call(method, params, 120_000).catch(() => {});
  };
  const evaluate = async <Result>(expression: string, timeoutMs?: number): Promise<Result> => {
    const answer = await call<Evaluated<Result>>(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      timeoutMs,
    );
    const { exceptionDetails } = answer;
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return answer.result.value;
  };
  return {
    targetId,
    send: call,
    evaluate,
    show: () => send('Target.activateTarget', { targetId }),
    async navigate(url) {
      const { errorText } = await call<{ errorText?: string }>('Page.navigate', { url });
      if (errorText) throw new Error(`cannot open ${url}: ${errorText}`);
      await evaluate(`document.readyState === 'complete' || new Promise((done) => addEventListener('load', done))`);
    },
    close: async () => {
      await send('Target.closeTarget', { targetId });
    },
    crash: () => fire('Page.crash', {}),
    hang: (durationMs) =>
      fire('Runtime.evaluate', { expression: `for (const end = Date.now() + ${durationMs}; Date.now() < end; );` }),
    freeze: () => call('Page.setWebLifecycleState', { state: 'frozen' }),
    thaw: () => call('Page.setWebLifecycleState', { state: 'active' }),
  };
}
interface Evaluated<Value> {
  readonly result: { readonly value: Value };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}
interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** JSON messages, each ended by a zero byte: file descriptor 3 into the browser, 4 out of it. */
function createPipe(child: ChildProcess, defaultTimeoutMs: number): Send {
  const [, , , input, output] = child.stdio as [null, null, null, Writable, Readable];
  const waitingById = new Map<number, Waiting>();
  let lastId = 0;
  let rest = '';

  const fail = (message: string): void => {
    for (const waiting of waitingById.values()) waiting.reject(new Error(message));
    waitingById.clear();
  };
  const take = (text: string): void => {
    const { id, error, result } = JSON.parse(text) as Answer;
    const waiting = id === undefined ? undefined : waitingById.get(id);
    if (id === undefined || !waiting) return;
    waitingById.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  };
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0');
    rest = texts.pop() ?? '';
    for (const text of texts) take(text);
  });
  output.on('error', () => {});
  input.on('error', () => {});
  child.once('error', (error) => fail(`Chromium did not start: ${error.message}`));
  child.once('exit', () => fail('Chromium ended'));

  return <Result>(method: string, params: object = {}, sessionId?: string, timeoutMs = defaultTimeoutMs) =>
    new Promise<Result>((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => {
        waitingById.delete(id);
        reject(new Error(`${method}: no answer in ${timeoutMs} ms`));
      }, timeoutMs);
      const settle = (run: () => void): void => {
        clearTimeout(timer);
        run();
      };
      waitingById.set(id, {
        resolve: (result) => settle(() => resolve(result as Result)),
        reject: (error) => settle(() => reject(error)),
      });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}

function findChromium(): string {
  const named = process.env.ONESOCKET_CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`ONESOCKET_CHROMIUM is not a file: ${named}`);
    return named;
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    try {
      return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {} // Not on PATH: the next name.
  }
  throw new Error('No Chromium on PATH: install it (Debian: apt-get install chromium) or set ONESOCKET_CHROMIUM.');
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
