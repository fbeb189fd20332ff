// What decided: the heat-map over the live picture, and the lesson inside the backbone, on a camera that the test draws.
import { expect, test, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';
import { installDrawnCamera, showScene, type Scene } from './scene.ts';
import { chooseThumbsTemplate, openApp, recordTake, turnCameraOn } from './teach.ts';

const up: Scene = { name: 'up', seed: 1 };

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

async function teachTwo(page: Page): Promise<void> {
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, up);
  await recordTake(page, 'Thumbs up', 700);
  await showScene(page, { name: 'down', seed: 1 });
  await recordTake(page, 'Thumbs down', 700);
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
  await showScene(page, up);
}

/** Share of a square's pixels that show the scene's hand. The square in shares of the centre square of the picture. */
async function handIn(
  page: Page,
  scene: Scene,
  square: { x: number; y: number; size: number },
): Promise<number> {
  return page.evaluate(
    async ({ shown, x, y, size }) => {
      const { drawScene } = globalThis as unknown as {
        drawScene: (scene: Scene, tick: number) => string;
      };
      const pixels = async (name: Scene['name']): Promise<Uint8ClampedArray> => {
        const image = new Image();
        image.src = drawScene({ ...shown, name }, 0);
        await image.decode();
        const canvas = new OffscreenCanvas(480, 480);
        const context = canvas.getContext('2d')!;
        context.drawImage(image, -80, 0);
        return context.getImageData(x * 480, y * 480, size * 480, size * 480).data;
      };
      // The same seed draws the same wall: what differs is the hand.
      const [hand, wall] = [await pixels(shown.name), await pixels('nothing')];
      let different = 0;
      for (let i = 0; i < hand.length; i += 4) {
        if (Math.abs(hand[i]! - wall[i]!) + Math.abs(hand[i + 2]! - wall[i + 2]!) > 20)
          different += 1;
      }
      return different / (hand.length / 4);
    },
    { shown: scene, ...square },
  );
}

/** Row and column of the most opaque pixel of a heat-map's canvas. */
async function hottest(
  page: Page,
  testId: string,
): Promise<{ row: number; column: number; side: number }> {
  return page
    .getByTestId(testId)
    .getByTestId('heat-canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width: side } = canvas;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, side, side);
      let best = 0;
      for (let i = 0; i < side * side; i += 1) {
        if (data[4 * i + 3]! > data[4 * best + 3]!) best = i;
      }
      return { row: Math.floor(best / side), column: best % side, side };
    });
}

test('the live picture shows what decided: on the hand, in words, remembered', async ({ page }) => {
  await teachTwo(page);
  await expect(page.getByTestId('heat-overlay')).toHaveCount(0);
  const toggle = page.getByRole('switch', { name: 'Show what decided' });
  await toggle.click();
  const overlay = page.getByTestId('heat-overlay');
  await expect(overlay).toBeVisible();
  await expect(page.getByTestId('heat-words')).toHaveText(/Most of what speaks for “Thumbs up” is/);
  await page.waitForTimeout(600);
  const { row, column, side } = await hottest(page, 'heat-overlay');
  const square = { x: column / side, y: row / side, size: 1 / side };
  expect(await handIn(page, up, square)).toBeGreaterThan(0.3);
  // It covers the crop and nothing else: the middle 480 of 640 pixels.
  const view = (await page.locator('video').boundingBox())!;
  const box = (await overlay.boundingBox())!;
  expect(box.width / view.width).toBeCloseTo(0.75, 2);
  await page.reload();
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(overlay).toHaveCount(0);
});

async function openLesson(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('link', { name: 'Inside MobileNet' }).click();
  await expect(page.getByTestId('field-words')).toBeVisible();
}

/** Left, top, width and height of the field on the picture, in pixels of the network's input. */
async function fieldShown(page: Page): Promise<number[]> {
  const text = await page.getByTestId('field').getAttribute('data-field');
  return (text ?? '').split(' ').map(Number);
}

