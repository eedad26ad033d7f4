/** WebKitGTK. Each engine a session of its own, with storage of its own. */
import { expect } from '@playwright/test';
import type { Engine, EnginePage } from './engine.ts';
import { startWebDriver } from './webdriver.ts';

type Opened = { readonly handle: string };
type Outcome<Result> = { readonly value?: Result; readonly error?: string };

export async function openWebKit(): Promise<Engine> {
  const driver = await startWebDriver();
  // Its storage lives as long as a window of it: this one shows nothing and stays.
  const home = await driver.command<string>('GET', '/window');
  await driver.command('POST', '/timeouts', { script: 30_000, pageLoad: 30_000 });
  let last: Promise<unknown> = Promise.resolve();

  /** A command goes to the window chosen before: nothing of another page may come between. */
  function inWindow<Result>(handle: string, run: () => Promise<Result>): Promise<Result> {
    const mine = last.then(async () => {
      await driver.command('POST', '/window', { handle });
      return run();
    });
    last = mine.catch(() => {});
    return mine;
  }

  function toPage(handle: string): EnginePage {
    const page: EnginePage = {
      async evaluate(run, arg) {
        const script = `const [arg, done] = arguments;
          new Promise((resolve) => resolve((${run})(arg === null ? undefined : arg)))
            .then((value) => JSON.stringify({ value }))
            .then(done, (error) => done(JSON.stringify({ error: String(error) })));`;
        const answer = await inWindow(handle, () =>
          driver.command<string>('POST', '/execute/async', { script, args: [arg ?? null] }),
        );
        const { value, error } = JSON.parse(answer) as Outcome<Awaited<ReturnType<typeof run>>>;
        if (error !== undefined) throw new Error(error);
        return value as Awaited<ReturnType<typeof run>>;
      },
      waitForFunction: (isTrue, _arg, { timeout = 30_000, polling }) =>
        expect.poll(async () => Boolean(await page.evaluate(isTrue)), { timeout, intervals: [polling] }).toBe(true),
      goto: (url) => inWindow(handle, () => driver.command('POST', '/url', { url })),
      back: () => inWindow(handle, () => driver.command('POST', '/back')),
      reload: () => inWindow(handle, () => driver.command('POST', '/refresh')),
      close: () => inWindow(handle, () => driver.command('DELETE', '/window')),
      hide: () => inWindow(handle, () => driver.command('POST', '/window/minimize')),
    };
    return page;
  }

  return {
    browser: `WebKitGTK ${driver.version}`,
    async open() {
      const { handle } = await inWindow(home, () => driver.command<Opened>('POST', '/window/new', { type: 'window' }));
      return toPage(handle);
    },
    pageProcess: /WebKitWebProcess/,
    keepsPages: true,
    close: () => driver.close(),
  };
}
