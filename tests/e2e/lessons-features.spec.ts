// The lessons of feature maps and of pooling on the built app: their numbers add up, and each does what it claims.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';

/** Opens a lesson on one of the pictures that the product draws. */
async function openLesson(page: Page, slug: string, drawing: string | null): Promise<void> {
  await page.goto(`./learn/${slug}`);
  const drawn = page.getByRole('radio', { name: 'Drawn', exact: true });
  // While the camera comes up the row of choices may move away under the pointer.
  await expect(async () => {
    await drawn.click();
    await expect(drawn).toBeChecked({ timeout: 1000 });
  }).toPass();
  if (drawing !== null) await page.getByRole('radio', { name: drawing, exact: true }).click();
}

/** The large figure of a map's button: how strongly it fires now. */
async function fires(page: Page, name: string): Promise<number> {
  const text = await page.getByRole('button', { name: new RegExp(`^${name} up to`) }).innerText();
  return Number(/up to ([\d.]+) of/.exec(text)?.[1]);
}

/** A number as the lessons write it. */
const numberIn = (text: string): number => Number(text.trim().replace('−', '-'));
const hundredths = (value: number): number => Math.round(100 * value);

const cellsOf = async (table: Locator): Promise<number[]> =>
  (await table.getByRole('cell').allInnerTexts()).map(numberIn);

async function weightsOf(page: Page): Promise<number[]> {
  const grid = page.getByRole('grid', { name: 'Weights of the kernel' });
  return (await grid.getByRole('gridcell').allInnerTexts()).map(numberIn);
}

/** Lit pixels of one grid, as `row column`. */
const litIn = (grid: Locator): Promise<string[]> =>
  grid
    .locator('[data-lit]')
    .evaluateAll((pixels) => pixels.map((pixel) => pixel.getAttribute('data-lit') ?? ''));

const block = (top: number, left: number, side: number): string[] =>
  Array.from(
    { length: side * side },
    (_, i) => `${top + Math.floor(i / side)} ${left + (i % side)}`,
  );

test('a vertical-line kernel fires at a vertical line and hardly at a level one', async ({
  page,
}) => {
  await openLesson(page, 'features', 'Upright line');
  const rank = page.getByTestId('rank');
  await expect(rank).toContainText('Fires most: Vertical');
  // The picture of before may still be on its way.
  await expect(async () => {
    expect(await fires(page, 'Vertical')).toBeGreaterThan(5);
    expect(await fires(page, 'Horizontal')).toBeLessThan(1);
  }).toPass({ timeout: 20_000 });

  await page.getByRole('radio', { name: 'Level line', exact: true }).click();
  await expect(rank).toContainText('Fires most: Horizontal');
  await expect(async () => {
    expect(await fires(page, 'Vertical')).toBeLessThan(1);
    expect(await fires(page, 'Horizontal')).toBeGreaterThan(5);
  }).toPass({ timeout: 20_000 });
});

test('the pointed cell: pixel times weight, added up, plus bias, through the activation', async ({
  page,
}) => {
  await openLesson(page, 'features', 'Upright line');
  await expect(page.getByTestId('rank')).toContainText('Fires most: Vertical');
  const window = page.getByRole('table', { name: 'Window: pixels' });
  const products = page.getByRole('table', { name: 'Products' });
  const sum = page.getByTestId('sum');
  const expectSum = async (): Promise<number> => {
    const pixels = await cellsOf(window);
    const weights = await weightsOf(page);
    const each = await cellsOf(products);
    expect(each.map(hundredths)).toEqual(pixels.map((p, i) => hundredths(p * weights[i]!)));
    const total = each.reduce((a, b) => a + hundredths(b), 0);
    expect(hundredths(numberIn(await sum.innerText()))).toBe(total);
    return total / 100;
  };
  let before = 0;
  // The picture of before may still be on its way, and has upright edges too: the strongest cell is where the line begins.
  await expect(async () => {
    await page.getByRole('button', { name: 'Go to the strongest cell' }).click();
    const pixels = await cellsOf(window);
    const line = [0.14, 0.14, 0.95, 0.95, 0.95];
    expect(pixels).toEqual([...line, ...line, ...line, ...line, ...line]);
    before = await expectSum();
    expect(before).toBeGreaterThan(5);
    expect(before).toBeCloseTo(await fires(page, 'Vertical'), 1);
  }).toPass();

  // A weight painted by keyboard changes the product, the sum and the map.
  const middle = page.getByRole('gridcell', { name: 'Row 3, column 3: weight 4' });
  await middle.focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await expect(page.getByRole('gridcell', { name: 'Row 3, column 3: weight 6' })).toBeFocused();
  await expect(page.getByRole('button', { name: /^My own up to/, pressed: true })).toBeVisible();
  expect(await expectSum()).toBeGreaterThan(before);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('9');
  await expect(page.getByRole('gridcell', { name: 'Row 3, column 4: weight 9' })).toBeFocused();
  await expectSum();

  // Painted by pointing, with the brush.
  await page.getByRole('gridcell', { name: 'Row 1, column 1: weight −1' }).click();
  await expect(page.getByRole('gridcell', { name: 'Row 1, column 1: weight 4' })).toBeVisible();
  await expectSum();

  // What is below nought is passed on only when everything is.
  for (const row of [1, 2, 3]) {
    await page.getByRole('gridcell', { name: `Row ${row}, column 3` }).focus();
    await page.keyboard.press('0');
  }
  await page.getByRole('slider', { name: 'Bias' }).focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('cell-value')).toHaveText('0');
  const total = await expectSum();
  await page.getByRole('radio', { name: 'Everything' }).click();
  await expect
    .poll(async () => hundredths(numberIn(await page.getByTestId('cell-value').innerText())))
    .toBe(hundredths(total - 20));
});

