/** Finds a Chromium that starts, or installs one, or says everything that was tried and what to do. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from '@playwright/test';
import { aptInstall, canApt, lastLine, onPath } from './find.mjs';

const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macApps = ['Google Chrome', 'Chromium'].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);

/**
 * @param {(note: string) => void} [say] told before anything that takes long
 * @returns {Promise<{ executablePath: string, version: string, how: string }>}
 */
export async function findChromium(say = console.error) {
  const tried = [];
  const attempt = async (how, executablePath, cure) => {
    if (!executablePath) return tried.push(`${how}: none (${cure})`) && null;
    try {
      const version = process.platform === 'win32' ? '' : await lastLine(executablePath, ['--version'], 30_000);
      return { executablePath, version, how };
    } catch (error) {
      tried.push(`${how}: ${executablePath} does not start: ${error.message} (${cure})`);
      return null;
    }
  };
  const ofPlaywright = () => [chromium.executablePath()].find((file) => existsSync(file));
  const ofSystem = () => names.map(onPath).find(Boolean) ?? macApps.find((file) => existsSync(file));

  const explicit = process.env.ONESOCKET_CHROMIUM;
  if (explicit) {
    const found = await attempt('ONESOCKET_CHROMIUM', explicit, 'correct the variable or unset it');
    if (found) return found;
    throw new Error(`ONESOCKET_CHROMIUM is set but unusable.\n - ${tried.join('\n - ')}`);
  }
  const found =
    (await attempt("Playwright's cache", ofPlaywright(), 'npx playwright install --with-deps chromium')) ??
    (await attempt('PATH', ofSystem(), `install one of ${names.join(', ')}`));
  if (found) return found;

  say('No Chromium found; installing one: npx playwright install chromium (at most 60 s)');
  try {
    await lastLine(process.execPath, [playwright, 'install', 'chromium'], 60_000);
    const installed = await attempt('npx playwright install chromium', ofPlaywright(), 'npx playwright install-deps');
    if (installed) return installed;
  } catch (error) {
    tried.push(`npx playwright install chromium: ${error.message} (needs the internet; run it by hand to see more)`);
  }
  if (canApt()) {
    say('Installing Chromium by apt-get (some minutes)');
    try {
      await aptInstall(['chromium', 'fonts-liberation']);
      const installed = await attempt('apt-get install chromium', ofSystem(), 'apt-get install --reinstall chromium');
      if (installed) return installed;
    } catch (error) {
      tried.push(`apt-get install -y chromium: ${error.message} (run it by hand)`);
    }
  } else tried.push('apt-get: not as this user or on this system (run: sudo apt-get install -y chromium)');
  throw new Error(`No usable Chromium found. Tried, in order:\n - ${tried.join('\n - ')}`);
}
