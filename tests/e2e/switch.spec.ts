// A gesture as a switch: recorded without hands, then it chooses; the space bar does as well.
import { expect, test } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';

test('a gesture is recorded hands-free and then chooses, on a new project', async ({ page }) => {
  await installDrawnCamera(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./live/switch');
  const record = page.getByRole('button', { name: 'Record gestures, hands-free' });
  await expect(record).not.toHaveAttribute('aria-disabled', { timeout: 60_000 });
  await page.getByRole('switch', { name: 'Say it aloud' }).focus();
  await page.keyboard.press('Space');
  await record.focus();
  await page.keyboard.press('Enter');
  // Two takes of each; only the first press was by hand.
  for (const seed of [11, 12]) {
    await expect(page.locator('.count')).toContainText('My switch');
    await showScene(page, { name: 'up', seed });
    await expect(page.locator('.count')).toContainText('At rest', { timeout: 30_000 });
    await showScene(page, { name: 'nothing', seed });
  }
  const taken = page.getByTestId('taken');
  await expect(taken).toBeAttached({ timeout: 30_000 });
  await expect(taken).not.toContainText('Chosen');
  await showScene(page, { name: 'up', seed: 13 });
  await expect(taken).toContainText('Chosen');

  await showScene(page, { name: 'nothing', seed: 13 });
  await page.getByRole('button', { name: 'Stop' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start' }).focus();
  await page.keyboard.press('Enter');
  // The targets have the focus of the button, which is gone: the space bar is the switch, and Tab goes to the first.
  await page.keyboard.press('Space');
  await expect(taken).toContainText(/Chosen: (Yes|No|Please|Thank)/);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Yes' })).toBeFocused();
});
