// Do exports keep their word? One project, taught on a film of a hand, is exported in every form; frames of another film
// are named by each, and compared with what the app says. `npx tsx tests/bench/exports.ts [--ml5 ml5.min.js]` (build first).
import { chromium, type Page } from '@playwright/test';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '../../scripts/serve.mjs';
import { messageOf } from '#lib/core/failure.ts';
import { largestDifference } from '#lib/exchange/golden.ts';
import { readHeadFile } from '#lib/exchange/head-file.ts';
import { createArchive, openArchive } from '#lib/exchange/zip.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import type { load as Load } from '#lib/runtime/web/handful-runtime.d.ts';
import { launchWith } from '../e2e/browser.ts';
import { chooseExport, openApp } from '../e2e/teach.ts';
import { openHarness } from '../engine/harness.ts';
import { valueOf } from '../engine/node-engine.ts';
import { askOnnx, onnxSession } from '../unit/onnx-runtime.ts';

const films = '../shared/data/video';
const labels = ['Thumbs up', 'Thumbs down', 'Nobody'];
const teachEvery = 11;
const askEvery = 9;

type Answers = readonly Float32Array[];

/** The pictures of a motion JPEG film. */
async function framesOf(name: string): Promise<Buffer[]> {
  const film = await readFile(join(films, name));
  const starts: number[] = [];
  const mark = Buffer.from([0xff, 0xd8, 0xff]);
  for (let at = film.indexOf(mark); at >= 0; at = film.indexOf(mark, at + 3)) starts.push(at);
  return starts.map((start, i) => film.subarray(start, starts[i + 1]));
}

/** Folders of classes and takes: the film shows each class for a sixth of its length, all of them twice. */
async function taughtFolders(): Promise<Buffer> {
  const frames = await framesOf('thumbs-teach.mjpeg');
  const archive = createArchive();
  for (const [i, frame] of frames.entries()) {
    const part = Math.floor((6 * i) / frames.length);
    if (i % teachEvery !== 0) continue;
    const folder = `${labels[part % 3] ?? ''}/take ${part < 3 ? 1 : 2}`;
    await archive.bytes(`${folder}/${i}.jpg`, new Uint8Array(frame), true);
  }
  return Buffer.from(await (await archive.finish()).arrayBuffer());
}

async function exportAll(page: Page, titles: readonly string[]): Promise<Buffer[]> {
  const buffer = await taughtFolders();
  await page
    .getByLabel('Open what was saved')
    .setInputFiles([{ name: 'thumbs.zip', mimeType: 'application/zip', buffer }]);
  await page.getByRole('button', { name: 'Done' }).click({ timeout: 120_000 });
  await page.getByText(/Learned 3 classes/).waitFor({ timeout: 120_000 });
  const files: Buffer[] = [];
  for (const title of titles) {
    const downloading = page.waitForEvent('download', { timeout: 120_000 });
    await chooseExport(page, title);
    files.push(await readFile(await (await downloading).path()));
    const said = await page.getByTestId('difference').innerText();
    process.stderr.write(`${title}: ${said}\n`);
    await page.getByRole('button', { name: 'Done' }).click();
  }
  return files;
}

async function unpack(zip: Buffer, folder: string): Promise<void> {
  const archive = valueOf(await openArchive(new Blob([new Uint8Array(zip)]), 'x.zip'));
  for (const name of archive.names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), valueOf(await archive.bytes(name, 1e9)));
  }
}

const rows = (lists: readonly (readonly number[])[]): Answers =>
  lists.map((list) => Float32Array.from(list));

/** The app's own engine in its worker, on whole frames. */
async function askApp(page: Page, headZip: Buffer, frames: readonly string[]): Promise<Answers> {
  const file = valueOf(await readHeadFile(new Blob([new Uint8Array(headZip)]), 'head.zip'));
  if (file.head.kind !== 'ridge') throw new Error('another head');
  const { kernel, bias, ...rest } = file.head;
  const plain = { rest, kernel: Array.from(kernel), bias: Array.from(bias) };
  const harness = await openHarness();
  await page.goto(harness.url);
  const answers = await page.evaluate(
    async ([head, jpegs]) => {
      const { tools } = window;
      const { client } = await tools.started();
      const own = {
        ...head.rest,
        kernel: Float32Array.from(head.kernel),
        bias: Float32Array.from(head.bias),
      };
      tools.valueOf(await client.setHead({ head: own }));
      const all: number[][] = [];
      for (const jpeg of jpegs) {
        const bytes = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes]));
        const frame = { image, crop: tools.centre };
        const answered = tools.valueOf(await client.classify({ frame }));
        all.push(Array.from(answered?.probabilities ?? []));
      }
      return all;
    },
    [plain, frames] as const,
  );
  await harness.close();
  return rows(answers);
}

