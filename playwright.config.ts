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

/**
 * Half of the time is waiting for servers, tokens and whole applications: those specs run beside the others, in a
 * browser of their own. Two lanes, not more: what watches the life of pages wants a core for itself.
 */
const beside = [
  '**/demo*.spec.ts',
  '**/inspector.spec.ts',
  '**/react.spec.ts',
  '**/compat/*.spec.ts',
  '**/{node-sessions,nodes,sessions,users}.spec.ts',
  '**/{auth,signin,tokens}.spec.ts',
];
/** They have a configuration and a command of their own. */
const otherEngines = '**/e2e/engines/**';

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 2,
  retries: 0,
  timeout: 45_000,
  forbidOnly: process.env.CI === 'true',
  reporter: [['list'], ['json', { outputFile: '.cache/e2e.json' }]],
  projects: [
    {
      name: 'chromium',
      testIgnore: [realistic, otherEngines, ...beside],
      workers: 1,
      use: { browserName: 'chromium', launchOptions },
    },
    { name: 'chromium-beside', testMatch: beside, workers: 1, use: { browserName: 'chromium', launchOptions } },
    {
      name: 'chromium-realistic',
      workers: 1,
      testMatch: realistic,
      use: { browserName: 'chromium', launchOptions: { ...launchOptions, ignoreDefaultArgs: tamers } },
    },
  ],
});
