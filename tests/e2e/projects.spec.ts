// Several projects on one device, and the timed burst through all classes.
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classCard,
  classNames,
  openApp,
  recordTake,
  toast,
  turnCameraOn,
} from './teach.ts';

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
  await openApp(page);
});

test('projects: duplicate, rename, switch, delete and undo', async ({ page }) => {
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 1 });
  await recordTake(page, classNames.up, 400);
  const dialog = page.getByRole('dialog', { name: 'Projects' });
  const saved = dialog.getByRole('list', { name: 'Saved projects' });
  const openDialog = () => page.getByRole('button', { name: 'Projects' }).click();

  await openDialog();
  await dialog.getByRole('button', { name: 'Duplicate Thumbs up / Thumbs down' }).click();
  await expect(saved.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: /^Open .* copy$/ }).click();
  await expect(classCard(page, classNames.up)).toContainText('1 take');
  await classCard(page, classNames.up)
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('article')).toHaveCount(1);

  await openDialog();
  await dialog.getByRole('button', { name: 'Open Thumbs up / Thumbs down', exact: true }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(classCard(page, classNames.up)).toContainText('1 take');

  await openDialog();
  await dialog.getByRole('button', { name: 'Delete Thumbs up / Thumbs down', exact: true }).click();
  await expect(saved.getByRole('listitem')).toHaveCount(1);
  await toast(page, '“Thumbs up / Thumbs down” was deleted.')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(classCard(page, classNames.up)).toContainText('1 take');

  // For good, by keys alone: asked first, and the room it took is free.
  await dialog.getByRole('button', { name: /^Delete .* copy$/ }).press('Enter');
  const forGood = dialog.getByRole('button', { name: /^Delete .* copy for good$/ });
  await forGood.press('Enter');
  const question = page.getByRole('alertdialog', { name: /^Delete “.* copy” for good\?$/ });
  await expect(question).toContainText(/Nothing can bring (it|them) back\./);
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  const used = await usedBytes(page);
  await forGood.press('Enter');
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(toast(page, 'is gone for good.')).toBeVisible();
  await expect(dialog.getByRole('heading', { name: 'Deleted lately' })).toBeHidden();
  await expect(dialog).toBeVisible();
  await expect.poll(() => usedBytes(page)).toBeLessThan(used);
  await page.keyboard.press('Escape');
  await expect(classCard(page, classNames.up)).toContainText('1 take');
});

/** What the browser says the projects take; pictures of the app itself are not in it. */
function usedBytes(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { usageDetails } = (await navigator.storage.estimate()) as {
      usageDetails?: { indexedDB?: number };
    };
    return usageDetails?.indexedDB ?? 0;
  });
}

test('a timed burst records every class in turn', async ({ page }) => {
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await page.getByRole('button', { name: 'Record all in turn' }).click();
  await expect(page.getByRole('button', { name: /^Stop · Thumbs up in \d/ })).toBeVisible();
  for (const name of [classNames.up, classNames.down]) {
    await expect(classCard(page, name)).toContainText('1 take', { timeout: 30_000 });
  }
  await expect(page.getByRole('button', { name: 'Record all in turn' })).toBeVisible();
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
});