test('cells are pointed at by keys, kernels come and go, and the words follow', async ({
  page,
}) => {
  await openLesson(page, 'features', 'Upright line');
  await page.getByRole('radio', { name: 'Few', exact: true }).click();
  await expect(page.getByText('Picture: 48 × 48 pixels')).toBeVisible();
  const map = page.getByRole('slider', { name: /^Cell of the feature map Vertical/ });
  await map.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(map).toHaveAttribute('aria-valuetext', /^Cell row 11, column 2: /);
  await expect(page.getByRole('img', { name: /^Picture in grey/ })).toHaveAttribute(
    'aria-label',
    /rows 11 to 15, columns 2 to 6/,
  );

  const maps = page.getByRole('group', { name: 'One feature map a kernel' });
  await expect(maps.getByRole('button')).toHaveCount(4);
  await page.getByRole('button', { name: 'Add a kernel' }).click();
  await page.getByRole('button', { name: 'Add a kernel' }).click();
  await expect(maps.getByRole('button', { name: /up to/ })).toHaveCount(6);
  await expect(page.getByRole('button', { name: 'Add a kernel' })).toBeDisabled();
  await page.getByRole('button', { name: 'Remove this one' }).click();
  await expect(maps.getByRole('button')).toHaveCount(5);
});

test('a live picture is painted again and again, and stands still when it is held', async ({
  page,
}) => {
  await page.goto('./learn/features');
  await page.getByRole('radio', { name: 'Camera', exact: true }).click();
  await page.getByRole('radio', { name: 'Many', exact: true }).click();
  await expect(page.getByText('Picture: 640 × 480 pixels')).toBeVisible();
  await expect(page.getByText(/\d pictures? a second, 4 maps each/)).toBeVisible();
  await page.getByRole('button', { name: 'Hold still' }).click();
  await expect(page.getByRole('button', { name: 'Hold still', pressed: true })).toBeVisible();
  // A held picture still answers to its kernels.
  await page.getByRole('gridcell', { name: 'Row 3, column 3: weight 4' }).focus();
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: /^My own up to/ })).toBeVisible();
});

test('a pooled cell lights its four cells and, through them, its pixels', async ({ page }) => {
  await openLesson(page, 'pooling', 'Upright line');
  const words = page.getByTestId('pooled-cell');
  await expect(words).toContainText('Pooled cell row 3, column 4: the largest of');
  const picture = page.getByRole('img', { name: /^Picture, 16 × 16/ });
  const map = page.getByRole('img', { name: /^Feature map, 12 × 12/ });
  expect(await litIn(map)).toEqual(block(5, 7, 2));
  expect(await litIn(picture)).toEqual(block(5, 7, 6));

  const pooled = page.getByRole('slider', { name: 'Pooled cell' });
  await pooled.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(pooled).toHaveAttribute(
    'aria-valuetext',
    /row 4, column 3.*rows 7 to 8, columns 5 to 6/,
  );
  expect(await litIn(map)).toEqual(block(7, 5, 2));
  expect(await litIn(picture)).toEqual(block(7, 5, 6));

  const box = (await pooled.boundingBox())!;
  await pooled.hover({ position: { x: box.width * 0.99, y: box.height * 0.01 } });
  expect(await litIn(map)).toEqual(block(1, 11, 2));
  expect(await litIn(picture)).toEqual(block(1, 11, 6));
});

test('one pixel to the right changes the feature map and not the pooled one', async ({ page }) => {
  await openLesson(page, 'pooling', null);
  await expect(page.getByTestId('pooled-cell')).toContainText('the largest of');
  const moved = page.getByTestId('moved');
  const marked = (name: RegExp): Locator =>
    page.getByRole('img', { name }).locator('[data-marked]');
  await page.getByRole('button', { name: 'Right', exact: true }).click();
  await expect(moved).toContainText('Moved 1 pixel to the right.');
  await expect(moved).toContainText(/Feature map: [1-9]\d* of 144 cells changed. Pooled: 0 of 36./);
  await expect(moved).toContainText('The exact place is lost, the rough place stays.');
  expect(await marked(/^Feature map/).count()).toBeGreaterThan(9);
  await expect(
    page.getByRole('slider', { name: 'Pooled cell' }).locator('[data-marked]'),
  ).toHaveCount(0);
  await expect(page.getByText('The strongest pooled cell is still at')).toBeVisible();

  // Two to the right are a whole block: the line is one pooled cell further, no more.
  await page.getByRole('button', { name: 'Right', exact: true }).click();
  await expect(moved).toContainText('Moved 2 pixels to the right.');
  await expect(page.getByText('one cell away')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Right', exact: true })).toBeDisabled();

  await page.getByRole('button', { name: 'Back' }).click();
  await expect(moved).toHaveText('The picture is where it was.');
  await expect(page.locator('[data-marked]')).toHaveCount(0);

  await page.getByRole('radio', { name: 'Average' }).click();
  await expect(page.getByTestId('pooled-cell')).toContainText('the average of');
});

accessibleInEveryLook('in features and pooling', async (page) => {
  await openLesson(page, 'features', 'Shapes');
  await expect(page.getByTestId('rank')).toContainText('Fires most');
  await expectAccessible(page);
  await openLesson(page, 'pooling', 'Upright line');
  await page.getByRole('button', { name: 'Left', exact: true }).click();
  await expect(page.getByTestId('moved')).toContainText('Moved 1 pixel to the left.');
  await expectAccessible(page);
});
