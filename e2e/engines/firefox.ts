/** A stock Firefox by Playwright over WebDriver BiDi, each engine a profile of its own. */
import type { Browser, Page } from '@playwright/test';
import type { Engine, EnginePage } from './engine.ts';

function toEnginePage(page: Page): EnginePage {
  return {
    evaluate: (run, arg) => page.evaluate(run as never, arg) as never,
    waitForFunction: (isTrue, arg, options) => page.waitForFunction(isTrue, arg, options),
    goto: async (address) => {
      await page.goto(address);
    },
    // Playwright's own way back waits for events that a kept page does not fire.
    back: () => page.evaluate(() => history.back()),
    reload: async () => {
      await page.reload();
    },
    close: () => page.close(),
    // A tab over it; `bringToFront` of another window does not hide it.
    hide: () => page.evaluate(() => void window.open('about:blank')),
  };
}

export async function openFirefox(browser: Browser): Promise<Engine> {
  const context = await browser.newContext();
  return {
    browser: `Firefox ${browser.version()}`,
    open: async () => toEnginePage(await context.newPage()),
    pageProcess: /-contentproc .* tab$/,
    keepsPages: false,
    close: () => context.close(),
  };
}
