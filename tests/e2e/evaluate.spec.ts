// Teach badly on purpose, be told so, follow the advice, and see the honest number rise.
import { expect, test, type Locator, type Page } from '@playwright/test';
import { accessibleInEveryLook, expectAccessible } from './accessible.ts';
import { installDrawnCamera, showScene, type Scene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classCard,
  openApp,
  recordTake,
  toast,
  turnCameraOn,
} from './teach.ts';

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

const folder = 'handful-mobilenet-v2-0.50-160';

/** The shipped network is in the catalogue twice, the second time under the name “Twin”. */
async function addTwin(page: Page): Promise<void> {
  await page.route('**/models/catalogue.json', async (route) => {
    const { version, backbones } = (await (await route.fetch()).json()) as Catalogue;
    const twin = { ...backbones[0], folder: 'twin', name: 'Twin' };
    await route.fulfill({ json: { version, backbones: [...backbones, twin] } });
  });
  await page.route('**/models/twin/*', async (route) => {
    const answer = await route.fetch({ url: route.request().url().replace('twin', folder) });
    const text = route.request().url().endsWith('model.json') && (await answer.text());
    await (text === false
      ? route.fulfill({ response: answer })
      : route.fulfill({ json: { ...(JSON.parse(text) as object), name: 'twin' } }));
  });
}

interface Catalogue {
  readonly version: number;
  readonly backbones: readonly object[];
}

/** One take of each thumb, the second much shorter, and one thumb down among the thumbs up. */
async function teachBadly(page: Page): Promise<void> {
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 11 });
  await recordTake(page, 'Thumbs up', 2600);
  await showScene(page, { name: 'down', seed: 12 });
  await recordTake(page, 'Thumbs down', 400);
  await expect(classCard(page, 'Thumbs down').getByText('Hold to record')).toBeVisible();
  await recordTake(page, 'Thumbs up', 30);
  await expect(classCard(page, 'Thumbs up')).toContainText('2 takes');
}

/** Records a take of a scene in the dialog that is open, and closes it. */
async function recordInDialog(page: Page, scene: Scene, ms: number): Promise<void> {
  const dialog = page.getByRole('dialog');
  await showScene(page, scene);
  await dialog.getByRole('button', { name: /Hold to record/ }).focus();
  await page.keyboard.down('Space');
  await page.waitForTimeout(ms);
  await page.keyboard.up('Space');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog).toBeHidden();
}

const coach = (page: Page): Locator => page.getByTestId('coach');
/** The coach looks at pictures one by one, when the worker has time. */
const looked = { timeout: 30_000 };

async function honestNumber(page: Page): Promise<number> {
  await expect(page.getByText(/Tested in \d+ ms/)).toBeVisible();
  const text = await page.getByTestId('honest-number').innerText();
  return Number(text.replace(' %', ''));
}

