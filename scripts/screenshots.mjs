/**
 * `npm run screenshots -- [name ...]`: pictures of the demo's pages in light, dark and at 360 px, written to
 * `docs/screenshots`. Names choose pages; without any all are taken.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { stop } from 'esbuild';
import { bundleForNode, root } from './lib/bundle.mjs';
import { findChromium } from './lib/find-chromium.mjs';

const folder = path.join(root, 'docs/screenshots');
const maxTotalBytes = 3 << 20;

const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { name: '360', colorScheme: 'light', viewport: { width: 360, height: 780 } },
];

const equalTabs = (view, count) =>
  view
    .locator('[data-equal=true]')
    .nth(count - 1)
    .waitFor();
const visible = (page, testId) => page.getByTestId(testId).first().waitFor();

/** Where, and until when it is worth a picture. `act` brings it there. */
const shots = [
  { name: 'sign-in', path: '/', signedOut: true, ready: (page) => visible(page, 'sign-in') },
  {
    name: 'desk',
    path: '/',
    height: 1240,
    tabs: 2,
    ready: (page) => equalTabs(page, 2),
  },
  { name: 'notifications', path: '/notifications', ready: (page) => visible(page, 'notification') },
  {
    name: 'bell',
    looks: ['dark', '360'],
    path: '/notifications',
    ready: (page) => visible(page, 'notification'),
    act: (page) => page.getByTestId('bell').click(),
  },
  {
    name: 'menu',
    looks: ['dark', '360'],
    path: '/',
    ready: (page) => visible(page, 'peer'),
    act: (page) => page.getByTestId('user').click(),
  },
  {
    name: 'dialog',
    path: '/notifications',
    ready: (page) => visible(page, 'notification'),
    act: (page) => page.getByTestId('send').click(),
  },
  {
    name: 'learning',
    path: '/learning',
    ready: (page) => visible(page, 'board-row'),
    async act(page) {
      await page.getByTestId('option-2').click();
      await page.getByTestId('answer').filter({ hasText: /./ }).waitFor();
    },
  },
  { name: 'shop', path: '/shop', ready: (page) => visible(page, 'order') },
  {
    name: 'offline',
    looks: ['360'],
    path: '/shop',
    ready: (page) => visible(page, 'order'),
    async act(page) {
      await page.context().setOffline(true);
      await page.getByText('No connection just now').waitFor({ timeout: 60_000 });
    },
  },
  {
    name: 'operations',
    path: '/operations',
    async ready(page) {
      await page.locator('[data-testid=service-orders][data-status=running]').waitFor();
      await page.getByTestId('poison-mailer').click();
      await visible(page, 'letter');
      // Enough points for a line.
      const few = ['0', '1', '2', '3', '4'].map((points) => `[data-points="${points}"]`);
      await page.locator(`[data-testid=chart-latency]:not(${few})`).waitFor();
    },
  },
  {
    name: 'panes',
    path: '/panes',
    ready: (page) =>
      Promise.all([1, 2, 3, 4].map((pane) => equalTabs(page.frameLocator(`[data-testid=pane-${pane}]`), 4))),
  },
];

async function startDemo() {
  const program = await bundleForNode('demo/server/main.ts');
  await stop();
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', DATABASE: ':memory:' };
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) return { child, address: address.replace('localhost', '127.0.0.1') };
  }
  throw new Error('The demo did not start.');
}

async function take(browser, address, look, shot) {
  const { name, colorScheme, viewport } = look;
  const context = await browser.newContext({
    ...{ colorScheme, reducedMotion: 'reduce' },
    viewport: { ...viewport, ...(shot.height && { height: shot.height }) },
  });
  const url = `${address}${shot.path}${shot.signedOut ? '' : '?as=ada'}`;
  const page = await context.newPage();
  await page.goto(url);
  for (let tab = 1; tab < (shot.tabs ?? 1); tab += 1) {
    const other = await context.newPage();
    await other.goto(url);
    await visible(other, 'peer');
  }
  await page.bringToFront();
  await shot.ready(page);
  await shot.act?.(page);
  // What was pressed is neither scrolled to nor pointed at.
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  const file = path.join(folder, `${shot.name}-${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  await context.close();
}

const wanted = process.argv.slice(2);
const chosen = wanted.length > 0 ? shots.filter(({ name }) => wanted.includes(name)) : shots;
await mkdir(folder, { recursive: true });
const { child, address } = await startDemo();
const browser = await chromium.launch({ executablePath: (await findChromium()).executablePath });
try {
  for (const shot of chosen)
    for (const look of looks.filter(({ name }) => shot.looks?.includes(name) ?? true))
      await take(browser, address, look, shot);
} finally {
  await browser.close();
  child.kill();
}
let total = 0;
for (const file of await readdir(folder)) total += (await stat(path.join(folder, file))).size;
console.log(`${folder} has ${Math.round(total / 1024)} KB`);
if (total > maxTotalBytes) {
  console.error(`More than ${maxTotalBytes / 1024} KB.`);
  process.exitCode = 1;
}
