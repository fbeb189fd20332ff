// The main job on a real camera film: taught on one film, judged on another take of the same person.
// Runs where the team's material lies beside the project; it holds other people's pictures and is never committed.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, expect, test, type Page } from '@playwright/test';
import { launchWith } from './browser.ts';
import {
  addClass,
  chooseThumbsTemplate,
  classNames,
  openApp,
  turnCameraOn,
  winner,
} from './teach.ts';
import type { SceneName } from './scene.ts';

const folder = resolve(import.meta.dirname, '../../../shared/data/video');
/** Three seconds of each, in this order, twice. */
const order: readonly SceneName[] = ['up', 'down', 'nothing'];
const partSeconds = 3;
const framesPerSecond = 30;
/** One of so many pictures of the film is remembered. */
const everyFrame = 10;

test.skip(!existsSync(folder), 'skipped: no ../shared/data');

test('taught on one film, at least 90 % of another is named right', async ({ baseURL }, info) => {
  test.setTimeout(300_000);
  const teach = await openFilm('thumbs-teach.mjpeg', baseURL ?? '', info.outputPath('profile'));
  await chooseThumbsTemplate(teach.page);
  await addClass(teach.page, classNames.nothing);
  await turnCameraOn(teach.page);
  for (const round of [0, 1]) {
    for (const [i, name] of order.entries()) {
      // The middle second of the part: its cuts are not recorded.
      await filmAt(teach.page, (round * order.length + i) * partSeconds + 1);
      await teach.page.keyboard.down(`${i + 1}`);
      await teach.page.waitForTimeout(950);
      await teach.page.keyboard.up(`${i + 1}`);
      await expect(teach.page.getByRole('article', { name: classNames[name] })).toContainText(
        new RegExp(`${round + 1} takes?`),
      );
    }
  }
  await expect(teach.page.getByText(/Learned 3 classes/)).toBeVisible();
  await teach.close();

  const live = await openFilm('thumbs-live.mjpeg', baseURL ?? '', info.outputPath('profile'));
  await turnCameraOn(live.page);
  await expect(winner(live.page)).toBeVisible();
  const looks = await watch(live.page, 2 * order.length * partSeconds);
  const judged = looks.filter(({ second }) => {
    const into = second % partSeconds;
    // Away from the cuts: smoothing may take half a second.
    return into > 0.6 && into < partSeconds - 0.1;
  });
  const right = judged.filter(({ second, name }) => {
    const part = order[Math.floor(second / partSeconds) % order.length];
    return part !== undefined && name === classNames[part];
  });
  await live.close();
  const share = right.length / judged.length;
  info.annotations.push({ type: 'right', description: `${right.length} of ${judged.length}` });
  process.stdout.write(`film: ${right.length} of ${judged.length} looks right\n`);
  expect(judged.length).toBeGreaterThan(60);
  expect(share).toBeGreaterThanOrEqual(0.9);
});

/** A browser whose camera plays a film; the profile keeps what was taught. */
async function openFilm(
  name: string,
  baseURL: string,
  profile: string,
): Promise<{ page: Page; close: () => Promise<void> }> {
  const file = resolve(folder, name);
  const context = await chromium.launchPersistentContext(profile, {
    ...launchWith(file),
    baseURL,
    viewport: { width: 1280, height: 800 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await openApp(page);
  await page.evaluate(rememberFilm, {
    frames: keyFrames(readFileSync(file)),
    everyFrame,
    framesPerSecond,
    partSeconds,
  });
  return { page, close: () => context.close() };
}

/** Every tenth picture of a motion JPEG, as base64. */
function keyFrames(film: Buffer): string[] {
  const frames: string[] = [];
  let start = film.indexOf(Buffer.of(0xff, 0xd8, 0xff));
  for (let i = 0; start >= 0; i += 1) {
    const next = film.indexOf(Buffer.of(0xff, 0xd8, 0xff), start + 3);
    if (i % everyFrame === 0)
      frames.push(film.subarray(start, next < 0 ? undefined : next).toString('base64'));
    start = next;
  }
  return frames;
}

interface Film {
  readonly frames: readonly string[];
  readonly everyFrame: number;
  readonly framesPerSecond: number;
  readonly partSeconds: number;
}

interface FilmTools {
  /** Second of the film that the camera shows now, told by its picture. */
  filmSecond: () => number;
}

/** Runs in the page: learns to tell from a picture where in the film it is. */
async function rememberFilm(film: Film): Promise<void> {
  const { frames, everyFrame, framesPerSecond, partSeconds } = film;
  const canvas = new OffscreenCanvas(32, 24);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('No canvas.');
  const look = (source: CanvasImageSource): Uint8ClampedArray => {
    context.drawImage(source, 0, 0, 32, 24);
    return context.getImageData(0, 0, 32, 24).data;
  };
  const known: Uint8ClampedArray[] = [];
  for (const base64 of frames) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    known.push(look(await createImageBitmap(new Blob([bytes]))));
  }
  const nearest = (): number => {
    const video = document.querySelector('video');
    if (!video) throw new Error('The page shows no camera.');
    const now = look(video);
    const distances = known.map((frame) =>
      frame.reduce((sum, value, i) => sum + Math.abs(value - (now[i] ?? 0)), 0),
    );
    return (distances.indexOf(Math.min(...distances)) * everyFrame) / framesPerSecond;
  };
  const filmSeconds = (known.length * everyFrame) / framesPerSecond;
  let startedAt: number | null = null;
  const tools = globalThis as unknown as FilmTools;
  tools.filmSecond = () => {
    const now = performance.now() / 1000;
    const second = nearest();
    // Nothing moves on the empty wall: there, the clock goes on from where a hand was last seen.
    if (second % (3 * partSeconds) < 2 * partSeconds) startedAt = now - second;
    return startedAt === null ? -1 : (now - startedAt) % filmSeconds;
  };
}

async function filmAt(page: Page, second: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const now = (globalThis as unknown as FilmTools).filmSecond();
      return now >= wanted && now < wanted + 0.4;
    },
    second,
    { polling: 50, timeout: 60_000 },
  );
}

/** What the winner says, ten times a second, with where the film was. */
function watch(page: Page, seconds: number): Promise<{ second: number; name: string }[]> {
  return page.evaluate(async (length) => {
    const looks: { second: number; name: string }[] = [];
    const end = performance.now() + length * 1000;
    while (performance.now() < end) {
      const second = (globalThis as unknown as FilmTools).filmSecond();
      const name = document.querySelector('[data-testid=winner]')?.textContent ?? '';
      looks.push({ second, name });
      await new Promise((done) => setTimeout(done, 100));
    }
    return looks;
  }, seconds);
}
