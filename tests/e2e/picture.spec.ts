// Makes the README's picture: `HANDFUL_PICTURE=docs/teach.png npx playwright test picture`. A drawn camera, nobody's photograph.
import { test } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import { openApp, teachDrawnScenes, winner } from './teach.ts';

const path = process.env.HANDFUL_PICTURE;

test('picture of the Teach page', async ({ page }) => {
  test.skip(path === undefined, 'skipped: HANDFUL_PICTURE names no file');
  await page.setViewportSize({ width: 1360, height: 860 });
  await installDrawnCamera(page);
  await openApp(page);
  await teachDrawnScenes(page);
  await showScene(page, { name: 'up', seed: 52 });
  await winner(page).getByText('Thumbs up').waitFor();
  await page.waitForTimeout(6000);
  await page.screenshot({ path: path ?? '' });
});
