/** `onesocket/inspector` in real tabs: what it shows, that it can be used by keyboard, what it costs when closed. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { build } from 'esbuild';
import { root } from '../scripts/lib/bundle.mjs';
import type { App, AppConfig } from './inspector/app.ts';
import { test as base, expect } from './support/fixtures.ts';
import { mintToken } from './support/tokens.ts';

declare const app: App;

let script: Promise<string> | undefined;
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'e2e/inspector/app.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    absWorkingDir: root,
  });
  return outputFiles[0]?.text ?? '';
}

/** A site that forbids styles and scripts from elsewhere, as a careful one does. */
async function serveSite(config: AppConfig) {
  script ??= bundle();
  const code = `globalThis.appConfig = ${JSON.stringify(config)};\n${await script}`;
  const html = `<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width"><title>app</title>
    <main><h1>An application</h1><p>Its own content.</p></main><script src=/app.js></script></html>`;
  const server = createServer(({ url }, response) => {
    const [type, body] = url === '/app.js' ? ['text/javascript; charset=utf-8', code] : ['text/html', html];
    const policy = `default-src 'none'; script-src 'self'; connect-src *`;
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

interface Site {
  readonly open: (context: BrowserContext, options?: Parameters<App['mount']>[0]) => Promise<Page>;
}
const test = base.extend<{ site: Site }>({
  site: async ({ network }, use) => {
    const token = await mintToken('u1', 600);
    const { origin, close } = await serveSite({ url: `http://127.0.0.1:${network.port}`, token });
    await use({
      async open(context, options = {}) {
        const page = await context.newPage();
        await page.goto(origin);
        await page.evaluate((how) => void app.mount(how), options);
        await page.waitForFunction(() => app.socket.connected);
        return page;
      },
    });
    close();
  },
});

const panelOf = (page: Page): Locator => page.getByRole('region', { name: 'OneSocket inspector' });
const rowsOf = (page: Page): Locator => panelOf(page).getByRole('table', { name: 'Messages' }).locator('tbody tr');

async function expectClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test('[P9] shows tabs, leader, terms, cursors, commands and messages, in each of three tabs', async ({
  context,
  site,
  server,
}) => {
  const pages = [await site.open(context), await site.open(context, { open: true }), await site.open(context)];
  const [leader, follower] = pages as [Page, Page, Page];
  await leader.getByRole('button', { name: 'OneSocket inspector' }).click();
  await expect(panelOf(leader)).toContainText('This tab leads');
  await expect(panelOf(follower)).toContainText('waits for the lock');
  for (const page of [leader, follower]) {
    await expect(panelOf(page).getByRole('table', { name: 'Tabs' }).locator('tbody tr')).toHaveCount(3);
    await expect(panelOf(page)).toContainText(String(await page.evaluate(() => app.socket.status.term)));
  }

  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 7 });
  for (const page of [leader, follower]) {
    const row = panelOf(page).getByRole('row', { name: /^user:u1 / });
    await expect(row.getByRole('cell')).toHaveText(['7', '7', '0', '']);
  }
  await expect(rowsOf(leader).filter({ hasText: 'from server' }).filter({ hasText: 'tick' })).not.toHaveCount(0);
  await expect(rowsOf(follower).filter({ hasText: 'from tabs' }).filter({ hasText: 'tick' })).not.toHaveCount(0);

  await follower.evaluate(() => void app.socket.emitWithAck('held', { key: 'k1' }).catch(() => {}));
  const commands = panelOf(follower).getByRole('table', { name: 'Commands in flight' });
  await expect(commands.getByRole('row', { name: /held/ })).toContainText('sent');
  await server.ask('release', {});
  await expect(commands.getByRole('row', { name: /held/ })).toHaveCount(0);

  await leader.close();
  await expect(panelOf(follower).getByRole('table', { name: 'Leaderships' })).toContainText('the one before left');
});

test('[P6] neither payloads nor tokens are shown or exported', async ({ context, site }) => {
  const leader = await site.open(context, { open: true });
  const follower = await site.open(context, { open: true });
  await follower.evaluate(() => app.socket.emitWithAck('work', { key: 'k1', secret: 'plaintext-4711' }));
  for (const page of [leader, follower]) {
    await expect(rowsOf(page).filter({ hasText: 'work' })).not.toHaveCount(0);
    const download = page.waitForEvent('download');
    await panelOf(page).getByRole('button', { name: 'Export JSON' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^onesocket-.+\.json$/);
    const text = await readFile(await file.path(), 'utf8');
    const exported = JSON.parse(text) as { diagnostics: { tab: string }; messages: readonly { type: string }[] };
    expect(exported.diagnostics.tab).toBe(await page.evaluate(() => app.socket.diagnostics().tab));
    expect(exported.messages.map(({ type }) => type)).toContain('command');
    const token = await page.evaluate(() => (globalThis as unknown as { appConfig: AppConfig }).appConfig.token);
    for (const secret of ['plaintext-4711', token]) {
      expect(text).not.toContain(secret);
      await expect(panelOf(page)).not.toContainText(secret);
    }
  }
});

test('[P8] keeps the last 200 messages, filters them, and stands still in a pause', async ({ context, site }) => {
  const page = await site.open(context, { open: true });
  /** Messages of nobody, on the channel of the group. */
  const noise = (from: number, to: number) =>
    page.evaluate(
      ([first, last]) => {
        const channel = new BroadcastChannel(app.socket.diagnostics().group);
        for (let n = first; n <= last; n += 1) channel.postMessage({ v: 1, from: 'nobody', type: `noise-${n}` });
        channel.close();
      },
      [from, to] as const,
    );
  const row = (n: number) => rowsOf(page).getByRole('rowheader', { name: `noise-${n}`, exact: true });
  await noise(1, 300);
  await expect(row(300)).toHaveCount(1);
  await expect(rowsOf(page)).toHaveCount(200);
  await expect(row(100)).toHaveCount(0);
  const types = await rowsOf(page).getByRole('rowheader').allTextContents();
  const numbers = types.filter((type) => type.startsWith('noise-')).map((type) => Number(type.slice(6)));
  expect(numbers).toEqual(numbers.map((_, at) => 301 - numbers.length + at));

  const pause = panelOf(page).getByRole('button', { name: 'Pause' });
  await pause.click();
  await expect(pause).toHaveAttribute('aria-pressed', 'true');
  await noise(301, 305);
  await expect(panelOf(page)).toContainText('passed during the pause');
  await expect(row(300)).toHaveCount(1);
  await pause.click();
  await noise(306, 306);
  await expect(row(306)).toHaveCount(1);
  await expect(row(301)).toHaveCount(0);

  const search = panelOf(page).getByRole('searchbox');
  const fromTabs = panelOf(page).getByRole('checkbox', { name: 'from tabs' });
  await search.fill(' NOISE-300');
  await expect(rowsOf(page)).toHaveCount(1);
  await fromTabs.uncheck();
  await expect(rowsOf(page)).toHaveCount(0);
  await fromTabs.check();
  await expect(rowsOf(page)).toHaveCount(1);
  await search.fill('');
  await expect(rowsOf(page)).toHaveCount(200);
  await pause.click();
  await panelOf(page).getByRole('button', { name: 'Clear' }).click();
  await expect(rowsOf(page)).toHaveCount(0);
});

test('can be used by keyboard alone, and has nothing that axe complains about', async ({ context, site }) => {
  const page = await site.open(context);
  await expectClean(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(panelOf(page)).toBeFocused();
  const reached = new Set<string>();
  for (let step = 0; step < 14; step += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const inner = document.querySelector('[data-onesocket-inspector]')?.shadowRoot?.activeElement;
      const outline = inner ? getComputedStyle(inner).outlineStyle : 'none';
      return inner && outline !== 'none'
        ? (inner.getAttribute('aria-label') ?? inner.parentElement?.textContent ?? '') + inner.textContent
        : '';
    });
    reached.add(name);
  }
  const all = [...reached].join('|');
  for (const name of ['Pause', 'Clear', 'Export JSON', 'Close', 'Filter messages', 'from server', 'Messages, newest']) {
    expect(all).toContain(name);
  }
  await expectClean(page);
  await page.keyboard.press('Escape');
  await expect(panelOf(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'OneSocket inspector' })).toBeFocused();
});

