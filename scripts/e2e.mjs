/** `npm run test:e2e -- [playwright's arguments]`: finds a Chromium, then runs the tests in it. */
import { createRequire } from 'node:module';
import { root } from './lib/bundle.mjs';
import { findChromium } from './lib/find-chromium.mjs';
import { runChild } from './lib/run-child.mjs';

const chromium = await findChromium().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`Browser: ${chromium.version || chromium.executablePath} (${chromium.how})`);
const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const env = { ...process.env, ONESOCKET_CHROMIUM: chromium.executablePath };
process.exit(await runChild(process.execPath, [playwright, 'test', ...process.argv.slice(2)], { cwd: root, env }));
