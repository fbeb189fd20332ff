// The main job on pictures the tests draw: teach, learn, classify, keep, export. A clone alone proves it.
import { readFile } from 'node:fs/promises';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { drawPicture, installDrawnCamera, type SceneName } from './scene.ts';
import {
  chooseExport,
  engineReady,
  openApp,
  shareRight,
  teachDrawnScenes,
  winner,
} from './teach.ts';

// With the service worker, as people have it.
test.use({ serviceWorkers: 'allow' });

const scenes = ['up', 'down', 'nothing'] as const satisfies SceneName[];

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

test('teach two takes of three classes: other takes are named right, also after a reload', async ({
  page,
}) => {
  await openApp(page);
  await teachDrawnScenes(page);
  await expect(page.getByText(/Learned 3 classes from \d+ samples/)).toBeVisible();
  expect(await meanRight(page)).toBeGreaterThanOrEqual(0.9);

  const samples = await page
    .getByText(/^\d+ samples$/)
    .first()
    .innerText();
  await page.reload();
  await engineReady(page);
  await expect(page.getByText(samples, { exact: true }).first()).toBeVisible();
  await expect(page.getByText(/Learned 3 classes from \d+ samples/)).toBeVisible();
  expect(await meanRight(page)).toBeGreaterThanOrEqual(0.9);
});

test('an exported head and a project file predict the same in an empty browser', async ({
  page,
  browser,
}) => {
  await openApp(page);
  await teachDrawnScenes(page);
  await page.getByRole('button', { name: 'Turn off' }).click();
  const picture = await drawPicture(page, { name: 'up', seed: 77 });
  const before = await classify(page, picture);
  expect(Object.keys(before)).toHaveLength(3);

  for (const [item, suffix] of [
    ['Export trained head', '.head.zip'],
    ['Save project file', '.handful.zip'],
  ] as const) {
    const { path, name } = await exportFile(page, item);
    expect(name).toMatch(new RegExp(`${suffix.replaceAll('.', '\\.')}$`));
    const after = await importElsewhere(browser, path, name, picture);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [label, value] of Object.entries(before)) {
      expect(Math.abs(value - (after[label] ?? 1))).toBeLessThan(1e-4);
    }
  }
});

for (const head of ['Neighbours', 'Dense']) {
  test(`the ${head} head learns the same samples, and its export keeps its word`, async ({
    page,
  }) => {
    await openApp(page);
    await teachDrawnScenes(page);
    await page.getByRole('radio', { name: head }).click();
    await expect(page.getByText('Training …')).toBeHidden();
    await expect(page.getByText(/Learned 3 classes/)).toBeVisible();
    expect(await meanRight(page)).toBeGreaterThanOrEqual(0.8);
    const { path } = await exportFile(page, 'Export trained head');
    expect((await readFile(path)).length).toBeGreaterThan(1000);
  });
}

test('a file of another kind is refused in words, and nothing is lost', async ({ page }) => {
  await openApp(page);
  await page.getByRole('button', { name: 'Your own classes' }).click();
  const input = page.getByLabel('Open what was saved');
  await input.setInputFiles({
    name: 'notes.zip',
    mimeType: 'text/plain',
    buffer: Buffer.from('hello'),
  });
  await expect(page.getByText('“notes.zip” is not a zip file.')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
});

async function meanRight(page: Page): Promise<number> {
  let sum = 0;
  for (const name of scenes) sum += await shareRight(page, { name, seed: 50 + name.length });
  return sum / scenes.length;
}

/** Probabilities by class for a dropped picture, unrounded. */
async function classify(page: Page, picture: Buffer): Promise<Record<string, number>> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Classify a picture' }).click();
  await (await chooser).setFiles({ name: 'picture.png', mimeType: 'image/png', buffer: picture });
  await expect(page.getByRole('img', { name: 'The one you dropped' })).toBeVisible();
  await expect(winner(page)).toBeVisible();
  const meters = await page.getByRole('meter').all();
  const entries = await Promise.all(
    meters.map(async (meter): Promise<[string, number]> => {
      const share = await meter
        .locator('.fill')
        .evaluate((fill) => (fill as HTMLElement).style.getPropertyValue('--share'));
      return [(await meter.getAttribute('aria-label')) ?? '', Number(share)];
    }),
  );
  return Object.fromEntries(entries);
}

async function exportFile(page: Page, item: string): Promise<{ path: string; name: string }> {
  const downloaded = page.waitForEvent('download');
  await chooseExport(page, item);
  const download = await downloaded;
  await expect(page.getByText('was written and downloaded.')).toBeVisible();
  if (item === 'Export trained head') {
    const words = await page.getByTestId('difference').innerText();
    expect(words).toMatch(/none at all|under 0\.000001|e-[567]|0\.0000/);
  }
  await page.getByRole('button', { name: 'Done' }).click();
  return { path: await download.path(), name: download.suggestedFilename() };
}

/** Opens a file in a browser that has never seen the app, and classifies a picture there. */
async function importElsewhere(
  browser: Browser,
  path: string,
  name: string,
  picture: Buffer,
): Promise<Record<string, number>> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await installDrawnCamera(page);
    await openApp(page);
    await page
      .getByLabel('Open what was saved')
      .setInputFiles({ name, mimeType: 'application/zip', buffer: await readFile(path) });
    await expect(page.getByText('is open now.')).toBeVisible();
    await page.getByRole('button', { name: 'Done' }).click();
    return await classify(page, picture);
  } finally {
    await context.close();
  }
}
