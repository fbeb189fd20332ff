// What thousands of samples cost the page: longest main-thread task and memory, verb by verb, on the built app.
// npx tsx tests/bench/scale.ts [samples] [classes] [all | open | files] [folder of the built app]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Locator, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { browserLaunch, siteUrl } from '#tests/e2e/browser.ts';
import { nthClass, seedManySamples } from '#tests/e2e/many-samples.ts';
import { classCard } from '#tests/e2e/teach.ts';
import { watchLongTasks, Watch, type MainThread } from './main-thread.ts';

const sampleCount = Number(process.argv[2] ?? 10_000);
const classCount = Number(process.argv[3] ?? 40);
const onlyOpen = process.argv[4] === 'open';
const onlyFiles = process.argv[4] === 'files';
const folder = resolve(process.argv[5] ?? 'build');
const addedPictures = 10;
const big = Math.min(500, Math.floor(sampleCount / classCount) * 2);
const patience = { timeout: 1_200_000 };

type Row = MainThread & { readonly verb: string };

const rows: Row[] = [];

async function main(): Promise<void> {
  const port = Number(new URL(siteUrl).port);
  const site = await serve({ folder, port, anyFreePort: true });
  const scratch = await mkdtemp(join(tmpdir(), 'handful-scale-'));
  // Without a camera: what it costs has nothing to do with how many samples there are.
  const args = (browserLaunch.args ?? []).filter((arg) => !arg.includes('media-stream'));
  const context = await chromium.launchPersistentContext(scratch, {
    ...browserLaunch,
    args,
    baseURL: site.url,
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patience.timeout);
    await watchLongTasks(page);
    const others = Math.floor((sampleCount - 2 * big) / (classCount - 2));
    const shots = Array.from({ length: classCount }, (_, i) => (i < 2 ? big : others));
    shots[classCount - 1] = sampleCount - 2 * big - others * (classCount - 3);
    process.stderr.write('seeding …\n');
    await seedManySamples(page, { name: 'Many samples', shots, samplesATake: 25 });
    await measureAll(page, join(scratch, 'export.zip'));
  } finally {
    print();
    await context.close();
    await site.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function measureAll(page: Page, file: string): Promise<void> {
  const watch = await Watch.over(page);
  const verb: Verb = async (name, work) => {
    process.stderr.write(`${name} …\n`);
    const row = { verb: name, ...(await watch.during(work)) };
    rows.push(row);
    process.stderr.write(`  ${lineOf(row)} load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
  };
  await verb('open, until all is shown', async () => {
    await page.goto('./');
    await classCard(page, nthClass(classCount)).waitFor();
  });
  if (onlyOpen) {
    await verb('… the two minutes after that', () => page.waitForTimeout(120_000));
    return;
  }
  await verb('… until all is learned', () => learned(page, classCount, sampleCount));
  if (!onlyFiles) await measureWork(page, verb);
  await measureFiles(page, verb, file, onlyFiles ? sampleCount : sampleCount + addedPictures);
}

type Verb = (name: string, work: () => Promise<void>) => Promise<void>;

async function measureWork(page: Page, verb: Verb): Promise<void> {
  const first = classCard(page, nthClass(1));
  const second = classCard(page, nthClass(2));
  await verb('scroll the page through all classes', async () => {
    await page.mouse.move(200, 500);
    for (let i = 0; i < 60; i += 1) {
      await page.mouse.wheel(0, 400);
      await page.waitForTimeout(30);
    }
    await page.evaluate(() => scrollTo(0, 0));
  });
  await verb('scroll a class', async () => {
    await showAll(first);
    await first
      .getByRole('button', { name: /^Sample / })
      .first()
      .hover();
    for (let i = 0; i < 40; i += 1) {
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(30);
    }
  });
  await verb('select all of a class', async () => {
    await first
      .getByRole('button', { name: /^Sample / })
      .first()
      .click();
    await page.keyboard.press('Control+a');
    await first.getByText(`${big} selected`).waitFor();
  });
  await page.keyboard.press('Escape');
  await verb('select a range with Shift', async () => {
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await first.getByText(`${big} selected`).waitFor();
  });
  await verb(`move ${big}`, async () => {
    await first.getByRole('button', { name: 'Move to' }).click();
    await page.getByRole('menuitem', { name: nthClass(2), exact: true }).click();
    await second.getByText(new RegExp(`^${2 * big} samples`)).waitFor();
    await saved(page);
  });
  await verb(`delete ${2 * big}`, async () => {
    await showAll(second);
    const thumbs = second.getByRole('button', { name: /^Sample / });
    await thumbs.first().click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await second.getByText(/^0 samples/).waitFor();
    await saved(page);
  });
  const undo = page.getByRole('banner').getByRole('button', { name: 'Undo', exact: true });
  await verb('undo both', async () => {
    await undo.click();
    await second.getByText(new RegExp(`^${2 * big} samples`)).waitFor();
    await undo.click();
    await first.getByText(new RegExp(`^${big} samples`)).waitFor();
    await saved(page);
  });
  await verb(`add ${addedPictures} pictures`, async () => {
    const jpeg = await somePicture(page);
    const chooser = page.waitForEvent('filechooser');
    await first.getByRole('button', { name: 'Add pictures' }).click();
    const files = Array.from({ length: addedPictures }, (_, i) => {
      return { name: `${i}.jpg`, mimeType: 'image/jpeg', buffer: jpeg };
    });
    await (await chooser).setFiles(files);
    await first.getByText(new RegExp(`^${big + addedPictures} samples`)).waitFor();
    await saved(page);
  });
}

/** Out, and in again, both ways; `total` is what the open project holds. */
async function measureFiles(page: Page, verb: Verb, file: string, total: number): Promise<void> {
  await verb('export the project', async () => {
    const downloaded = page.waitForEvent('download', patience);
    await page.getByRole('button', { name: 'Files' }).click();
    await page.getByRole('menuitem', { name: 'Save project file' }).click();
    await page.getByText(`holds ${total} samples`).waitFor();
    await (await downloaded).saveAs(file);
  });
  process.stderr.write(`file: ${Math.round((await stat(file)).size / 2 ** 20)} MB\n`);
  await page.getByRole('button', { name: 'Done' }).click();
  await verb('import it as a new project', async () => {
    await page.getByLabel('Open what was saved').setInputFiles(file);
    await page.getByRole('button', { name: 'Open as a new project' }).click();
    await page.getByText(`It brought ${total} samples.`).waitFor();
  });
  await page.getByRole('button', { name: 'Done' }).click();
  await verb('import it into the open project', async () => {
    await page.getByLabel('Open what was saved').setInputFiles(file);
    await page.getByRole('button', { name: /^Add to/ }).click();
    await page.getByText(`It brought ${total} samples.`).waitFor();
  });
}

const learned = (page: Page, classes: number, samples: number): Promise<void> =>
  page.getByText(`Learned ${classes} classes from ${samples} samples`).waitFor();

const saved = (page: Page): Promise<void> => page.getByText('All saved').waitFor();

/** Older builds show the newest 200 first. */
async function showAll(card: Locator): Promise<void> {
  const button = card.getByRole('button', { name: /^Show all/ });
  if (await button.isVisible()) await button.click();
}

async function somePicture(page: Page): Promise<Buffer> {
  const numbers = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(256, 256);
    canvas.getContext('2d')?.fillRect(20, 20, 90, 200);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' });
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  });
  return Buffer.from(numbers);
}

function lineOf(row: Row): string {
  const whole = (value: number): string => value.toFixed(0);
  return `| ${[
    row.verb,
    (row.ms / 1000).toFixed(1),
    whole(row.longestMs),
    whole(row.longestCpuMs),
    whole(row.over100),
    whole(row.heapMb),
    whole(row.pageMb),
    whole(row.browserMb),
  ].join(' | ')} |`;
}

function print(): void {
  const head = [
    'verb',
    'seconds',
    'longest task, ms',
    '… of processor, ms',
    'tasks over 100',
    'heap and buffers, MB',
    'page, MB',
    'browser, MB',
  ];
  process.stdout.write(
    [
      `${sampleCount} samples in ${classCount} classes`,
      `| ${head.join(' | ')} |`,
      `| --- |${' ---: |'.repeat(head.length - 1)}`,
      ...rows.map(lineOf),
      '',
    ].join('\n'),
  );
}

await main();
