// How long a new take needs to reach the live result, with hundreds of samples there: the built app in Chromium.
// npm run build, then npx tsx tests/bench/teach.ts [classes] [samples a class] [takes]
import { chromium, type Page } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';
import { launchWith } from '#tests/e2e/browser.ts';
import { drawPicture, installDrawnCamera, showScene, type SceneName } from '#tests/e2e/scene.ts';
import { addClass, classCard, openApp, turnCameraOn } from '#tests/e2e/teach.ts';

const classCount = Number(process.argv[2] ?? 10);
const samplesEach = Number(process.argv[3] ?? 30);
const takes = Number(process.argv[4] ?? 5);
const sceneNames: readonly SceneName[] = ['up', 'down', 'nothing'];

interface Measured {
  readonly learnedMs: number;
  readonly longestTaskMs: number;
  readonly words: string;
}

async function main(): Promise<void> {
  const server = await serve({ folder: 'build', port: 0, anyFreePort: true });
  const browser = await chromium.launch(launchWith(null));
  const page = await browser.newPage({ baseURL: server.url });
  // The bundler names functions with a helper that the page does not have.
  await page.addInitScript('globalThis.__name ??= (work) => work');
  await installDrawnCamera(page);
  await openApp(page);
  for (let i = 0; i < classCount; i += 1) await fillClass(page, i);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 99 });
  const measured: Measured[] = [];
  for (let take = 0; take < takes; take += 1) measured.push(await recordMeasured(page));
  await browser.close();
  await server.close();
  for (const { learnedMs, longestTaskMs, words } of measured) {
    const task = longestTaskMs === 0 ? 'none over 50 ms' : `${longestTaskMs.toFixed(0)} ms`;
    process.stdout.write(
      `let go → learned ${learnedMs.toFixed(0)} ms; longest main-thread task ${task}; ${words}\n`,
    );
  }
  const sorted = measured.map(({ learnedMs }) => learnedMs).sort((a, b) => a - b);
  process.stdout.write(`median ${(sorted[Math.floor(sorted.length / 2)] ?? NaN).toFixed(0)} ms\n`);
}

async function fillClass(page: Page, index: number): Promise<void> {
  const name = `Class ${index + 1}`;
  await addClass(page, name);
  const files = [];
  for (let i = 0; i < samplesEach; i += 1) {
    const scene = sceneNames[index % sceneNames.length] ?? 'up';
    const buffer = await drawPicture(page, { name: scene, seed: 100 * index + i });
    files.push({ name: `${i}.png`, mimeType: 'image/png', buffer });
  }
  const chooser = page.waitForEvent('filechooser');
  await classCard(page, name).getByRole('button', { name: 'Add pictures' }).click();
  await (await chooser).setFiles(files);
  await classCard(page, name).getByText(`${samplesEach} samples`).waitFor();
}

/** Holds key 1 for a second; measures from letting go to the words that say the last sample was learned. */
async function recordMeasured(page: Page): Promise<Measured> {
  await page.evaluate(watchLearning);
  await page.keyboard.down('1');
  await page.waitForTimeout(1000);
  await page.keyboard.up('1');
  await page.waitForTimeout(1500);
  return page.evaluate(readLearning);
}

interface Watch {
  upMs: number;
  learnedMs: number;
  words: string;
  tasks: number[];
}

/** Runs in the page. */
function watchLearning(): void {
  const watch: Watch = { upMs: 0, learnedMs: 0, words: '', tasks: [] };
  (globalThis as unknown as { watch: Watch }).watch = watch;
  const look = (): void => {
    const words = /Learned \d+ classes from \d+ samples[^\n]*/.exec(document.body.innerText)?.[0];
    if (words === undefined || words === watch.words) return;
    watch.words = words;
    watch.learnedMs = performance.now();
  };
  look();
  const learning = document.querySelector('.learning');
  if (!learning) throw new Error('No Learning panel.');
  new MutationObserver(look).observe(learning, {
    childList: true,
    subtree: true,
    characterData: true,
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watch.tasks.push(entry.duration);
  }).observe({ type: 'longtask' });
  addEventListener('keyup', () => (watch.upMs = performance.now()), { once: true });
}

/** Runs in the page. */
function readLearning(): Measured {
  const { watch } = globalThis as unknown as { watch: Watch };
  return {
    learnedMs: Math.max(0, watch.learnedMs - watch.upMs),
    longestTaskMs: Math.max(0, ...watch.tasks),
    words: watch.words,
  };
}

await main();
