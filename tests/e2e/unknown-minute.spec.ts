// None of these, measured live: show something else, be told how often it passes, keep it as a class, take that back.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classCard,
  openApp,
  recordTake,
  toast,
  turnCameraOn,
} from './teach.ts';

async function openMinute(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'None of these, and smoothing' }).click();
  await page.getByRole('button', { name: 'Show it something else' }).click();
  await expect(page.getByRole('dialog', { name: 'Show it something else' })).toBeVisible();
}

test('something else is shown, counted, kept as a class, and taken back', async ({ page }) => {
  await installDrawnCamera(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 11 });
  await recordTake(page, 'Thumbs up');
  await showScene(page, { name: 'down', seed: 12 });
  await recordTake(page, 'Thumbs down');

  await openMinute(page);
  const dialog = page.getByRole('dialog', { name: 'Show it something else' });
  const figures = dialog.getByTestId('unknown-minute');
  await showScene(page, { name: 'nothing', seed: 31 });
  await dialog.getByRole('button', { name: 'Look for 5 seconds' }).click();
  await expect(figures).toContainText(/\d+ of \d+ frames were taken/, { timeout: 30_000 });
  await expect(dialog.getByRole('heading', { name: 'Something close' })).toBeVisible({
    timeout: 60_000,
  });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  const shots = process.env.HANDFUL_SCREENSHOTS;
  if (shots) await page.screenshot({ path: `${shots}/unknown-minute.png` });
  await dialog.getByRole('button', { name: 'Skip' }).click();
  await dialog.getByRole('button', { name: 'Skip' }).click();

  await expect(
    dialog.getByText(/turns all of these away|would turn away 19 of 20|No limit helps/),
  ).toBeVisible();
  if (shots) await page.screenshot({ path: `${shots}/unknown-minute-done.png` });
  await dialog.getByRole('button', { name: 'Keep as “None of these”' }).click();
  await expect(dialog).toBeHidden();
  // The camera's picture is back on the page.
  await expect(page.locator('video')).toBeVisible();
  const none = classCard(page, 'None of these');
  await expect(none).toContainText('1 take');
  await expect(classCard(page, 'Thumbs up')).toContainText('1 take');
  await expect(page.getByTestId('winner')).toHaveText('None of these', { timeout: 30_000 });

  await toast(page, 'Kept as the class').getByRole('button', { name: 'Undo' }).click();
  await expect(none).toHaveCount(0);
});
