// The lessons of the whole network and of the race: the example's numbers, a real training, and a race on drawn takes.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';
import { installDrawnCamera, showScene } from './scene.ts';
import { chooseThumbsTemplate, openApp, recordTake, turnCameraOn } from './teach.ts';

const layer = (page: Page, number: number): Locator =>
  page
    .getByRole('list', { name: 'Layers' })
    .getByRole('listitem')
    .nth(number - 1);
const numbersOf = (page: Page, of: 'size' | 'parameters' | 'field'): Locator =>
  page.getByRole('list', { name: 'Layers' }).getByTestId(of);

async function openLesson(page: Page, slug: string, name: string): Promise<void> {
  await page.goto(`./learn/${slug}`);
  await expect(page.getByRole('heading', { name })).toBeVisible();
}

/** The part of the lesson that is shown. */
async function openPart(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
}

async function train(page: Page): Promise<void> {
  await page.getByRole('button', { name: /from nothing/ }).click();
  await expect(page.getByTestId('outcome')).toBeVisible({ timeout: 60_000 });
}

test('the example has its numbers; every change is followed, what is impossible refused', async ({
  page,
}) => {
  await openLesson(page, 'network', 'The whole network');
  await expect(numbersOf(page, 'size')).toHaveText(['24 × 24 × 10', '12 × 12 × 10', '28', '14']);
  await expect(numbersOf(page, 'parameters')).toHaveText(['260', '0', '40\u202f348', '406']);
  await expect(numbersOf(page, 'field').nth(0)).toHaveText('5 × 5 pixels');
  await expect(numbersOf(page, 'field').nth(1)).toHaveText('6 × 6 pixels');
  await expect(page.getByTestId('total')).toHaveText('41\u202f014');

  await layer(page, 2)
    .getByRole('button', { name: /Take away/ })
    .click();
  await expect(numbersOf(page, 'parameters')).toHaveText(['260', '161\u202f308', '406']);
  await page.getByRole('button', { name: 'Add pooling' }).click();
  await page.getByRole('button', { name: 'Add convolution' }).click();
  await page.getByRole('button', { name: 'Add pooling' }).click();
  await expect(numbersOf(page, 'size')).toHaveText([
    '24 × 24 × 10',
    '12 × 12 × 10',
    '10 × 10 × 8',
    '5 × 5 × 8',
    '28',
    '14',
  ]);
  await expect(numbersOf(page, 'field').nth(3)).toHaveText('12 × 12 pixels');

  const window = layer(page, 3).getByRole('textbox', { name: 'Window' });
  await window.fill('13');
  await window.press('Enter');
  await expect(page.getByText(/13 × 13 does not fit on 12 × 12/)).toBeVisible();
  await expect(page.getByText('Layer 3 cannot be built.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the example' }).click();
  await expect(page.getByTestId('total')).toHaveText('41\u202f014');

  for (const number of [4, 3]) {
    await layer(page, number)
      .getByRole('button', { name: /Take away/ })
      .click();
  }
  await expect(page.getByText('The network has no output yet.')).toBeVisible();
  await openPart(page, 'Look inside');
  await expect(page.getByText('Make the network possible first.').last()).toBeVisible();
  await expect(page.getByTestId('answer')).toHaveCount(0);
});

test('a change of the network while it learns ends the training and says so', async ({ page }) => {
  await openLesson(page, 'network', 'The whole network');
  await openPart(page, 'Train it');
  await page.getByRole('button', { name: 'Settings of the training' }).click();
  await page.getByRole('textbox', { name: 'Epochs at most' }).fill('200');
  await page.getByRole('textbox', { name: 'Epochs at most' }).press('Enter');
  // Small steps: it must not have learned everything before it is disturbed.
  await page.getByRole('textbox', { name: 'Learning rate' }).fill('0.0001');
  await page.getByRole('textbox', { name: 'Learning rate' }).press('Enter');
  const start = page.getByRole('button', { name: 'Train from nothing' });
  await expect(start).toBeEnabled();
  await start.focus();
  await start.press('Enter');
  // The keyboard stays where the work is.
  await expect(page.getByRole('button', { name: 'Stop' })).toBeFocused();
  await openPart(page, 'Build it');
  await layer(page, 2)
    .getByRole('button', { name: /Take away/ })
    .click();
  await openPart(page, 'Train it');
  await expect(page.getByText(/changed while it was learning/)).toBeVisible();
  await expect(page.getByRole('table', { name: 'Loss' })).toHaveCount(0);
  await expect(page.getByTestId('outcome')).toHaveCount(0);
});

