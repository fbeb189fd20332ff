// Files for other programs, made by the built app and tried in the programs' own libraries; videos as takes.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { createArchive, openArchive } from '../../src/lib/exchange/zip.ts';
import { installDrawnCamera } from './scene.ts';
import { chooseExport, classCard, openApp } from './teach.ts';

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
  await openApp(page);
});

const names = ['Red <b>', 'Blau', '緑'];

/** A JPEG of the network's own size, in the colour of its class. */
function drawJpeg(page: Page, hue: number, seed: number): Promise<string> {
  return page.evaluate(
    ([h = 0, s = 0]) => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 160;
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.fillStyle = `hsl(${h} 60% 50%)`;
      context.fillRect(0, 0, 160, 160);
      for (let i = 0; i < 12; i += 1) {
        context.fillStyle = `hsl(${h + 40 * Math.sin(i + s)} 70% ${30 + 4 * i}%)`;
        context.fillRect((i * 37 + s * 23) % 150, (i * 61 + s * 11) % 150, 30, 12 + 3 * i);
      }
      return canvas.toDataURL('image/jpeg', 0.9).replace(/^.*,/, '');
    },
    [hue, seed],
  );
}

async function teachThree(page: Page): Promise<void> {
  const archive = createArchive();
  for (const [c, name] of names.entries()) {
    for (let i = 0; i < 4; i += 1) {
      const jpeg = Buffer.from(await drawJpeg(page, 120 * c, 10 * c + i), 'base64');
      await archive.bytes(`${name}/take ${i >> 1}/${i}.jpg`, new Uint8Array(jpeg), true);
    }
  }
  const buffer = Buffer.from(await (await archive.finish()).arrayBuffer());
  await page
    .getByLabel('Open what was saved')
    .setInputFiles([{ name: 'colours.zip', mimeType: 'application/zip', buffer }]);
  await expect(page.getByText('It brought 12 samples.')).toBeVisible();
  await done(page);
  await expect(page.getByText(/Learned 3 classes from 12 samples/)).toBeVisible();
}

const done = (page: Page): Promise<void> => page.getByRole('button', { name: 'Done' }).click();

async function save(page: Page, item: string): Promise<{ name: string; bytes: Buffer }> {
  const downloading = page.waitForEvent('download');
  await chooseExport(page, item);
  const download = await downloading;
  await expect(page.getByText('was written and downloaded.')).toBeVisible();
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

interface Golden {
  readonly pictures: readonly { file: string; probabilities: number[] }[];
}

/** What Teachable Machine's own library makes of the pictures in the zip, on a page that is not ours. */
async function libraryGap(context: BrowserContext, zip: Buffer): Promise<number> {
  const opened = await openArchive(new Blob([new Uint8Array(zip)]), 'model.zip');
  if (!opened.ok) throw new Error('no zip');
  const archive = opened.value;
  const base64 = async (name: string): Promise<string> => {
    const read = await archive.bytes(name, 1e9);
    if (!read.ok) throw new Error(name);
    return Buffer.from(read.value).toString('base64');
  };
  const json = await archive.json('handful/golden.json');
  if (!json.ok) throw new Error('no golden pictures');
  const golden = json.value as Golden;
  expect(golden.pictures.length).toBe(6);
  const library = await context.newPage();
  await library.setContent('<p>library</p>');
  for (const path of [
    '@tensorflow/tfjs/dist/tf.min.js',
    '@teachablemachine/image/dist/teachablemachine-image.min.js',
  ]) {
    await library.addScriptTag({ path: `node_modules/${path}` });
  }
  const files = await Promise.all(['model.json', 'weights.bin', 'metadata.json'].map(base64));
  const pictures = await Promise.all(
    golden.pictures.map(async ({ file }) => base64(`handful/${file}`)),
  );
  const answers = await library.evaluate(
    async ([parts, jpegs]) => {
      interface Classifier {
        predict(image: HTMLImageElement): Promise<{ className: string; probability: number }[]>;
      }
      const { tmImage } = window as unknown as {
        tmImage: { loadFromFiles(...files: File[]): Promise<Classifier> };
      };
      const bytes = (text: string): Uint8Array<ArrayBuffer> =>
        Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const model = await tmImage.loadFromFiles(
        new File([bytes(parts?.[0] ?? '')], 'model.json'),
        new File([bytes(parts?.[1] ?? '')], 'weights.bin'),
        new File([bytes(parts?.[2] ?? '')], 'metadata.json'),
      );
      const all = [];
      for (const jpeg of jpegs ?? []) {
        const image = new Image();
        image.src = `data:image/png;base64,${jpeg}`;
        await image.decode();
        all.push(await model.predict(image));
      }
      return all;
    },
    [files, pictures],
  );
  await library.close();
  let most = 0;
  for (const [i, answer] of answers.entries()) {
    expect(answer.map(({ className }) => className).toSorted()).toEqual(names.toSorted());
    for (const [c, { probability }] of answer.entries()) {
      most = Math.max(most, Math.abs(probability - (golden.pictures[i]?.probabilities[c] ?? 9)));
    }
  }
  return most;
}

for (const head of ['Ridge', 'Dense'] as const) {
  test(`a Teachable Machine model (${head}) says in its own library what the page says`, async ({
    page,
    context,
  }) => {
    test.slow();
    await teachThree(page);
    if (head !== 'Ridge') await chooseHead(page, head);
    const { name, bytes } = await save(page, 'Export Teachable Machine model');
    expect(name).toBe('colours.tm-model.zip');
    await expect(page.getByText(/Largest difference to what it should say/)).toBeVisible();
    const shown = await page.getByTestId('difference').innerText();
    expect(/^(none at all|under 0.000001|0\.000\d+|\d\.\de-[4-9])$/.test(shown), shown).toBe(true);
    await expect(page.getByText(/knows no “none of these”/)).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    await done(page);
    expect(await libraryGap(context, bytes)).toBeLessThan(1e-3);
    if (head === 'Ridge') await tryExamples(context, bytes);

    await page
      .getByLabel('Open what was saved')
      .setInputFiles([{ name, mimeType: 'application/zip', buffer: bytes }]);
    await expect(page.getByText('is open now.')).toBeVisible();
    await done(page);
    await expect(page.getByText(/a head from a file, made for/)).toBeVisible();
  });
}

/** Unpacks a zip into a folder of a site, not its root, and serves it as any static server does. */
async function served(
  zip: Buffer,
  more: Readonly<Record<string, string>> = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'handful-served-'));
  const folder = join(root, 'exported');
  const opened = await openArchive(new Blob([new Uint8Array(zip)]), 'x.zip');
  if (!opened.ok) throw new Error('no zip');
  for (const name of opened.value.names) {
    const read = await opened.value.bytes(name, 1e9);
    if (!read.ok) throw new Error(name);
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), read.value);
  }
  for (const [name, from] of Object.entries(more)) await cp(from, join(folder, name));
  const { url, close } = await serve({ folder: root, port: 0, headers: false });
  return {
    url: `${url}exported/`,
    async close() {
      await close();
      await rm(root, { recursive: true });
    },
  };
}

