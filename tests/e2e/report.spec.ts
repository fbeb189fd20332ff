// The report: the numbers are those of Evaluate, and the file holds the same.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { percent } from '#lib/components/evaluate/words.ts';
import { readReport } from '#lib/exchange/report-file.ts';
import { expectAccessible } from './accessible.ts';
import { installDrawnCamera } from './scene.ts';
import { openApp, teachDrawnScenes } from './teach.ts';

test('the report says what Evaluate says, prints, and is saved as JSON', async ({ page }) => {
  await installDrawnCamera(page);
  await page.addInitScript(() => {
    window.print = () => {
      document.body.setAttribute('data-printed', '');
    };
  });
  await openApp(page);
  await teachDrawnScenes(page);
  await page.getByRole('link', { name: 'Evaluate' }).click();
  await expect(page.getByText(/Tested in \d+ ms/)).toBeVisible({ timeout: 60_000 });
  const honest = await page.getByTestId('honest-number').innerText();
  const random = await page.getByTestId('random-number').innerText();

  await page.getByRole('link', { name: 'Report to print or save' }).click();
  await expect(page.getByTestId('honest-number')).toHaveText(honest);
  await expect(page.getByTestId('random-number')).toHaveText(random);
  await expect(page.getByText('It was not asked for')).toBeVisible();
  await page.getByRole('button', { name: 'Measure it' }).click();
  await expect(page.getByTestId('by-takes')).toBeVisible({ timeout: 60_000 });

  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 360, height: 740 });
  await expectAccessible(page);

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as JSON' }).click();
  const saved = await downloading;
  expect(saved.suggestedFilename()).toMatch(/\.report\.json$/);
  const read = readReport('report', await readFile(await saved.path(), 'utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  const { honest: inFile, backbone, classes, learningCurve, app } = read.value;
  if (!inFile.measured) throw new Error(inFile.why);
  expect(percent(inFile.value.accuracy.value)).toBe(honest);
  expect(classes.map(({ name, takes }) => `${name} ${takes.length}`)).toEqual([
    'Thumbs up 2',
    'Thumbs down 2',
    'Nobody there 2',
  ]);
  expect(learningCurve.measured).toBe(true);
  expect(app.version).toMatch(/^\d+\.\d+\.\d+$/);
  await expect(page.getByTestId('report-checksum')).toContainText(backbone.sha256);

  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(page.locator('body')).toHaveAttribute('data-printed', '');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print', exact: true })).toBeHidden();
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByTestId('honest-number')).toBeVisible();
});