test('it learns two drawn classes from nothing, shows its inside, and can be stopped', async ({
  page,
}) => {
  await openLesson(page, 'network', 'The whole network');
  await openPart(page, 'Look inside');
  await expect(page.getByText('its kernels are random now')).toBeVisible();
  const kernels = page.getByRole('img', { name: /^10 kernels of layer 1: 1 likes / });
  await expect(kernels).toBeVisible();
  await openPart(page, 'Train it');
  await expect(page.getByTestId('outputs')).toContainText('2 outputs');
  await train(page);
  const right = parseInt((await page.getByTestId('outcome').locator('strong').textContent()) ?? '');
  expect(right).toBeGreaterThanOrEqual(90);
  const loss = page.getByRole('table', { name: 'Loss' }).getByRole('cell');
  const [first, last] = [await loss.first().textContent(), await loss.last().textContent()];
  expect(Number(last)).toBeLessThan(Number(first));

  await openPart(page, 'Look inside');
  await expect(page).toHaveURL(/#inside$/);
  await expect(page.getByTestId('answer')).toContainText('Circles');
  const maps = page.getByRole('img', { name: /^Feature maps of layer 1/ });
  const words = await maps.getAttribute('aria-label');
  await page.getByRole('radio', { name: 'A cross' }).click();
  await expect(page.getByTestId('answer')).toContainText('What it says: Crosses');
  await expect(maps).not.toHaveAttribute('aria-label', words ?? '');
});

test('a race needs two takes of each class, and says which are missing; then it is run and can be cancelled', async ({
  page,
}) => {
  await installDrawnCamera(page);
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  for (const take of [1, 2]) {
    await showScene(page, { name: 'up', seed: take });
    await recordTake(page, 'Thumbs up');
    if (take === 2) break;
    await showScene(page, { name: 'down', seed: take });
    await recordTake(page, 'Thumbs down');
  }
  await page.getByRole('link', { name: 'Learn' }).click();
  await page.getByRole('link', { name: 'The race' }).click();
  await expect(page.getByTestId('needs')).toContainText(
    '“Thumbs down” has 1 take. Record one more.',
  );

  await page.getByTestId('needs').getByRole('link').click();
  await showScene(page, { name: 'down', seed: 7 });
  await recordTake(page, 'Thumbs down');
  await page.getByRole('link', { name: 'Learn' }).click();
  await page.getByRole('link', { name: 'The race' }).click();
  await page.getByRole('textbox', { name: 'Draws' }).fill('2');
  await page.getByRole('textbox', { name: 'Draws' }).press('Enter');
  await page.getByRole('button', { name: 'Start the race' }).click();
  const table = page.getByRole('table', { name: /Right answers/ });
  await expect(page.getByRole('button', { name: 'Race again' })).toBeVisible({ timeout: 90_000 });
  await expect(table.getByRole('rowheader').first()).toHaveText('1');
  for (const cell of await table.getByRole('row').nth(1).getByRole('cell').allInnerTexts()) {
    expect(cell).toMatch(/^\d+ ± \d+ % .*s/);
  }
  await expect(page.getByTestId('goal').getByRole('listitem')).toHaveText([
    /^MobileNet with a new head (was right|did not)/,
    /^Your network from nothing (was right|did not)/,
  ]);
  await expect(table.getByRole('cell').first()).toContainText('to look');
  await page.getByRole('button', { name: 'Race again' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: /Race again|Start the race/ })).toBeVisible();

  // The same samples train the network of the lesson before, with one output a class.
  await openLesson(page, 'network', 'The whole network');
  await openPart(page, 'Train it');
  await expect(page.getByTestId('outputs')).toContainText('2 outputs');
  await train(page);
  await openPart(page, 'Look inside');
  await expect(page.getByTestId('answer')).toContainText('Thumbs up');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
  }
});

accessibleInEveryLook('in network and race', async (page) => {
  await openLesson(page, 'race', 'The race');
  await expectAccessible(page);
  await openLesson(page, 'network', 'The whole network');
  await expectAccessible(page);
  await openPart(page, 'Look inside');
  await expect(page.getByRole('img', { name: /^10 kernels of layer 1/ })).toBeVisible();
  await expectAccessible(page);
  await openPart(page, 'Train it');
  await page.getByRole('button', { name: 'Settings of the training' }).click();
  await expectAccessible(page);
});