test('taught badly: it says so, says what to do, and the honest number rises', async ({ page }) => {
  // A dense head is trained once a round, which takes a busy machine a minute.
  test.slow();
  await addTwin(page);
  await openApp(page);
  await teachBadly(page);
  // The coach sees the wrong label first; the rest is one link away.
  await expect(coach(page)).toContainText(/samples? may have the wrong class\./, looked);
  await page.getByRole('link', { name: 'How good is it, honestly?' }).click();
  await engineReadyHere(page);
  await expect(coach(page)).toContainText('“Thumbs down” has only one take.', looked);
  await expect(coach(page)).toContainText(/“Thumbs down” has \d+ samples, “Thumbs up” has \d+\./);

  await expect(page.getByText('No honest number yet.')).toBeVisible();
  await expect(page.getByTestId('honest-number')).toHaveCount(0);
  const suspects = page
    .getByTestId('suspects')
    .getByRole('listitem')
    .filter({ hasText: 'You said “Thumbs up”. It looks like “Thumbs down”.' });
  await expect(suspects).not.toHaveCount(0);

  await coach(page)
    .getByRole('listitem')
    .filter({ hasText: 'only one take' })
    .getByRole('button', { name: 'Record “Thumbs down”' })
    .click();
  await recordInDialog(page, { name: 'down', seed: 22 }, 900);
  const before = await honestNumber(page);
  expect(before).toBeLessThan(100);

  // The cell of what went wrong opens its picture.
  await page.getByRole('button', { name: /of Thumbs up wrongly named Thumbs down/ }).click();
  const cell = page.getByTestId('cell-pictures');
  await expect(cell.getByRole('img', { name: 'A sample of Thumbs up' }).first()).toBeVisible();

  // On a slow machine the shortest press keeps more than one frame.
  for (let left = await suspects.count(); left > 0; left -= 1) {
    await suspects.first().getByRole('button', { name: 'Move to “Thumbs down”' }).click();
    await expect(suspects).toHaveCount(left - 1);
  }
  // Moved away, the stray take left Thumbs up with one take.
  await page.getByRole('button', { name: 'Record a take of “Thumbs up”' }).click();
  await recordInDialog(page, { name: 'up', seed: 21 }, 900);
  expect(await honestNumber(page)).toBeGreaterThan(before);

  await page.getByRole('button', { name: 'Find out' }).click();
  await expect(page.getByTestId('by-takes')).toBeVisible();
  await page.getByRole('button', { name: 'Compare the heads' }).click();
  const heads = page.getByTestId('heads');
  await expect(heads).toBeVisible({ timeout: 120_000 });
  await heads.getByRole('button', { name: 'Use the Neighbours head' }).click();
  await expect(page.getByText(/^Neighbours head, /)).toBeVisible();
  await heads.getByRole('button', { name: 'Use the Ridge head' }).click();
  expect(await honestNumber(page)).toBeGreaterThan(before);

  // The same network under another name differs in nothing; taken into use, undo brings the first back.
  await page.getByRole('button', { name: 'Compare the networks' }).click();
  const twin = page.getByTestId('backbones').getByRole('row', { name: /^Twin/ });
  await expect(twin).toContainText('no difference', { timeout: 60_000 });
  await twin.getByRole('button', { name: 'Use Twin' }).click();
  await expect(twin).toContainText('in use');
  await toast(page, 'Twin reads the pictures now.').getByRole('button', { name: 'Undo' }).click();
  await expect(twin.getByRole('button', { name: 'Use Twin' })).toBeVisible();
  expect(await honestNumber(page)).toBeGreaterThan(before);

  const third = coach(page).getByRole('listitem').filter({ hasText: 'only two takes' });
  await third.getByRole('button', { name: /^Do not say again/ }).click();
  await expect(third).toHaveCount(0);

  await page.reload();
  await engineReadyHere(page);
  expect(await honestNumber(page)).toBeGreaterThan(before);
  const again = page.getByRole('button', { name: 'Say again what I dismissed' });
  await expect(again).toBeVisible();
  await again.click();
  await expect(third).toBeVisible();
});

test('a label that is right is not suspected again, and the sample to imitate is shown', async ({
  page,
}) => {
  await openApp(page);
  await teachBadly(page);
  await page.goto('./evaluate');
  await engineReadyHere(page);
  const suspects = page.getByTestId('suspects').getByRole('listitem');
  await expect(suspects.first()).toBeVisible();
  await suspects.first().getByRole('button', { name: 'Record one like it' }).click();
  const dialog = page.getByRole('dialog', { name: 'Record a take of “Thumbs up”' });
  await expect(dialog.getByRole('img', { name: 'The sample to imitate' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).click();
  for (let left = await suspects.count(); left > 0; left -= 1) {
    await suspects.first().getByRole('button', { name: 'It is right' }).click();
    await expect(suspects).toHaveCount(left - 1);
  }
  await page.reload();
  await engineReadyHere(page);
  await expect(page.getByRole('heading', { name: 'Class by class' })).toBeVisible();
  await expect(suspects).toHaveCount(0);
  await expect(coach(page)).not.toContainText('wrong class');
});

/** The evaluation has answered, one way or the other. */
async function engineReadyHere(page: Page): Promise<void> {
  await expect(
    page.getByText('No honest number yet.').or(page.getByTestId('honest-number')),
  ).toBeVisible({ timeout: 60_000 });
}

accessibleInEveryLook('on Evaluate', async (page, look) => {
  await openApp(page);
  await teachBadly(page);
  await showScene(page, { name: 'down', seed: 22 });
  await recordTake(page, 'Thumbs down', 500);
  await expect(classCard(page, 'Thumbs down')).toContainText('2 takes');
  await page.goto('./evaluate');
  await engineReadyHere(page);
  await page.getByRole('button', { name: /of Thumbs up wrongly named/ }).click();
  await page.getByRole('button', { name: 'Find out' }).click();
  await expect(page.getByTestId('by-takes')).toBeVisible();
  await page.getByRole('button', { name: 'Compare the heads' }).click();
  await expect(page.getByTestId('heads')).toBeVisible({ timeout: 120_000 });
  const shots = process.env.HANDFUL_SCREENSHOTS;
  if (shots) await page.screenshot({ path: `${shots}/evaluate-${look}.png`, fullPage: true });
  await expectAccessible(page);
});
