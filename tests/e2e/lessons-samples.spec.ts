// The learner's own pictures on their way into the lessons: bursts become takes, one sample is looked at, a race grows old.
import { expect, test, type Page } from '@playwright/test';
import { createArchive } from '../../src/lib/exchange/zip.ts';
import { drawPicture, installDrawnCamera } from './scene.ts';
import { classCard, openApp } from './teach.ts';

/** A zip of two class folders whose file names do not tell the takes. */
async function foldersOf(page: Page, each: number): Promise<Buffer> {
  const archive = createArchive();
  for (const scene of ['up', 'down'] as const) {
    for (let seed = 1; seed <= each; seed += 1) {
      const png = await drawPicture(page, { name: scene, seed });
      await archive.bytes(`${scene}/${seed}.png`, new Uint8Array(png), true);
    }
  }
  return Buffer.from(await (await archive.finish()).arrayBuffer());
}

test('folders in bursts become takes, their samples lessons’ pictures, and a race of before says so', async ({
  page,
}) => {
  await installDrawnCamera(page);
  await openApp(page);
  await page.getByLabel('Open what was saved').setInputFiles({
    name: 'hands.zip',
    mimeType: 'application/zip',
    buffer: await foldersOf(page, 10),
  });
  await page.getByRole('radio', { name: 'In bursts' }).click();
  await page.getByRole('textbox', { name: 'Pictures in a burst' }).fill('5');
  await page.getByRole('textbox', { name: 'Pictures in a burst' }).press('Enter');
  await page.getByRole('button', { name: 'Open as a new project' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(classCard(page, 'up')).toContainText('10 samples, 2 takes');
  await expect(classCard(page, 'down')).toContainText('10 samples, 2 takes');

  // A sample that is chosen is the lesson's picture: a hand whose thumb is up, or down.
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('link', { name: 'Pooling' }).click();
  await page.getByRole('radio', { name: 'My samples' }).click();
  const pooled = page.getByTestId('pooled-cell');
  await page.getByRole('button', { name: 'Sample 1 of up' }).click();
  await expect(page.getByRole('button', { name: 'Sample 1 of up', pressed: true })).toBeVisible();
  await expect(pooled).toContainText('the largest of');
  const ofUp = await pooled.innerText();
  await page.getByRole('combobox', { name: /^Class/ }).click();
  await page.getByRole('option', { name: 'down' }).click();
  await page.getByRole('button', { name: 'Sample 1 of down' }).click();
  await expect(page.getByRole('button', { name: 'Sample 1 of down', pressed: true })).toBeVisible();
  await expect(pooled).not.toHaveText(ofUp);

  // What was raced is told apart from what there is now.
  await page.getByRole('link', { name: 'All lessons' }).click();
  await page.getByRole('link', { name: 'The race' }).click();
  await page.getByRole('textbox', { name: 'Draws' }).fill('1');
  await page.getByRole('textbox', { name: 'Draws' }).press('Enter');
  await page.getByRole('button', { name: 'Start the race' }).click();
  await expect(page.getByRole('button', { name: 'Race again' })).toBeVisible({ timeout: 60_000 });
  const old = page.getByText('This race is an old one');
  await expect(old).toHaveCount(0);
  await page.getByRole('link', { name: 'Teach', exact: true }).click();
  const chooser = page.waitForEvent('filechooser');
  await classCard(page, 'up').getByRole('button', { name: 'Add pictures' }).click();
  await (
    await chooser
  ).setFiles({
    name: 'more.png',
    mimeType: 'image/png',
    buffer: await drawPicture(page, { name: 'up', seed: 9 }),
  });
  await expect(classCard(page, 'up')).toContainText('11 samples, 3 takes');
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('link', { name: 'The race' }).click();
  await expect(old).toBeVisible();
  await expect(page.getByRole('table', { name: /Right answers/ })).toBeVisible();
});
