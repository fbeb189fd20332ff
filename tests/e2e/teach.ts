// What a person does on the Teach page, as steps the journeys share.
import { expect, type Locator, type Page } from '@playwright/test';
import { showScene, type Scene, type SceneName } from './scene.ts';

export const classNames: Record<SceneName, string> = {
  up: 'Thumbs up',
  down: 'Thumbs down',
  nothing: 'Nobody there',
};

export async function openApp(page: Page): Promise<void> {
  await page.goto('./');
  await expect(page.getByRole('heading', { name: 'Handful' })).toBeVisible();
  await engineReady(page);
}

/** Waits until the network is loaded: the figures name the backend. */
export async function engineReady(page: Page): Promise<void> {
  await expect(page.getByText('Computed by')).toBeVisible({ timeout: 60_000 });
}

export async function chooseThumbsTemplate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Thumbs up / Thumbs down' }).first().click();
  await expect(classCard(page, classNames.down)).toBeVisible();
}

export async function addClass(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add class' }).click();
  const field = page.getByRole('textbox', { name: /class name/i });
  await field.fill(name);
  await field.press('Enter');
  await expect(classCard(page, name)).toBeVisible();
}

export function classCard(page: Page, name: string): Locator {
  return page.getByRole('article', { name });
}

export async function turnCameraOn(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Turn the camera on' });
  const video = page.locator('video').first();
  await expect(button.or(video).first()).toBeVisible();
  if (await button.isVisible()) await button.click();
  await expect(video).toBeVisible();
}

/** Chooses a file in the dialog of everything that can be saved. */
export async function chooseExport(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Files' }).click();
  await page.getByRole('menuitem', { name: 'Save or export' }).click();
  await page.getByRole('dialog').getByRole('button', { name: title, exact: true }).click();
}

/** One take: holds the class's number key for about a second. */
export async function recordTake(page: Page, name: string, ms = 1000): Promise<void> {
  const names = await page.getByRole('article').getByRole('heading').allInnerTexts();
  const number = names.findIndex((text) => text.includes(name)) + 1;
  await page.locator('body').press('Escape');
  await page.keyboard.down(`${number}`);
  await page.waitForTimeout(ms);
  await page.keyboard.up(`${number}`);
  await page.waitForTimeout(300);
}

/** The toast that says these words, with its buttons. */
export function toast(page: Page, words: string): Locator {
  return page
    .getByRole('region', { name: 'Messages' })
    .getByRole('status')
    .locator('> div')
    .filter({ hasText: words });
}

export const winner = (page: Page): Locator => page.getByTestId('winner');

/** Share of looks, a tenth of a second apart, in which the winner is the scene's class. */
export async function shareRight(page: Page, scene: Scene, looks = 10): Promise<number> {
  await showScene(page, scene);
  await page.waitForTimeout(900);
  let right = 0;
  for (let look = 0; look < looks; look += 1) {
    const name = await winner(page).textContent();
    if (name === classNames[scene.name]) right += 1;
    await page.waitForTimeout(100);
  }
  return right / looks;
}

/** Two takes of each of the three drawn scenes. */
export async function teachDrawnScenes(page: Page): Promise<void> {
  await chooseThumbsTemplate(page);
  await addClass(page, classNames.nothing);
  await turnCameraOn(page);
  for (const take of [1, 2]) {
    for (const name of ['up', 'down', 'nothing'] as const) {
      await showScene(page, { name, seed: 10 * take + name.length });
      await recordTake(page, classNames[name]);
    }
  }
}

/** Opens a list that has the focus, and takes the entry of this name. */
export async function chooseByKeys(page: Page, list: Locator, name: string): Promise<void> {
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
