// Use: what the camera sees fills the screen, by a link to the project, and gestures do what was written in words.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import { openApp, teachDrawnScenes } from './teach.ts';

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
  await expectAccessible(page);

  // An action, by keyboard alone, in words: when “Thumbs down” is held for 0.5 s, count it.
  await page.getByRole('button', { name: /What gestures do/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add an action' }).focus();
  await page.keyboard.press('Enter');
  const row = page.getByRole('listitem', { name: 'Action 1' });
  await choose(page, row.getByLabel('When'), 'Thumbs down');
  await choose(page, row.getByLabel('do this'), 'count it');
  await expectAccessible(page);
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

/** Opens a list that has the focus, and takes the entry of this name. */
async function choose(page: Page, list: Locator, name: string): Promise<void> {
  await list.focus();
  await page.keyboard.press('Enter');
  const option = page.getByRole('option', { name, exact: true });
  await expect(async () => {
    await page.keyboard.press('ArrowDown');
    await expect(option).toHaveAttribute('data-highlighted', { timeout: 200 });
  }).toPass();
  await page.keyboard.press('Enter');
  await expect(list).toContainText(name);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
}