test('costs nothing when closed, and leaves nothing when unmounted', async ({ context, site, server }) => {
  const page = await site.open(context);
  const cost = () => page.evaluate(() => app.cost());
  expect(await cost()).toEqual({ looks: 0, listeners: 0 });
  await page.getByRole('button', { name: 'OneSocket inspector' }).click();
  await expect(rowsOf(page)).toHaveCount(0);
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 1 });
  await expect(rowsOf(page)).not.toHaveCount(0);
  expect((await cost()).listeners).toBe(1);
  await panelOf(page).getByRole('button', { name: 'Close' }).click();
  const before = await cost();
  expect(before.listeners).toBe(0);
  await server.publish({ to: { user: 'u1' }, type: 'tick', from: 2, count: 1 });
  await page.waitForFunction(() => document.title === 'tick 2');
  expect(await cost()).toEqual(before);

  await page.evaluate(() => {
    const inspector = app.mount({ open: true });
    inspector.unmount();
    inspector.unmount();
  });
  expect((await cost()).listeners).toBe(0);
  await expect(page.locator('[data-onesocket-inspector]')).toHaveCount(1);
});

test('stands in an element of the page when it is given one', async ({ context, site }) => {
  const page = await site.open(context, { inline: true, open: true });
  const main = page.getByRole('main');
  await expect(main.getByRole('region', { name: 'OneSocket inspector' })).toBeVisible();
  const [outer, inner] = await Promise.all([main.boundingBox(), panelOf(page).boundingBox()]);
  expect(inner?.width).toBeLessThanOrEqual(outer?.width ?? 0);
  expect(inner?.y).toBeGreaterThan(outer?.y ?? 0);
  await expectClean(page);
  const folder = process.env.ONESOCKET_SCREENSHOTS;
  if (folder) await page.screenshot({ path: path.join(root, '.cache/inspector-inline.png') });
});