const example = (name: string): string => `src/lib/core/snippets/${name}`;

test('the web page and the plain page classify the camera, and ask nobody else', async ({
  page,
  context,
}) => {
  test.slow();
  await teachThree(page);
  await page.getByRole('button', { name: 'Files' }).click();
  await page.getByRole('menuitem', { name: 'Save or export' }).click();
  await page.getByRole('button', { name: 'Example: A plain web page' }).click();
  await expect(page.getByText('handful-runtime.js').first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press('Escape');
  const { name, bytes } = await save(page, 'Export web page');
  expect(name).toBe('colours.page.zip');
  expect(await page.getByTestId('difference').innerText()).toMatch(/none|under|e-[5-9]|0\.0000/);
  await done(page);
  await page
    .getByLabel('Check a saved model')
    .setInputFiles([{ name, mimeType: 'application/zip', buffer: bytes }]);
  await expect(page.getByText('says what it said when it was saved.')).toBeVisible();
  await done(page);

  const site = await served(bytes, { 'plain-page.html': example('plain-page.html') });
  const elsewhere: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(site.url)) elsewhere.push(request.url());
  });
  const shown = await context.newPage();
  await shown.goto(site.url);
  await expect(shown.locator('#answer')).toHaveText('Ready.');
  await shown.getByRole('button', { name: 'Check this model' }).click();
  await expect(shown.getByText(/^Says the same as Handful on 6 pictures/)).toBeVisible();
  await shown.getByRole('button', { name: 'Turn the camera on' }).click();
  const answers = /None of these|Red <b>|Blau|緑/;
  await expect(shown.locator('#answer')).toHaveText(answers);
  // Entered, and left when the film stands still.
  await shown.locator('video').evaluate((video: HTMLVideoElement) => video.pause());
  await expect(shown.locator('#left')).toHaveText(/^Before that: .+, for \d+\.\d s\.$/);
  await expect(shown.locator('#answer')).toHaveText('Looking …');
  const found = await new AxeBuilder({ page: shown }).analyze();
  expect(found.violations.map(({ id }) => id)).toEqual([]);
  await shown.goto(`${site.url}plain-page.html`);
  await expect(shown.locator('#answer')).toHaveText(/none of these|, \d+ %/);
  await shown.close();
  expect(elsewhere).toEqual([]);
  await site.close();
});

/** Graphics in software takes its time with the first picture. */
const slowly = { timeout: 60_000 };

