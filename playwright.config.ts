import { defineConfig } from '@playwright/test';
import { browserLaunch, siteUrl } from './tests/e2e/browser.ts';

// The built app in Chromium. The server is ours, so that headers are those of `npm start`.
export default defineConfig({
  testDir: 'tests',
  testMatch: ['e2e/**/*.spec.ts', 'engine/**/*.spec.ts'],
  // Most of a journey is waiting for a person's pace.
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  // A shared machine may stall for seconds. What passes only the second time is listed as flaky, to be mended.
  retries: process.env.CI === undefined ? 0 : 1,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: true,
  use: {
    baseURL: siteUrl,
    viewport: { width: 1280, height: 800 },
    launchOptions: browserLaunch,
    trace: 'off',
    // It would fetch and check the whole app for each test; what it does is tested where it is allowed.
    serviceWorkers: 'block',
  },
  webServer: {
    command: `node scripts/serve.mjs build ${new URL(siteUrl).port}`,
    url: siteUrl,
    reuseExistingServer: false,
  },
});
