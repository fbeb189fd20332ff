// Use: what the camera sees fills the screen, by a link to the project, and gestures do what was written in words.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import { openApp, teachDrawnScenes } from './teach.ts';

const held = (page: Page) => page.getByTestId('held');

test('a project is used in full screen, by its link, and the camera rests while it is not', async ({
  page,
}) => {
  await installDrawnCamera(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page);
  await teachDrawnScenes(page);
  await page.getByRole('link', { name: 'Use', exact: true }).click();
  await expect(page).toHaveURL(/\/live\?project=/);
  await showScene(page, { name: 'up', seed: 11 });
  await expect(held(page)).toHaveText('Thumbs up');
  await expect(page.getByText(/\d+ % sure/)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);

  // The link alone brings it back.
  await page.reload();
  await showScene(page, { name: 'down', seed: 12 });
  await expect(held(page)).toHaveText('Thumbs down', { timeout: 60_000 });

  await page.goto('./live?project=unknown');
  await expect(page.getByText('That project is not on this device.')).toBeVisible();
});