/** The runtime in the exported page's folder, and the pixels its canvas makes of each frame. */
async function askPage(page: Page, url: string, frames: readonly string[]) {
  await page.goto(url);
  const { classes, pixels } = await page.evaluate(async (jpegs) => {
    const { load } = (await import(new URL('handful-runtime.js', location.href).href)) as {
      load: typeof Load;
    };
    const model = await load('model/');
    const side = model.inputSize;
    const context = new OffscreenCanvas(side, side).getContext('2d');
    const all = { classes: [] as number[][], pixels: [] as number[][] };
    for (const jpeg of jpegs) {
      const bytes = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      const answered = await model.classify(image);
      all.classes.push(answered.classes.map(({ probability }) => probability));
      if (!context) continue;
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 80, 0, 480, 480, 0, 0, side, side);
      all.pixels.push(Array.from(context.getImageData(0, 0, side, side).data));
    }
    return all;
  }, frames);
  return { answers: rows(classes), pixels: pixels.map((list) => Uint8ClampedArray.from(list)) };
}

/** On the frames as files, decoded and shrunk in Node, and on the pixels that the page's canvas made of them. */
interface NodeAnswers {
  readonly files: Answers;
  readonly pixels: Answers;
}

/** A process of its own: two copies of TensorFlow.js in one process share their globals. */
async function askNode(
  folder: string,
  frames: readonly Buffer[],
  pixels: readonly Uint8ClampedArray[],
): Promise<NodeAnswers> {
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  for (const [i, frame] of frames.entries()) await writeFile(join(folder, `${i}.jpg`), frame);
  for (const [i, rgba] of pixels.entries()) await writeFile(join(folder, `${i}.rgba`), rgba);
  const program = `
    import { createCanvas, loadImage } from '@napi-rs/canvas';
    import { readFile } from 'node:fs/promises';
    import { load } from './handful-runtime.js';
    const model = await load(new URL('./model/', import.meta.url), { createCanvas });
    const side = model.inputSize;
    const ask = async (picture) =>
      (await model.classify(picture)).classes.map(({ probability }) => probability);
    const all = { files: [], pixels: [] };
    for (let i = 0; i < ${frames.length}; i += 1) {
      all.files.push(await ask(await loadImage(i + '.jpg')));
      const data = new Uint8ClampedArray(await readFile(i + '.rgba'));
      all.pixels.push(await ask({ width: side, height: side, data }));
    }
    console.log(JSON.stringify(all));`;
  await writeFile(join(folder, 'ask.mjs'), program);
  const { stdout } = await promisify(execFile)('node', ['ask.mjs'], { cwd: folder });
  const answered = JSON.parse(stdout) as { files: number[][]; pixels: number[][] };
  return { files: rows(answered.files), pixels: rows(answered.pixels) };
}

async function askSession(folder: string, pixels: readonly Uint8ClampedArray[]): Promise<Answers> {
  const session = await onnxSession(await readFile(join(folder, 'model.onnx')));
  const answers: Float32Array[] = [];
  for (const rgba of pixels) {
    const answered = await askOnnx(session, rgba, Math.sqrt(rgba.length / 4));
    answers.push(answered.probabilities ?? new Float32Array());
  }
  return answers;
}

/** Libraries of others, each on a page of its own beside the model. `expression` makes `ask(image) → probabilities`. */
async function askLibrary(
  page: Page,
  url: string,
  scripts: readonly string[],
  expression: string,
  frames: readonly string[],
): Promise<Answers> {
  const facts = (await (await fetch(`${url}metadata.json`)).json()) as { labels: string[] };
  await page.goto(`${url}blank.html`);
  for (const path of scripts) await page.addScriptTag({ path });
  const program = `(async (jpegs) => {
    const ask = await (${expression})();
    const all = [];
    for (const jpeg of jpegs) {
      const image = new Image();
      image.src = 'data:image/jpeg;base64,' + jpeg;
      await image.decode();
      const byName = await ask(image);
      all.push(${JSON.stringify(facts.labels)}.map((name) => byName[name] ?? 9));
    }
    return all;
  })(${JSON.stringify(frames)})`;
  return rows(await page.evaluate<number[][]>(program));
}