test('inside: layers, a pointed cell’s field, true counts, and heat on the hand', async ({
  page,
}) => {
  await teachTwo(page);
  await openLesson(page);

  // The embedded backbone: 52 layers, of which the first is 3 × 3 × 3 → 16 with stride 2.
  const words = page.getByTestId('layer-words');
  await expect(words).toContainText('16 maps of 80 × 80 cells');
  await page.getByRole('button', { name: 'All 52 layers' }).click();
  await expect(page.getByRole('region', { name: 'All layers' }).locator('tbody tr')).toHaveCount(
    52,
  );
  await page.getByRole('tab', { name: 'Frozen and trained' }).click();
  await expect(page.getByTestId('frozen-count')).toHaveText('678\u202f408');
  // A ridge head of two classes: 1280 × 2 weights and 2 biases.
  await expect(page.getByTestId('trained-count')).toHaveText('2\u202f562');

  await page.getByRole('tab', { name: 'Layer by layer' }).click();
  // Layer 1, row 3, column 4 (from one): SAME padding of a 3 × 3 window in steps of 2 begins at pixel 0.
  const grid = page.getByRole('slider', { name: /Cell of map/ });
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
    await page.keyboard.press(key);
  }
  await expect(page.getByTestId('field-words')).toContainText('row 3, column 4 sees 3 × 3');
  // The camera is mirrored: counted from the right, column 4 of 80 is column 77, which sees pixels 152 … 154.
  expect(await fieldShown(page)).toEqual([160 - 152 - 3, 4, 3, 3]);

  // The same place, deeper: the field grows and keeps what it held.
  await grid.hover();
  const areas: number[] = [];
  for (const size of ['40 × 40', '20 × 20', '10 × 10']) {
    await page.getByRole('radio', { name: size }).click();
    await expect(words).toContainText(`maps of ${size} cells`);
    const [left = 0, top = 0, width = 0, height = 0] = await fieldShown(page);
    expect(left).toBeLessThan(80);
    expect(left + width).toBeGreaterThan(80);
    expect(top + height).toBeGreaterThan(80);
    areas.push(width * height);
  }
  expect(areas).toEqual(areas.toSorted((a, b) => a - b));
  expect(new Set(areas).size).toBe(3);
  await expect(page.getByRole('button', { name: /^Map \d+, / })).toHaveCount(12);

  await expect(page.getByRole('radio', { name: '10 × 10' })).toBeChecked();

  // The hottest cell of the class that is shown lies on the drawn hand, and the sums are the scores.
  await page.getByRole('tab', { name: 'What decided' }).click();
  const ofUp = page.getByTestId('heat-class').filter({ hasText: 'Thumbs up' });
  await expect(ofUp).toBeVisible();
  const { row, column, side } = await hottest(page, 'heat-class');
  const square = { x: column / side, y: row / side, size: 1 / side };
  expect(await handIn(page, up, square)).toBeGreaterThan(0.3);
  const sum = (await ofUp.getByTestId('heat-sum').innerText()).replaceAll('−', '-');
  const [plus = 0, minus = 0, start = 0, total = 0] = (sum.match(/-?\d+(\.\d+)?/g) ?? []).map(
    Number,
  );
  expect(plus + minus + start).toBeCloseTo(total, 1);
  expect(total).toBeGreaterThan(0);
});

/** A camera that shows one white square of 36 pixels on an even grey wall, 90 pixels into the square that is used. */
function squareCamera(): void {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 480];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('No canvas.');
  setInterval(() => {
    context.fillStyle = 'rgb(90 90 90)';
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = 'white';
    context.fillRect(80 + 90, 300, 36, 36);
  }, 33);
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(30));
}

test('the field drawn for the strongest cell holds what lights it', async ({ page }) => {
  await page.addInitScript(squareCamera);
  await page.goto('./learn/inside');
  await page.getByRole('radio', { name: 'Camera', exact: true }).click();
  // 480 pixels are 160 of the network's, and the picture is mirrored.
  const square = { left: 160 - (90 + 36) / 3, top: 300 / 3, size: 36 / 3 };
  for (const [size, least] of [
    ['80 × 80', 1],
    ['20 × 20', square.size],
  ] as const) {
    await page.getByRole('radio', { name: size }).click();
    await expect(page.getByTestId('layer-words')).toContainText(`maps of ${size} cells`);
    // The maps of the layer before, or of a moment before the camera, may still be shown.
    await expect(async () => {
      await page.getByRole('button', { name: 'Go to the strongest cell' }).click();
      const [left = 0, top = 0, width = 0, height = 0] = await fieldShown(page);
      const shared = (from: number, length: number, edge: number): number =>
        Math.min(from + length, edge + square.size) - Math.max(from, edge);
      expect(width).toBeLessThan(80);
      expect(shared(left, width, square.left)).toBeGreaterThanOrEqual(least);
      expect(shared(top, height, square.top)).toBeGreaterThanOrEqual(least);
    }).toPass();
  }
});

test('next step: what goes along to a board’s course', async ({ page }) => {
  await teachTwo(page);
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('link', { name: 'Next step' }).click();
  const classes = page.getByRole('list', { name: 'Classes of this project' });
  await expect(classes.getByRole('listitem')).toHaveText([
    /Thumbs up \d+ pictures/,
    /Thumbs down \d+ pictures/,
  ]);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save folders of pictures' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
});

accessibleInEveryLook('inside MobileNet and in the next step', async (page) => {
  await teachTwo(page);
  await page.getByRole('switch', { name: 'Show what decided' }).click();
  await expect(page.getByTestId('heat-words')).not.toBeEmpty();
  await expectAccessible(page);
  await openLesson(page);
  await page.getByRole('button', { name: 'All 52 layers' }).click();
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'What decided' }).click();
  await page.getByRole('button', { name: 'The numbers of every place' }).click();
  await expectAccessible(page);
  await page.getByRole('link', { name: /Next step/ }).click();
  await expect(page.getByRole('heading', { name: 'A small board', exact: true })).toBeVisible();
  await expectAccessible(page);
});