/** The examples for Teachable Machine's library and for TensorFlow.js, whose scripts come from this computer here. */
async function tryExamples(context: BrowserContext, zip: Buffer): Promise<void> {
  const site = await served(zip, {
    'teachable-page.html': example('teachable-page.html'),
    'layers-page.html': example('layers-page.html'),
  });
  const scripts = await context.newPage();
  await scripts.route('https://cdn.jsdelivr.net/npm/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace(/^\/npm\//, '');
    await route.fulfill({ path: `node_modules/${path.replace(/@[\d.]+\//, '/')}` });
  });
  await scripts.route(`${site.url}picture.jpg`, (route) =>
    route.fulfill({ path: 'docs/teach.png' }),
  );
  await scripts.goto(`${site.url}teachable-page.html`);
  await expect(scripts.locator('#answer')).toHaveText(/, \d+ %/, slowly);
  await scripts.goto(`${site.url}layers-page.html`);
  await expect(scripts.locator('#answer')).toHaveText(/: [01]\.\d{3}, .*: [01]\.\d{3}/, slowly);
  await scripts.close();
  await site.close();
}

async function chooseHead(page: Page, name: string): Promise<void> {
  await page.getByRole('radio', { name }).click();
  await expect(page.getByText(/Learned 3 classes from 12 samples/)).toBeVisible();
}

test('nearest neighbours: not as a Teachable Machine model, but as JSON that opens again', async ({
  page,
}) => {
  await teachThree(page);
  await chooseHead(page, 'Neighbours');
  await page.getByRole('button', { name: 'Files' }).click();
  await page.getByRole('menuitem', { name: 'Save or export' }).click();
  await expect(page.getByText(/Not with nearest neighbours/).last()).toBeVisible();
  await page.keyboard.press('Escape');
  const { name, bytes } = await save(page, 'Export KNN data (JSON)');
  expect(name).toBe('colours.knn.json');
  await expect(page.getByTestId('difference')).toHaveText('none at all');
  await done(page);
  const { dataset, tensors } = JSON.parse(bytes.toString('utf8')) as {
    dataset: Record<string, { label: string; shape: number[] }>;
    tensors: Record<string, number>[];
  };
  expect(
    Object.values(dataset)
      .map(({ label }) => label)
      .toSorted(),
  ).toEqual(names.toSorted());
  expect(Object.keys(tensors[0] ?? {}).length).toBe(4 * 1280);

  const open = (file: Buffer): Promise<void> =>
    page
      .getByLabel('Open what was saved')
      .setInputFiles([{ name: 'again.json', mimeType: 'application/json', buffer: file }]);
  await open(bytes);
  await expect(page.getByText('is open now.')).toBeVisible();
  await done(page);
  await expect(page.getByText(/a head from a file, made for/)).toBeVisible();

  const other = { dataset: { 0: { shape: [1, 2], label: 'A' } }, tensors: [{ 0: 1, 1: 0 }] };
  await open(Buffer.from(JSON.stringify(other)));
  await expect(page.getByText(/Only the names of its classes were taken/)).toBeVisible();
  await done(page);
  await expect(classCard(page, 'A')).toBeVisible();
});

/** A film of two seconds, recorded by the browser itself: a bar that moves. */
function recordFilm(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 320;
    canvas.height = 240;
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    const beganMs = performance.now();
    while (performance.now() - beganMs < 2000) {
      const x = (performance.now() - beganMs) / 10;
      if (context) {
        context.fillStyle = 'navy';
        context.fillRect(0, 0, 320, 240);
        context.fillStyle = 'gold';
        context.fillRect(x, 0, 60, 240);
      }
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
}

test('a video becomes one take of a new class, or of the class one names', async ({ page }) => {
  test.slow();
  const buffer = Buffer.from(await recordFilm(page), 'base64');
  const film = { name: 'bar.webm', mimeType: 'video/webm', buffer };
  const input = page.getByLabel('Open what was saved');
  await input.setInputFiles([film]);
  await expect(page.getByText(/^It brought \d+ samples\.$/)).toBeVisible({ timeout: 60_000 });
  await done(page);
  const card = classCard(page, 'bar');
  await expect(card).toContainText(/([6-9]|1\d|2\d) samples, 1 take/);

  await input.setInputFiles([film]);
  await page
    .getByRole('dialog')
    .getByRole('combobox', { name: 'Which class does it show?' })
    .click();
  await page.getByRole('option', { name: 'bar' }).click();
  await page.getByRole('button', { name: 'Add it' }).click();
  await expect(page.getByText(/^It brought \d+ samples\.$/)).toBeVisible({ timeout: 60_000 });
  await done(page);
  await expect(card).toContainText('2 takes');
});

test('a video that the browser cannot play is refused in words', async ({ page }) => {
  const buffer = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42 and nothing')]);
  await page
    .getByLabel('Open what was saved')
    .setInputFiles([{ name: 'broken.mp4', mimeType: 'video/mp4', buffer }]);
  await expect(page.getByText(/a video that this browser cannot play/)).toBeVisible();
  await done(page);
  await expect(page.getByRole('article')).toHaveCount(0);
});