const teachable = `async () => {
  const model = await tmImage.load('./model.json', './metadata.json');
  return async (image) => Object.fromEntries(
    (await model.predict(image)).map(({ className, probability }) => [className, probability]));
}`;
/** As in the example for p5: the whole address, the square alone, and the network's size instead of 224. */
const ml5 = `async () => {
  const classifier = await new Promise((resolve) => {
    const made = ml5.imageClassifier(new URL('model.json', location.href).href, () => resolve(made));
  });
  const { model } = classifier;
  const size = model.inputs[0].shape.slice(1, 3);
  classifier.model = {
    predict: (pixels) => ml5.tf.tidy(() => model.predict(ml5.tf.image.resizeBilinear(pixels, size))),
  };
  const square = document.createElement('canvas');
  square.width = square.height = 320;
  return async (image) => {
    square.getContext('2d').drawImage(image, 80, 0, 480, 480, 0, 0, 320, 320);
    const answers = await classifier.classify(square, ${labels.length});
    return Object.fromEntries(answers.map(({ label, confidence }) => [label, confidence]));
  };
}`;

function tell(who: string, answers: Answers, app: Answers): void {
  const gaps = app.map((own, i) => largestDifference(answers[i] ?? new Float32Array(), own));
  const same = app.filter((own, i) => {
    return largestIndex(own) === largestIndex(answers[i] ?? new Float32Array());
  }).length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const most = Math.max(...gaps).toPrecision(2);
  process.stdout.write(
    `| ${who} | ${same} of ${app.length} | ${most} | ${mean.toPrecision(2)} |\n`,
  );
}

if (!existsSync(films)) {
  process.stderr.write('skipped: no ../shared/data\n');
  process.exit(0);
}
const all = await framesOf('thumbs-live.mjpeg');
const frames = all.filter((_, i) => i % askEvery === 0);
const texts = frames.map((frame) => frame.toString('base64'));
const folder = await mkdtemp(join(tmpdir(), 'handful-exports-'));
const site = await serve({ folder: 'build', port: 0 });
const browser = await chromium.launch(launchWith(null));
const context = await browser.newContext({ baseURL: site.url });
await context.addInitScript('globalThis.__name ??= (work) => work');
const page = await context.newPage();
await openApp(page);
const titles = ['Export trained head', 'Export web page', 'Export ONNX model'];
const [head, webPage, onnx, layers] = await exportAll(page, [
  ...titles,
  'Export Teachable Machine model',
]);
if (!head || !webPage || !onnx || !layers) throw new Error('an export is missing');
for (const [name, zip] of Object.entries({ page: webPage, onnx, layers })) {
  await unpack(zip, join(folder, name));
}
await writeFile(join(folder, 'layers/blank.html'), '<!doctype html><meta charset="utf-8" />');
const exported = await serve({ folder, port: 0, headers: false });
const app = await askApp(page, head, texts);
process.stdout.write('| | same class | largest difference | mean |\n| --- | --- | --- | --- |\n');
const seen = await askPage(page, `${exported.url}page/`, texts);
tell('exported web page (runtime in Chromium)', seen.answers, app);
const inNode = await askNode(join(folder, 'page'), frames, seen.pixels);
tell('runtime in Node, own decoding and shrinking', inNode.files, app);
tell('runtime in Node, same pixels', inNode.pixels, app);
tell('ONNX Runtime, same pixels', await askSession(join(folder, 'onnx'), seen.pixels), app);
const tf = 'node_modules/@tensorflow/tfjs/dist/tf.min.js';
const library = 'node_modules/@teachablemachine/image/dist/teachablemachine-image.min.js';
const layersUrl = `${exported.url}layers/`;
const others: (readonly [string, string[], string])[] = [
  ['@teachablemachine/image', [tf, library], teachable],
];
const ml5Path = process.argv[process.argv.indexOf('--ml5') + 1];
if (process.argv.includes('--ml5') && ml5Path !== undefined) others.push(['ml5', [ml5Path], ml5]);
for (const [who, scripts, expression] of others) {
  try {
    tell(who, await askLibrary(page, layersUrl, scripts, expression, texts), app);
  } catch (error) {
    // Another's library may fail for reasons of its own: the other rows stand.
    process.stdout.write(`| ${who} | not run: ${messageOf(error).slice(0, 80)} | | |\n`);
  }
}
await browser.close();
await exported.close();
await site.close();
await rm(folder, { recursive: true });
