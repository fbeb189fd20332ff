// Use: what the camera sees fills the screen, by a link to the project, and gestures do what was written in words.
import { expect, test, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';
import { installDrawnCamera, showScene } from './scene.ts';
import { chooseByKeys, openApp, teachDrawnScenes } from './teach.ts';

const held = (page: Page) => page.getByTestId('held');

test('a project is used in full screen, by its link, and a gesture does what was written', async ({
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

  // An action, by keyboard alone, in words: when “Thumbs down” is held for 0.5 s, count it.
  await page.getByRole('button', { name: /What gestures do/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add an action' }).focus();
  await page.keyboard.press('Enter');
  const row = page.getByRole('listitem', { name: 'Action 1' });
  await chooseByKeys(page, row.getByLabel('When'), 'Thumbs down');
  await chooseByKeys(page, row.getByLabel('do this'), 'count it');
  await page.keyboard.press('Escape');
  // Off until it is switched on: the gesture alone does nothing.
  await showScene(page, { name: 'down', seed: 12 });
  await expect(held(page)).toHaveText('Thumbs down');
  await expect(page.getByText('Thumbs down: 0')).toBeVisible();
  await page.getByRole('switch', { name: 'Actions' }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('Thumbs down: 1')).toBeVisible();
  await showScene(page, { name: 'up', seed: 11 });
  await expect(held(page)).toHaveText('Thumbs up');
  await showScene(page, { name: 'down', seed: 13 });
  await expect(page.getByText('Thumbs down: 2')).toBeVisible();
  await expect(page.getByTestId('last-action')).toHaveText('Counted');

  // The link alone brings it back.
  await page.reload();
  await showScene(page, { name: 'down', seed: 12 });
  await expect(held(page)).toHaveText('Thumbs down', { timeout: 60_000 });
  await expect(page.getByText('Thumbs down: 0')).toBeVisible();

  await page.goto('./live?project=unknown');
  await expect(page.getByText('That project is not on this device.')).toBeVisible();
});

accessibleInEveryLook('on the pages of Use', async (page, look) => {
  const shots = process.env.HANDFUL_SCREENSHOTS;
  const looked = async (what: string): Promise<void> => {
    if (shots) await page.screenshot({ path: `${shots}/use-${what}-${look}.png`, fullPage: true });
    await expectAccessible(page);
  };
  await installDrawnCamera(page);
  await openApp(page);
  await teachDrawnScenes(page);
  await showScene(page, { name: 'up', seed: 11 });
  await page.getByRole('link', { name: 'Use', exact: true }).click();
  await expect(held(page)).toHaveText('Thumbs up');
  await looked('see');
  await page.getByRole('button', { name: /What gestures do/ }).click();
  await page.getByRole('button', { name: 'Add an action' }).click();
  const row = page.getByRole('listitem', { name: 'Action 1' });
  await chooseByKeys(page, row.getByLabel('do this'), 'tell other tabs of this site');
  await looked('actions');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Game' }).click();
  const play = page.getByRole('button', { name: 'Play', exact: true });
  await expect(play).toBeVisible();
  await looked('game');
  await play.click();
  await expect(page.getByTestId('game')).toContainText('Star at');
  await looked('game-field');
  await page.getByRole('link', { name: 'Switch' }).click();
  const start = page.getByRole('button', { name: 'Start' });
  await expect(start).not.toHaveAttribute('aria-disabled');
  await looked('switch');
  await start.click();
  await expect(page.getByTestId('taken')).toBeAttached();
  await looked('switch-targets');
});
