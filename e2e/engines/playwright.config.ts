import path from 'node:path';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  forbidOnly: process.env.CI === 'true',
  reporter: [['list'], ['json']],
  outputDir: '../../test-results',
  projects: [
    {
      name: 'firefox',
      // It keeps no page that had a lock and a connection, and has no network process.
      testIgnore: '**/*.webkit.spec.ts',
      use: {
        launchOptions: {
          // Playwright's name for a Firefox as it is shipped, spoken to by WebDriver BiDi.
          channel: 'moz-firefox',
          executablePath: path.join(import.meta.dirname, 'firefox.sh'),
          firefoxUserPrefs: {
            // Else the fifth tab of a site shares the process of another.
            'dom.ipc.processCount.webIsolated': 16,
            // As Firefox has it; Playwright keeps hidden tabs awake.
            'dom.min_background_timeout_value': 1_000,
            'dom.min_background_timeout_value_without_budget_throttling': 1_000,
            'dom.timeout.enable_budget_timer_throttling': true,
          },
        },
      },
    },
    { name: 'webkit' },
  ],
});
