// The map of the samples by keyboard: go to a sample, select, move to another class, undo; then UMAP.
import { expect, test, type Locator } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { installDrawnCamera, showScene } from './scene.ts';
import { chooseThumbsTemplate, classCard, openApp, recordTake, turnCameraOn } from './teach.ts';

test('samples are selected on the map by keyboard, moved, and the move undone', async ({
  page,
}) => {
  await installDrawnCamera(page);
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 11 });
  await recordTake(page, 'Thumbs up', 700);
  await showScene(page, { name: 'down', seed: 12 });
  await recordTake(page, 'Thumbs down', 700);
  // The last frames of a take may still be on their way.
  await expect(classCard(page, 'Thumbs down').getByText('Hold to record')).toBeVisible();
  await page.getByRole('link', { name: 'Evaluate' }).click();

  await page.getByRole('heading', { name: 'Map of your samples' }).scrollIntoViewIfNeeded();
  const map = page.getByRole('listbox', { name: 'Map of the samples' });
  await map.focus({ timeout: 60_000 });
  const here = map.getByRole('option');
  // To Teach and back: the camera is still on.
  await page.getByRole('link', { name: 'Teach' }).click();
  await expect(classCard(page, 'Thumbs down')).toBeVisible();
  await page.getByRole('link', { name: 'Evaluate' }).click();
  await page.getByRole('heading', { name: 'Map of your samples' }).scrollIntoViewIfNeeded();
  await map.focus({ timeout: 60_000 });
  await page.keyboard.press('End');
  await expect(here).toHaveText(/^Thumbs down, take 1, sample (\d+) of \1$/);
  await expect(here).toHaveAttribute('aria-selected', 'false');
  await expect(
    page.getByText('The ring is what the camera sees now, in its exact place.'),
  ).toBeVisible();
  await page.keyboard.press('Shift+PageUp');
  await expect(here).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByTestId('map-detail').getByRole('img')).toBeVisible();

  await page.getByRole('button', { name: 'The map in numbers' }).click();
  const samplesOf = (name: string): Locator =>
    page
      .getByRole('region', { name: 'Table of the map' })
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name }) })
      .getByRole('cell')
      .first();
  const before = Number(await samplesOf('Thumbs down').innerText());
  const selection = page.getByRole('group', { name: 'Selected samples' });
  await expect(selection).toContainText('2 selected');
  await selection.getByRole('button', { name: 'Move to …' }).click();
  await page.getByRole('menuitem', { name: 'Thumbs up' }).click();
  await expect(samplesOf('Thumbs down')).toHaveText(`${before - 2}`);
  await expect(page.getByTestId('map-summary')).toContainText('Not all keep to themselves');
  await expect(map).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(samplesOf('Thumbs down')).toHaveText(`${before}`);
  await expect(page.getByTestId('map-summary')).toContainText('Every class keeps to itself');

  await page.getByRole('radio', { name: 'Neighbours (UMAP)' }).click();
  await expect(page.getByText(/\d+ samples laid out\./)).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await expectAccessible(page);
});
