// The lessons on the built app: their default numbers as read off the screen, and that each does what it claims.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';

async function openLesson(page: Page, slug: string): Promise<void> {
  await page.goto(`./learn/${slug}`);
  await expect(page.getByRole('radio', { name: 'Drawn' })).toBeVisible();
}

/** Points at a place of a grid; rows and columns count from one. */
async function pointAt(
  grid: Locator,
  size: { readonly rows: number; readonly columns: number },
  [row, column]: readonly [number, number],
): Promise<void> {
  const box = await grid.boundingBox();
  if (!box) throw new Error('the grid is not shown');
  await grid.hover({
    position: {
      x: ((column - 0.5) * box.width) / size.columns,
      y: ((row - 0.5) * box.height) / size.rows,
    },
  });
}

/** Lit pixels of the page, as `row column`. */
const litPixels = (page: Page): Promise<string[]> =>
  page
    .locator('[data-lit]')
    .evaluateAll((pixels) => pixels.map((pixel) => pixel.getAttribute('data-lit') ?? ''));

const block = (top: number, left: number, side: number): string[] =>
  Array.from(
    { length: side * side },
    (_, i) => `${top + Math.floor(i / side)} ${left + (i % side)}`,
  );

test('the way to a lesson and back leads over the bar', async ({ page }) => {
  await page.goto('./');
  const bar = page.getByRole('navigation', { name: 'Pages' });
  await expect(bar.getByRole('link', { name: 'Teach' })).toHaveAttribute('aria-current', 'page');
  await bar.getByRole('link', { name: 'Learn' }).click();
  await page.getByRole('link', { name: 'From every pixel to a window' }).click();
  await expect(page).toHaveTitle(/From every pixel to a window/);
  await expect(bar.getByRole('link', { name: 'Learn' })).toHaveAttribute('aria-current', 'true');
  await page.reload();
  await expect(page.getByText('Must every neuron see the whole picture?')).toBeVisible();

  // A slash too many does no harm.
  await page.goto('./learn/');
  await expect(page).toHaveURL(/\/learn$/);
  await expect(page.getByRole('heading', { name: 'Learn how it works' })).toBeVisible();

  // An address that no lesson has leads to those that there are.
  const unknown = await page.goto('./learn/poling');
  expect(unknown?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is no such lesson' })).toBeVisible();
  await page.getByRole('link', { name: 'Pooling' }).click();
  await expect(page).toHaveURL(/\/learn\/pooling$/);
  await expect(page.getByRole('heading', { name: 'Pooling' })).toBeVisible();
});

test('a window: the default numbers, and exactly the pixels of neuron (3, 4)', async ({ page }) => {
  await openLesson(page, 'window');
  await expect(page.getByText('Picture: 15 × 15 pixels')).toBeVisible();
  await expect(page.getByText('Hidden layer: 11 × 11 = 121 neurons')).toBeVisible();
  await expect(page.getByLabel('Window side')).toHaveValue('5');
  await expect(page.getByLabel('Stride')).toHaveValue('1');
  const sums = page.getByRole('table');
  await expect(sums.getByRole('row').nth(1)).toContainText(/121 × \(225 \+ 1\) = 27\s346/);
  await expect(sums.getByRole('row').nth(2)).toContainText(/= 3\s146.*9 times fewer/s);
  await expect(sums.getByRole('row').nth(3)).toContainText(/25 \+ 1 = 26.*121 times fewer/s);

  const hidden = page.getByRole('slider', { name: 'Hidden neuron' });
  await pointAt(hidden, { rows: 11, columns: 11 }, [3, 4]);
  await expect(page.getByTestId('seen')).toHaveText(
    'Neuron row 3, column 4 sees 25 pixels: rows 3 to 7, columns 4 to 8.',
  );
  expect(await litPixels(page)).toEqual(block(3, 4, 5));
  await expect(page.getByText('20 of the 25 pixels are the same')).toBeVisible();

  await pointAt(hidden, { rows: 11, columns: 11 }, [1, 1]);
  await page.mouse.move(0, 0);
  await hidden.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
    await page.keyboard.press(key);
  }
  expect(await litPixels(page)).toEqual(block(3, 4, 5));
  await expect(hidden).toHaveAttribute('aria-valuetext', /row 3, column 4 sees 25 pixels/);

  await page.getByRole('radio', { name: 'Every pixel' }).click();
  expect(await litPixels(page)).toHaveLength(225);

  await page.getByLabel('Window side').fill('16');
  await page.getByLabel('Window side').press('Enter');
  await expect(page.getByText('16 × 16 does not fit on 15 × 15')).toBeVisible();
  await page.getByLabel('Window side').fill('25');
  await page.getByLabel('Window side').press('Enter');
  await expect(page.getByText('25 × 25 does not fit on 15 × 15')).toBeVisible();
});

accessibleInEveryLook('in the lessons', async (page) => {
  await page.goto('./learn');
  await expect(page.getByRole('heading', { name: 'Learn how it works' })).toBeVisible();
  await expectAccessible(page);
  for (const slug of ['window']) {
    await openLesson(page, slug);
    await expectAccessible(page);
  }
});
