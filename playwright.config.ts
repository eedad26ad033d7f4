import { defineConfig } from '@playwright/test';

// `npm run test:e2e` finds the browser and names it here; without it Playwright takes its own.
const executablePath = process.env.ONESOCKET_CHROMIUM;
const launchOptions = executablePath ? { executablePath } : {};

/** Playwright's defaults that keep hidden tabs awake and pages out of the back/forward cache. */
const tamers = [
  '--disable-back-forward-cache',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
];
const realistic = '**/*.realistic.spec.ts';
/** They have a configuration and a command of their own. */
const otherEngines = '**/e2e/engines/**';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  retries: 0,
  timeout: 45_000,
  forbidOnly: process.env.CI === 'true',
  reporter: [['list'], ['json', { outputFile: '.cache/e2e.json' }]],
  projects: [
    { name: 'chromium', testIgnore: [realistic, otherEngines], use: { browserName: 'chromium', launchOptions } },
    {
      name: 'chromium-realistic',
      testMatch: realistic,
      use: { browserName: 'chromium', launchOptions: { ...launchOptions, ignoreDefaultArgs: tamers } },
    },
  ],
});
