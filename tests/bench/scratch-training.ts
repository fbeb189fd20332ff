// What the page's main thread does while the lesson's network trains from nothing: the built app in Chromium, the camera on.
// npm run build, then npx tsx tests/bench/scratch-training.ts [samples a class] [epochs]
import { chromium, type Page } from '@playwright/test';
import { loadavg } from 'node:os';
import { serve } from '../../scripts/serve.mjs';
import { launchWith } from '#tests/e2e/browser.ts';
import { drawPicture, installDrawnCamera } from '#tests/e2e/scene.ts';
import { addClass, classCard, openApp, turnCameraOn } from '#tests/e2e/teach.ts';
import { Watch, watchLongTasks } from './main-thread.ts';

const samplesEach = Number(process.argv[2] ?? 60);
const epochs = Number(process.argv[3] ?? 20);

async function main(): Promise<void> {
  const server = await serve({ folder: 'build', port: 0, anyFreePort: true });
  const browser = await chromium.launch(launchWith(null));
  const page = await browser.newPage({
    baseURL: server.url,
    viewport: { width: 1280, height: 800 },
  });
  await watchLongTasks(page);
  await installDrawnCamera(page);
  await openApp(page);
  for (const [index, name] of ['Thumbs up', 'Thumbs down'].entries()) {
    await fillClass(page, name, index === 0 ? 'up' : 'down');
  }
  await turnCameraOn(page);
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('link', { name: 'The whole network' }).click();
  const watch = await Watch.over(page);
  for (const source of ['Circles and crosses', 'My classes']) {
    await openPart(page, 'Train it');
    await page.getByRole('radio', { name: source }).click();
    await setEpochs(page);
    // Each part of the lesson at a time, as somebody would look at it meanwhile.
    for (const part of ['Train it', 'Look inside', 'Build it']) {
      await openPart(page, 'Train it');
      const start = page.getByRole('button', { name: /from nothing/ });
      await start.waitFor();
      let trained = 0;
      const { ms, longestMs, longestCpuMs, over50 } = await watch.during(async () => {
        await start.click();
        await openPart(page, part);
        await page.waitForTimeout(8000);
        await openPart(page, 'Train it');
        await page.getByTestId('outcome').waitFor({ timeout: 120_000 });
        trained = Number(/\d+/.exec(await page.getByTestId('outcome').innerText())?.[0]);
      });
      process.stdout.write(
        `${source}, “${part}” shown: ${(ms / 1000).toFixed(1)} s, outcome ${trained} %; ` +
          `longest task ${longestCpuMs.toFixed(1)} ms of processor time (${longestMs.toFixed(0)} ms by the clock, 0: none over 50), ` +
          `tasks over 50 ms of processor time: ${over50}; load ${loadavg()[0]?.toFixed(1)}\n`,
      );
    }
  }
  await browser.close();
  await server.close();
}

async function openPart(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
}

async function setEpochs(page: Page): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Epochs at most' });
  if (!(await field.isVisible())) {
    await page.getByRole('button', { name: 'Settings of the training' }).click();
  }
  await field.fill(`${epochs}`);
  await field.press('Enter');
}

async function fillClass(page: Page, name: string, scene: 'up' | 'down'): Promise<void> {
  await addClass(page, name);
  const files = [];
  for (let seed = 1; seed <= samplesEach; seed += 1) {
    const buffer = await drawPicture(page, { name: scene, seed });
    files.push({ name: `${seed}.png`, mimeType: 'image/png', buffer });
  }
  const chooser = page.waitForEvent('filechooser');
  await classCard(page, name).getByRole('button', { name: 'Add pictures' }).click();
  await (await chooser).setFiles(files);
  await classCard(page, name).getByText(`${samplesEach} samples`).waitFor({ timeout: 120_000 });
}

await main();
