// Undo after a reload: samples with their pictures, and whole projects; by keys, by button and from the list.
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classCard,
  classNames,
  engineReady,
  openApp,
  recordTake,
  toast,
  turnCameraOn,
} from './teach.ts';

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 1 });
  await recordTake(page, classNames.up, 600);
  await expect(classCard(page, classNames.up)).toContainText('1 take');
  await expect(page.getByText('All saved')).toBeVisible();
});

test('a class deleted before a reload comes back with its pictures, by keys, and goes again', async ({
  page,
}) => {
  const total = await samplesInAll(page);
  await classCard(page, classNames.up)
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByText('All saved')).toBeVisible();
  await reload(page);
  await expect(page.getByRole('article')).toHaveCount(1);

  await page.keyboard.press('Control+z');
  await expect(toast(page, 'Undone: delete “Thumbs up”.')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(2);
  expect(await samplesInAll(page)).toBe(total);
  await expectPictures(page, Number(total.split(' ')[0]));

  await expect(page.getByText('All saved')).toBeVisible();
  await reload(page);
  await expectPictures(page, Number(total.split(' ')[0]));
  await page.keyboard.press('Control+Shift+Z');
  await expect(toast(page, 'Done again: delete “Thumbs up”.')).toBeVisible();
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('undo keys work on every page, and leave typing alone', async ({ page }) => {
  await page.getByRole('link', { name: 'Evaluate' }).click();
  await expect(page).toHaveURL(/evaluate/);
  await page.keyboard.press('Control+z');
  await expect(toast(page, 'Undone: the last take.')).toBeVisible();
  await page.getByRole('link', { name: 'Learn' }).click();
  await expect(page).toHaveURL(/learn/);
  await page.keyboard.press('Control+y');
  await expect(toast(page, 'Done again: the last take.')).toBeVisible();

  await page.getByRole('link', { name: 'Teach' }).click();
  await expect(classCard(page, classNames.up)).toContainText('1 take');
  await page.getByRole('button', { name: 'Add class' }).click();
  const field = page.getByRole('textbox', { name: /class name/i });
  await field.press('x');
  await field.press('Control+z');
  await expect(page.getByRole('article')).toHaveCount(3);
});

test('a project deleted before a reload comes back by keys, by button and from the list', async ({
  page,
}) => {
  const total = await samplesInAll(page);
  const dialog = page.getByRole('dialog', { name: 'Projects' });
  const openDialog = () => page.getByRole('button', { name: 'Projects' }).click();
  const remove = async () => {
    await openDialog();
    await dialog.getByRole('button', { name: 'Delete Thumbs up / Thumbs down' }).click();
    await expect(dialog.getByRole('heading', { name: 'Deleted lately' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('article')).toHaveCount(0);
    await reload(page);
    await expect(page.getByText('What should it tell apart?')).toBeVisible();
  };
  const expectBack = async () => {
    await expect(page.getByRole('article')).toHaveCount(2);
    await expect(page.getByText(total, { exact: true }).first()).toBeVisible();
    await expectPictures(page, Number(total.split(' ')[0]));
  };

  await remove();
  await page.keyboard.press('Control+z');
  await expect(toast(page, 'Undone: delete “Thumbs up / Thumbs down”.')).toBeVisible();
  await expectBack();

  await remove();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expectBack();

  await remove();
  await openDialog();
  await dialog.getByRole('button', { name: 'Bring back Thumbs up / Thumbs down' }).click();
  await dialog.getByRole('button', { name: 'Open Thumbs up / Thumbs down' }).click();
  await expectBack();
});

async function reload(page: Page): Promise<void> {
  await page.reload();
  await engineReady(page);
}

/** “n samples”, as the page says it above the classes. */
function samplesInAll(page: Page): Promise<string> {
  return page
    .getByText(/^\d+ samples?$/)
    .first()
    .innerText();
}

/** All thumbnails are there, and show something. */
async function expectPictures(page: Page, count: number): Promise<void> {
  const images = classCard(page, classNames.up).locator('[data-sample] img');
  await expect(images).toHaveCount(count);
  await expect
    .poll(() =>
      images.evaluateAll(
        (all) => all.filter((each) => (each as HTMLImageElement).naturalWidth > 0).length,
      ),
    )
    .toBe(count);
}
