/** The demo as a visitor finds it: its program started with a database of its own, and tabs that sign in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { bundleForNode } from '../../scripts/lib/bundle.mjs';

type UserId = 'ada' | 'grace' | 'alan' | 'linus';

interface DemoStage {
  /** More of the server's environment. Changed with `test.use`. */
  readonly demoEnv: Readonly<Record<string, string>>;
  /** Errors that a spec makes on purpose. Changed with `test.use`. */
  readonly expectedErrors: RegExp | null;
  /** Where it is. */
  readonly demo: string;
  /** A new tab, signed in, on that page; and its errors are the test's. */
  readonly visit: (options?: { user?: UserId; path?: string; context?: BrowserContext }) => Promise<Page>;
  /** A request as somebody; the answer's body. */
  readonly ask: <Answer>(user: UserId, method: string, path: string) => Promise<Answer>;
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the demo has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return address.replace('localhost', '127.0.0.1');
  }
  throw new Error('the demo did not say where it listens');
}

export async function tokenOf(demo: string, user: UserId): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${demo}/login`, { method: 'POST', headers, body: JSON.stringify({ user }) });
  const { token } = (await response.json()) as { token: string };
  return token;
}

export const test = base.extend<DemoStage>({
  demoEnv: [{}, { option: true }],
  expectedErrors: [null, { option: true }],

  demo: async ({ demoEnv }, use) => {
    const program = await bundleForNode('demo/server/main.ts');
    const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', DATABASE: ':memory:', ...demoEnv };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const address = await addressOf(child);
    child.stdout?.resume();
    await use(address);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  },

  visit: async ({ context, demo, expectedErrors }, use) => {
    const errors: string[] = [];
    const watched = new Set<BrowserContext>();
    await use(async ({ user = 'ada', path = '/', context: where = context } = {}) => {
      if (!watched.has(where)) where.on('weberror', (event) => errors.push(String(event.error().stack)));
      watched.add(where);
      const page = await where.newPage();
      await page.goto(`${demo}${path}?as=${user}`);
      await expect(page.getByTestId('connection-badge')).toHaveText(/Leader|Follower/);
      return page;
    });
    const uncaught = errors.filter((error) => !expectedErrors?.test(error));
    expect(uncaught, 'uncaught errors of the pages').toEqual([]);
  },

  ask: async ({ demo }, use) => {
    await use(async <Answer>(user: UserId, method: string, path: string) => {
      const headers = { authorization: `Bearer ${await tokenOf(demo, user)}` };
      const response = await fetch(`${demo}${path}`, { method, headers });
      expect(response.status).toBe(200);
      return (await response.json()) as Answer;
    });
  },
});

export { expect };
