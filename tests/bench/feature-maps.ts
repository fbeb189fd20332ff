// The lesson of feature maps on the built app with a camera of 640 × 480 at 30 frames a second: painted pictures a second
// with four and with six kernels, with weights that allow no short cut too, and the longest task of the page's thread.
// Beside the rate stands the processor time a picture, by thread (Linux): that is the same on a busy computer.
// npx tsx tests/bench/feature-maps.ts [seconds]   (after npm run build; HANDFUL_TEST_PORT chooses the port)
import { chromium, type Page } from '@playwright/test';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { launchWith, siteUrl } from '#tests/e2e/browser.ts';

interface Counts {
  paintings: number;
  longestTaskMs: number;
  tasksOver50: number;
  longestGapMs: number;
}

const seconds = Number(process.argv[2] ?? 10);

/** Runs in the page: counts what reaches the canvases, and what holds the page up. */
function count(): void {
  const counts: Counts = { paintings: 0, longestTaskMs: 0, tasksOver50: 0, longestGapMs: 0 };
  Object.assign(globalThis, { counts });
  const shown = Object.getOwnPropertyDescriptor(
    ImageBitmapRenderingContext.prototype,
    'transferFromImageBitmap',
  )?.value as (this: ImageBitmapRenderingContext, image: ImageBitmap | null) => void;
  ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (image) {
    counts.paintings += 1;
    shown.call(this, image);
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      counts.tasksOver50 += 1;
      counts.longestTaskMs = Math.max(counts.longestTaskMs, duration);
    }
  }).observe({ type: 'longtask' });
}

/** Runs in the page: watches the time between screen frames from now on. */
function watchFrames(): void {
  const { counts } = globalThis as unknown as { counts: Counts };
  Object.assign(counts, { longestTaskMs: 0, tasksOver50: 0, longestGapMs: 0 });
  let lastMs: number | null = null;
  // A method: a named function would call a helper of the compiler, which the page does not have.
  const clock = {
    beat(nowMs: number): void {
      counts.longestGapMs = Math.max(counts.longestGapMs, nowMs - (lastMs ?? nowMs));
      lastMs = nowMs;
      requestAnimationFrame((next) => clock.beat(next));
    },
  };
  requestAnimationFrame((first) => clock.beat(first));
}

/** Processor time so far of all threads below a process, by the thread's name, in ms. Empty where there is no /proc. */
function cpuBelow(root: number): Map<string, number> {
  const tickMs = 10;
  const parents = new Map<number, number>();
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // It ended meanwhile.
      return '';
    }
  };
  const list = (path: string): number[] => {
    try {
      return readdirSync(path).map(Number).filter(Number.isInteger);
    } catch {
      return [];
    }
  };
  const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  for (const pid of list('/proc')) {
    parents.set(pid, Number(fieldsOf(read(`/proc/${pid}/stat`))[1]));
  }
  const below = (pid: number): boolean =>
    pid === root || (parents.has(pid) && below(parents.get(pid) ?? 0));
  const times = new Map<string, number>();
  for (const pid of Array.from(parents.keys()).filter(below)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      const stat = read(`/proc/${pid}/task/${thread}/stat`);
      const name = /\((.*)\)/.exec(stat)?.[1] ?? '';
      const fields = fieldsOf(stat);
      const spentMs = (Number(fields[11]) + Number(fields[12])) * tickMs;
      if (Number.isFinite(spentMs)) times.set(name, (times.get(name) ?? 0) + spentMs);
    }
  }
  return times;
}

async function measure(page: Page, browserPid: number, name: string, maps: number): Promise<void> {
  await page.waitForTimeout(1500);
  const read = (): Promise<Counts> =>
    page.evaluate(() => ({ ...(globalThis as unknown as { counts: Counts }).counts }));
  await page.evaluate(watchFrames);
  const before = await read();
  const cpuBefore = cpuBelow(browserPid);
  const startMs = performance.now();
  await page.waitForTimeout(seconds * 1000);
  const after = await read();
  const cpuAfter = cpuBelow(browserPid);
  const pictures = (after.paintings - before.paintings) / maps;
  const rate = pictures / ((performance.now() - startMs) / 1000);
  const each = Array.from(cpuAfter, ([thread, ms]) => ({
    thread,
    ms: (ms - (cpuBefore.get(thread) ?? 0)) / pictures,
  }))
    .filter(({ ms }) => ms >= 0.5)
    .sort((a, b) => b.ms - a.ms)
    .map(({ thread, ms }) => `${thread} ${ms.toFixed(1)}`);
  process.stdout.write(
    `${name}: ${rate.toFixed(1)} pictures a second; tasks over 50 ms: ${after.tasksOver50}, longest ${after.longestTaskMs} ms; ` +
      `longest wait for a screen frame ${after.longestGapMs.toFixed(0)} ms; load ${loadavg()[0]?.toFixed(1)}\n  processor ms a picture: ${each.join(', ')}\n`,
  );
}

async function main(): Promise<void> {
  const server = spawn('node', ['scripts/serve.mjs', 'build', new URL(siteUrl).port]);
  const chrome = await chromium.launchServer(
    launchWith(null, ['--use-fake-device-for-media-stream=fps=30']),
  );
  const browserPid = chrome.process().pid ?? 0;
  const browser = await chromium.connect(chrome.wsEndpoint());
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(count);
    await page.waitForTimeout(1000);
    await page.goto(`${siteUrl}learn/features`);
    await page.getByRole('radio', { name: 'Camera', exact: true }).click();
    await page.getByRole('radio', { name: 'Many', exact: true }).click();
    await page.getByText('Picture: 640 × 480 pixels').waitFor();
    // The engine loads its backbone meanwhile; that is not what is measured.
    await page.waitForTimeout(5000);
    await measure(page, browserPid, '4 kernels', 4);
    await page.getByRole('button', { name: 'Add a kernel' }).click();
    await page.getByRole('button', { name: 'Add a kernel' }).click();
    await measure(page, browserPid, '6 kernels', 6);
    // Twenty different weights: nothing to share, all of them to multiply.
    await page.getByRole('gridcell', { name: /^Row 1, column 1/ }).focus();
    for (let row = 1; row <= 4; row += 1) {
      for (let column = 1; column <= 5; column += 1) {
        await page.keyboard.press(String((row * 5 + column) % 10));
        await page.keyboard.press('ArrowRight');
      }
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
    }
    await measure(page, browserPid, '6 kernels, one of them without a short cut', 6);
  } finally {
    await chrome.close();
    server.kill();
  }
}

await main();
