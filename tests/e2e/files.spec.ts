// Files of other programs in and out, on the built app. Genuine ones are opened too where ../shared/data lies.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { createArchive } from '../../src/lib/exchange/zip.ts';
import { smallModel } from '../unit/layers-models.ts';
import { drawPicture, installDrawnCamera, type SceneName } from './scene.ts';
import { chooseExport, classCard, openApp } from './teach.ts';

const genuine = new URL('../../../shared/data/', import.meta.url).pathname;

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
  await openApp(page);
});

/** Drawn pictures as a `.tm` with a gap in the second class. */
async function drawnTm(page: Page): Promise<Buffer> {
  const archive = createArchive();
  for (const [name, scene, indexes] of [
    ['Up', 'up', [0, 1, 2]],
    ['Down <b>', 'down', [0, 1, 5]],
  ] as [string, SceneName, number[]][]) {
    for (const index of indexes) {
      const png = await drawPicture(page, { name: scene, seed: index });
      await archive.bytes(`${name}-!-${index}.png`, new Uint8Array(png), true);
    }
  }
  const appdata = { publishResults: { token: 'secret' } };
  await archive.text('manifest.json', JSON.stringify({ type: 'image', version: '2.4.7', appdata }));
  return Buffer.from(await (await archive.finish()).arrayBuffer());
}

const openFiles = (page: Page, files: { name: string; buffer: Buffer }[]): Promise<void> =>
  page
    .getByLabel('Open what was saved')
    .setInputFiles(files.map((file) => ({ ...file, mimeType: 'application/octet-stream' })));

const done = (page: Page): Promise<void> => page.getByRole('button', { name: 'Done' }).click();

/** A drop of files anywhere on the page. */
async function dropOnPage(page: Page, name: string, buffer: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64 ?? ''), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], fileName ?? 'file'));
      return data;
    },
    [name, buffer.toString('base64')],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

test('a Teachable Machine project: opened by a drop, taught, merged, undone, written again', async ({
  page,
}) => {
  const tm = await drawnTm(page);
  await dropOnPage(page, 'drawn.tm', tm);
  await expect(page.getByText('is open now.')).toBeVisible();
  await expect(page.getByText('It brought 6 samples.')).toBeVisible();
  await done(page);
  await expect(classCard(page, 'Up')).toContainText('3 samples, 1 take');
  await expect(classCard(page, 'Down <b>')).toContainText('3 samples, 2 takes');
  await expect(page.getByText(/Learned 2 classes from 6 samples/)).toBeVisible();

  await dropOnPage(page, 'drawn.tm', tm);
  await expect(page.getByText('Where should it go?')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: /^Add to/ }).click();
  await expect(page.getByText('It brought 6 samples.')).toBeVisible();
  await done(page);
  await expect(classCard(page, 'Up')).toContainText('6 samples, 2 takes');
  await page.reload();
  await expect(classCard(page, 'Up')).toContainText('6 samples, 2 takes');
  await expect(page.getByText(/Learned 2 classes from 12 samples/)).toBeVisible();

  for (const [item, suffix] of [
    ['Save Teachable Machine project', '.tm'],
    ['Save folders of pictures', '.folders.zip'],
  ] as const) {
    const downloaded = page.waitForEvent('download');
    await chooseExport(page, item);
    const download = await downloaded;
    expect(download.suggestedFilename()).toBe(`drawn${suffix}`);
    await expect(page.getByText('It was opened again and holds 12 samples.')).toBeVisible();
    await done(page);
    await openFiles(page, [
      { name: `again${suffix}`, buffer: await readFile(await download.path()) },
    ]);
    await page.getByRole('button', { name: 'Open as a new project' }).click();
    await expect(page.getByText('It brought 12 samples.')).toBeVisible();
    await done(page);
    await expect(classCard(page, 'Up')).toContainText('6 samples');
    await page.getByRole('button', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'Open drawn', exact: true }).click();
    await expect(classCard(page, 'Up')).toContainText('6 samples, 2 takes');
    await page.keyboard.press('Escape');
  }
});