for (const theme of ['light', 'dark'] as const) {
  test(`is readable in ${theme}, wide and narrow`, async ({ context, site, server }) => {
    const [first, page] = [await site.open(context), await site.open(context, { open: true, theme })];
    await site.open(context);
    await page.setViewportSize({ width: 1280, height: 860 });
    await server.publish({ to: { user: 'u1' }, type: 'tick', from: 1, count: 12, perSecond: 40 });
    await page.evaluate(() => app.socket.emitWithAck('work', { key: 'k1', secret: '' }));
    await page.evaluate(() => void app.socket.emitWithAck('held', { key: 'k2' }).catch(() => {}));
    await first.close();
    await expect(panelOf(page)).toContainText('This tab leads');
    await expect(panelOf(page)).toContainText('leader, connected, 2 tabs');
    await expectClean(page);
    // For the documentation: `ONESOCKET_SCREENSHOTS=docs/screenshots`.
    const folder = process.env.ONESOCKET_SCREENSHOTS;
    if (folder) await panelOf(page).screenshot({ path: path.join(root, folder, `inspector-${theme}.png`) });
    await page.setViewportSize({ width: 420, height: 800 });
    await expectClean(page);
    if (folder) await page.screenshot({ path: path.join(root, `.cache/inspector-narrow-${theme}.png`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await server.ask('release', {});
  });
}
