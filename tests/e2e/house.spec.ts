// What holds for the built site as a whole: own origin only, any sub-path, nothing for axe to find, keyboard alone.
import { expect, test, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';
import { siteUrl } from './browser.ts';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  addClass,
  chooseThumbsTemplate,
  classCard,
  engineReady,
  openApp,
  recordTake,
  turnCameraOn,
} from './teach.ts';

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

async function teachTwo(page: Page): Promise<void> {
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 1 });
  await recordTake(page, 'Thumbs up', 500);
  await showScene(page, { name: 'down', seed: 1 });
  await recordTake(page, 'Thumbs down', 500);
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
}

test('no request leaves the site’s own origin, and no error is logged', async ({ page }) => {
  const foreign: string[] = [];
  const errors: string[] = [];
  page.context().on('request', (request) => {
    const url = new URL(request.url());
    if (!['blob:', 'data:'].includes(url.protocol) && url.origin !== new URL(siteUrl).origin) {
      foreign.push(request.url());
    }
  });
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await openApp(page);
  await teachTwo(page);
  await page.getByRole('radio', { name: 'Dense' }).click();
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

test('the page is cross-origin isolated and forbids other hosts', async ({ page }) => {
  await openApp(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const blocked = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'fetched',
      () => 'blocked',
    ),
  );
  expect(blocked).toBe('blocked');
});

test('the build works from a sub-path', async ({ page }) => {
  const site = await serve({ folder: 'build', port: 0, base: '/some/where' });
  try {
    await page.goto(site.url);
    await engineReady(page);
    await teachTwo(page);
  } finally {
    await page.goto('about:blank');
    await site.close();
  }
});

accessibleInEveryLook('on the Teach page', async (page) => {
  await openApp(page);
  await expectAccessible(page);
  await teachTwo(page);
  await page.getByRole('radio', { name: 'Dense' }).click();
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
  for (const part of ['Settings of this head', 'Backbone', 'None of these, and smoothing']) {
    await page.getByRole('button', { name: part }).click();
  }
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Projects' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);
});

test('keyboard alone: add a class, record, hear the result', async ({ page }) => {
  await openApp(page);
  await page.getByRole('button', { name: 'Your own classes' }).focus();
  await page.keyboard.press('Enter');
  await expect(classCard(page, 'Class 2')).toBeVisible();
  await page.getByRole('button', { name: 'Add class' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Wave');
  await page.keyboard.press('Enter');
  await expect(classCard(page, 'Wave')).toBeVisible();
  await expect(page.locator('video').first()).toBeVisible();

  for (const [name, scene] of [
    ['Class 1', 'up'],
    ['Wave', 'nothing'],
  ] as const) {
    await showScene(page, { name: scene, seed: 3 });
    await classCard(page, name)
      .getByRole('button', { name: /Hold to record/ })
      .focus();
    await page.keyboard.down('Space');
    await page.waitForTimeout(700);
    await page.keyboard.up('Space');
    await expect(classCard(page, name)).toContainText(/[2-9] samples/);
  }
  await expect(page.getByRole('status').filter({ hasText: 'I see: Wave' })).toBeAttached();
});

test('what was done can be undone, by button and by key', async ({ page }) => {
  await openApp(page);
  await teachTwo(page);
  await addClass(page, 'Third');
  await page.keyboard.press('Control+z');
  // Renaming and adding are two steps.
  await page.keyboard.press('Control+z');
  await expect(classCard(page, 'Third')).toHaveCount(0);
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect(classCard(page, 'Third')).toBeVisible();
});
