// The service worker on the built app: no network after the first visit, versions that never mix, a host that sends no headers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { expectAccessible } from './accessible.ts';
import { backboneNames, titles, writeNextVersion } from './next-version.ts';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classNames,
  engineReady,
  recordTake,
  shareRight,
  toast,
  turnCameraOn,
} from './teach.ts';

// With the service worker, as people have it.
test.use({ serviceWorkers: 'allow' });

const lessons = ['window', 'network', 'race', 'inside', 'next'] as const;

const updateNotice = (page: Page): Locator =>
  page.getByRole('status').filter({ hasText: 'A new version is ready.' });

/** Waits until the settings say that the app is kept. */
async function keptOffline(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await expect(page.getByText('Ready to work without a network.')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
}

async function teachTwo(page: Page): Promise<void> {
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 1 });
  await recordTake(page, classNames.up, 600);
  await showScene(page, { name: 'down', seed: 1 });
  await recordTake(page, classNames.down, 600);
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
}

test('after the first visit a first project, every page and the backends need no network', async ({
  page,
  context,
}) => {
  await installDrawnCamera(page);
  const site = await serve({ folder: 'build', port: 0, base: '/some/where' });
  await page.goto(site.url);
  await engineReady(page);
  await keptOffline(page);
  await site.close();
  await context.setOffline(true);

  await page.reload();
  await engineReady(page);
  await teachTwo(page);
  expect(await shareRight(page, { name: 'up', seed: 52 })).toBeGreaterThan(0.6);
  expect(await shareRight(page, { name: 'down', seed: 54 })).toBeGreaterThan(0.6);

  // Emulated WebGL is slow: no frame of the camera is to wait for it.
  await page.getByRole('button', { name: 'Turn off' }).click();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('radio', { name: 'WebGL', exact: true }).click();
  await expect(page.getByText('In use: WebGL.')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'WebAssembly' }).click();
  await expect(page.getByText('In use: WebAssembly.')).toBeVisible({ timeout: 60_000 });
  await page.keyboard.press('Escape');

  await page.goto(`${site.url}evaluate`);
  await expect(page).toHaveTitle(/Handful/);
  await expect(page.getByRole('link', { name: 'Evaluate' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await page.goto(`${site.url}learn/`);
  await expect(page).toHaveURL(`${site.url}learn`);
  await page
    .getByRole('link', { name: /window/ })
    .first()
    .click();
  for (const slug of lessons) {
    await page.goto(`${site.url}learn/${slug}`);
    await expect(page.getByText(/Lesson \d/)).toBeVisible();
    await expect(page.getByText('Opening the lesson …')).toBeHidden();
    await expect(page.getByRole('navigation', { name: 'Other lessons' })).toBeVisible();
  }
});

test('a new version waits until it is wanted; a page of the old one keeps its own files', async ({
  page,
  context,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-next-'));
  writeNextVersion('build', folder);
  await installDrawnCamera(page);
  let site = await serve({ folder: 'build', port: 0 });
  const port = Number(new URL(site.url).port);
  try {
    await page.goto(site.url);
    await engineReady(page);
    await teachTwo(page);
    await keptOffline(page);
    const other = await context.newPage();
    await other.goto(site.url);
    await engineReady(other);
    const samples = await page
      .getByText(/^\d+ samples$/)
      .first()
      .innerText();

    await site.close();
    site = await serve({ folder, port });
    await page.reload();
    await expect(updateNotice(page)).toBeVisible({ timeout: 60_000 });
    await expect(updateNotice(other)).toBeVisible();
    await expect(page).toHaveTitle(titles.now);
    await engineReady(page);
    await expect(page.getByText(backboneNames.now, { exact: true }).first()).toBeVisible();
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 360, height: 740 });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    await page.setViewportSize({ width: 1280, height: 800 });
    // The other page became the one that writes while this one loaded again.
    await page.getByRole('button', { name: 'Take over here' }).click();
    await expect(page.getByText('open in another tab')).toHaveCount(0);
    await page.locator('body').press('Escape');
    await page.keyboard.down('1');
    await expect(page.getByText('Recording').first()).toBeVisible();
    await updateNotice(page).getByRole('button', { name: 'Reload' }).click();
    await expect(toast(page, 'Something is being recorded.')).toBeVisible();
    await page.keyboard.up('1');
    await expect(page.getByText('Recording')).toBeHidden();
    await expect(page).toHaveTitle(titles.now);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();

    // By keys alone: the notice is one of the first places that Tab comes to.
    await updateNotice(page).getByRole('button', { name: 'Reload' }).focus();
    await page.keyboard.press('Tab');
    await expect(
      updateNotice(page).getByRole('button', { name: 'Close this message' }),
    ).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(page).toHaveTitle(titles.next);
    await engineReady(page);
    await expect(page.getByText(backboneNames.next, { exact: true }).first()).toBeVisible();
    await expect(page.getByText(samples, { exact: true }).first()).toBeVisible();
    await expect(page.getByText(/Learned 2 classes/)).toBeVisible();

    await expect(updateNotice(other)).toBeVisible();
    await expect(other).toHaveTitle(titles.now);
    const catalogue = other.waitForResponse(/models\/catalogue\.json$/);
    await endEngine(other);
    expect(await (await catalogue).text()).toContain(backboneNames.now);
    await other.getByRole('link', { name: 'Learn' }).click();
    await other
      .getByRole('link', { name: /window/ })
      .first()
      .click();
    await expect(other.getByRole('radio', { name: 'Drawn' })).toBeVisible();

    await updateNotice(other).getByRole('button', { name: 'Reload' }).click();
    await expect(updateNotice(other)).toBeHidden();
    await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
  } finally {
    await page.goto('about:blank');
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a host that sends no headers: isolated after one reload, and the policy reaches the worker', async ({
  page,
}) => {
  const site = await serve({ folder: 'build', port: 0, headers: false });
  try {
    await page.goto(site.url);
    await engineReady(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await keptOffline(page);
    const script = page.waitForResponse(/workers\/worker-/);
    await page.reload();
    await engineReady(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const headers = await (await script).allHeaders();
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
  } finally {
    await page.goto('about:blank');
    await site.close();
  }
});

test('it can be installed', async ({ page, context }) => {
  const site = await serve({ folder: 'build', port: 0, base: '/some/where' });
  try {
    await page.goto(site.url);
    await engineReady(page);
    const browser = await context.newCDPSession(page);
    const { errors } = await browser.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
    // The tests run in a private window, where no browser installs anything.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  } finally {
    await page.goto('about:blank');
    await site.close();
  }
});

/** Ends the engine's worker; the page starts another one, which reads its files again. */
async function endEngine(page: Page): Promise<void> {
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('ended by the test');
    });
  });
}
