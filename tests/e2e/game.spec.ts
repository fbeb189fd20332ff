// The game: won by showing gestures to the camera, and steered by keys as well, those of an action among them.
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene, type SceneName } from './scene.ts';
import { chooseByKeys, classNames, openApp, teachDrawnScenes } from './teach.ts';

const score = (page: Page) => page.getByTestId('game');

test('gestures shown to the camera win the game', async ({ page }) => {
  await installDrawnCamera(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page);
  await teachDrawnScenes(page);
  await page.getByRole('link', { name: 'Use', exact: true }).click();
  await page.getByRole('button', { name: /What gestures do/ }).click();
  await page.getByRole('button', { name: 'Add an action' }).click();
  const row = page.getByRole('listitem', { name: 'Action 1' });
  await chooseByKeys(page, row.getByLabel('When'), classNames.nothing);
  await chooseByKeys(page, row.getByLabel('do this'), 'press a key on this page');
  await page.keyboard.press('Escape');
  const actions = page.getByRole('switch', { name: 'Actions' });
  await actions.click();
  await page.getByRole('link', { name: 'Game' }).click();
  await expect(page.getByRole('heading', { name: 'Catch the stars' })).toBeVisible();
  // What was switched on stays on; the keys are not wanted yet.
  await expect(actions).toBeChecked();
  await actions.click();
  await page.getByRole('button', { name: 'Play', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(score(page)).toContainText('Star at');
  const names = Object.entries(classNames) as [SceneName, string][];
  for (let looks = 0; looks < 400; looks += 1) {
    const words = (await score(page).textContent()) ?? '';
    if (words.includes('won') || words.includes('Not this time')) break;
    const scene = names.find(([, name]) => words.includes(`Star at ${name}`));
    if (scene) await showScene(page, { name: scene[0], seed: 11 });
  }
  await expect(score(page)).toContainText('You won!');

  // Keys steer while none of the lanes' gestures is shown.
  await page.getByRole('button', { name: 'Change gestures' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('switch', { name: classNames.up })).toBeFocused();
  await page.getByRole('switch', { name: classNames.nothing }).focus();
  await page.keyboard.press('Space');
  await showScene(page, { name: 'nothing', seed: 14 });
  await page.getByRole('button', { name: 'Play', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.lane.wanted')).toHaveCount(0);
  await page.keyboard.press('2');
  await expect(page.locator('.lane.wanted')).toHaveText(/Thumbs down/);
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('.lane.wanted')).toHaveText(/Thumbs up/);

  // A key that a gesture presses steers as well, and nothing does it after Use was left.
  await page.keyboard.press('2');
  await expect(page.locator('.lane.wanted')).toHaveText(/Thumbs down/);
  await actions.click();
  await expect(page.locator('.lane.wanted')).toHaveText(/Thumbs up/);
  await page.getByRole('link', { name: 'Teach', exact: true }).click();
  await page.getByRole('link', { name: 'Use', exact: true }).click();
  await expect(actions).not.toBeChecked();
});
