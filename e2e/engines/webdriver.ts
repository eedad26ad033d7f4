/** WebKitGTK's browser, driven by its WebDriver, on a display of its own. https://www.w3.org/TR/webdriver2/ */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { expect } from '@playwright/test';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { descendantsOf, endAll } from './processes.ts';

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}
type Method = 'GET' | 'POST' | 'DELETE';

export interface WebDriver {
  /** Of WebKitGTK. */
  readonly version: string;
  /** One command of the session; `path` below its own. Rejects with the driver's words. */
  command<Answer>(method: Method, path: string, body?: object): Promise<Answer>;
  /** Ends all its processes, whatever became of the session. */
  close(): Promise<void>;
}

/** Longer than any page is kept busy. */
const answerMs = 60_000;

async function startDisplay(): Promise<{ child: ChildProcess; name: string }> {
  const args = ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'];
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = await once(child.stdio[3] as Readable, 'data');
  return { child, name: `:${String(number).trim()}` };
}

async function ask<Answer>(method: Method, address: string, body: object = {}): Promise<Answer> {
  const answer = await fetch(address, {
    method,
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(answerMs),
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  const { value } = (await answer.json()) as { value: Answer & { readonly error?: string; readonly message?: string } };
  if (value?.error !== undefined) throw new Error(`${method} ${address}: ${value.error}: ${value.message}`);
  return value;
}

export async function startWebDriver(): Promise<WebDriver> {
  const display = await startDisplay();
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display.name };
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' });
  const origin = `http://127.0.0.1:${port}`;
  const close = async () => {
    await endAll(descendantsOf(driver.pid ?? 0));
    for (const child of [driver, display.child]) {
      const ended = once(child, 'exit');
      if (child.kill('SIGKILL')) await ended;
    }
  };

  const isReady = () =>
    ask('GET', `${origin}/status`).then(
      () => true,
      () => false,
    );
  try {
    await expect.poll(isReady, { timeout: 20_000, message: 'WebKitWebDriver listens', intervals: [100] }).toBe(true);
    const session = await ask<Session>('POST', `${origin}/session`, { capabilities: {} });
    return {
      version: session.capabilities.browserVersion,
      command: (method, path, body) => ask(method, `${origin}/session/${session.sessionId}${path}`, body),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
