// How the tests start Chromium: the system's one where there is one, without its calls home, with a fake camera.
import type { LaunchOptions } from '@playwright/test';
import { systemBrowser } from '../../scripts/install.mjs';

/** `HANDFUL_TEST_PORT` lets two checkouts test side by side. */
export const siteUrl = `http://localhost:${process.env.HANDFUL_TEST_PORT ?? '4180'}/`;

const quietFlags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

const executablePath = systemBrowser();

/** Launch options with Chromium's fake camera; `film` is a file it plays in a loop. */
export function launchWith(film: string | null, extra: readonly string[] = []): LaunchOptions {
  return {
    ...(executablePath !== null && { executablePath }),
    args: [
      ...quietFlags,
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(film === null ? [] : [`--use-file-for-fake-video-capture=${film}`]),
      ...extra,
    ],
  };
}

export const browserLaunch = launchWith(null);