test('merging is one step of undo; loose pictures go to the class one names', async ({ page }) => {
  await openFiles(page, [{ name: 'drawn.tm', buffer: await drawnTm(page) }]);
  await done(page);
  const buffer = await drawPicture(page, { name: 'nothing', seed: 4 });
  await openFiles(page, [
    { name: 'a.png', buffer },
    { name: 'b.png', buffer },
  ]);
  await page.getByRole('button', { name: 'Add them' }).click();
  await expect(page.getByText('It brought 2 samples.')).toBeVisible();
  await done(page);
  await expect(classCard(page, 'Pictures')).toContainText('2 samples, 1 take');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(classCard(page, 'Pictures')).toHaveCount(0);
  await expect(classCard(page, 'Up')).toContainText('3 samples');
});

test('what cannot be opened is refused in words, and nothing changes', async ({ page }) => {
  await openFiles(page, [
    {
      name: 'pose.tm',
      buffer: await zip({ 'manifest.json': '{"type":"pose"}', 'a-!-0.jpg': 'x' }),
    },
    { name: 'song.mp3', buffer: Buffer.from('ID3 la la la') },
  ]);
  await expect(page.getByText(/body poses. Handful learns from pictures only/)).toBeVisible();
  await done(page);
  await expect(page.getByText(/“song.mp3” is a sound/)).toBeVisible();
  await done(page);
  await expect(page.getByRole('article')).toHaveCount(0);
});

async function zip(files: Record<string, string>): Promise<Buffer> {
  const archive = createArchive();
  for (const [name, text] of Object.entries(files)) await archive.text(name, text);
  return Buffer.from(await (await archive.finish()).arrayBuffer());
}

test('a Teachable Machine model classifies at once, survives a reload, and can be taught', async ({
  page,
}) => {
  const { files } = await smallModel({ labels: ['Ratón', 'Botella'] });
  const parts = Object.entries(files).map(([name, content]) => ({
    name,
    buffer: Buffer.from(content),
  }));
  await openFiles(page, parts);
  await expect(page.getByText('is open now.')).toBeVisible();
  await done(page);
  await expect(
    page.getByText('In use: a head from a file, made for Ratón, Botella.'),
  ).toBeVisible();
  await page.reload();
  await expect(
    page.getByText('In use: a head from a file, made for Ratón, Botella.'),
  ).toBeVisible();
  await expect(page.getByTestId('winner')).toHaveText(/Ratón|Botella/);
  for (const [name, scene] of [
    ['Ratón', 'up'],
    ['Botella', 'nothing'],
  ] as const) {
    const png = await drawPicture(page, { name: scene, seed: 3 });
    await openFiles(page, [{ name: 'a.png', buffer: png }]);
    await page
      .getByRole('dialog')
      .getByRole('combobox', { name: /Which class/ })
      .click();
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Add them' }).click();
    await expect(page.getByText('It brought 1 sample.')).toBeVisible();
    await done(page);
  }
  await expect(page.getByText(/Learned 2 classes from 2 samples/)).toBeVisible();
});

test.describe('genuine projects', () => {
  test.skip(!existsSync(genuine), 'skipped: no ../shared/data');

  for (const [name, words] of [
    ['coins', 'It brought 34 samples.'],
    ['hands', 'It brought 150 samples.'],
    ['objects', 'It brought 71 samples.'],
    ['desk-objects', 'It brought 150 samples.'],
    ['empty', 'It holds no samples.'],
    ['pose-not-image', /body poses/],
  ] as const) {
    test(name, async ({ page }) => {
      const buffer = await readFile(`${genuine}tm-projects/${name}.tm`);
      await openFiles(page, [{ name: `${name}.tm`, buffer }]);
      await expect(page.getByText(words)).toBeVisible({ timeout: 60_000 });
    });
  }

  test('the exported model', async ({ page }) => {
    const names = ['model.json', 'weights.bin', 'metadata.json'];
    const read = names.map(async (name) => ({
      name,
      buffer: await readFile(`${genuine}tm-models/desk-objects/${name}`),
    }));
    await openFiles(page, await Promise.all(read));
    await expect(page.getByText('is open now.')).toBeVisible();
    await done(page);
    await expect(page.getByText(/a head from a file, made for Ratón, Botella/)).toBeVisible();
  });
});
