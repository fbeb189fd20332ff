// A picture and a sound of one's own: chosen by keyboard, done by a gesture, saved in the project file, and there again in a
// browser that never saw them.
import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { writeWave } from '../../src/lib/core/wave.ts';
import { createArchive } from '../../src/lib/exchange/zip.ts';
import { expectAccessible } from './accessible.ts';
import { drawPicture, installDrawnCamera, showScene, type SceneName } from './scene.ts';
import { chooseByKeys, chooseExport, openApp } from './teach.ts';

const shots = process.env.HANDFUL_SCREENSHOTS;
async function looked(page: Page, what: string): Promise<void> {
  if (shots) await page.screenshot({ path: `${shots}/own-${what}.png` });
  await expectAccessible(page);
}

/** Three classes of three drawn pictures, as a project that opens in a moment. */
async function drawnProject(page: Page): Promise<Buffer> {
  const archive = createArchive();
  const scenes: readonly SceneName[] = ['up', 'down', 'nothing'];
  for (const name of scenes) {
    // Numbers that do not follow each other are takes of their own.
    for (const seed of [3, 6, 9, 12]) {
      const png = await drawPicture(page, { name, seed });
      await archive.bytes(`${name}-!-${10 * seed}.png`, new Uint8Array(png), true);
    }
  }
  const manifest = { type: 'image', version: '2.4.7', appdata: {} };
  await archive.text('manifest.json', JSON.stringify(manifest));
  return Buffer.from(await (await archive.finish()).arrayBuffer());
}

async function open(page: Page, name: string, buffer: Buffer): Promise<void> {
  const files = page.getByLabel('Open what was saved');
  await files.setInputFiles({ name, buffer, mimeType: 'application/octet-stream' });
  await page.getByRole('button', { name: 'Done' }).click();
}

/** Presses the button by keyboard and gives the file to the browser's own window of files. */
async function chooseFile(page: Page, button: Locator, name: string, buffer: Buffer) {
  const chooser = page.waitForEvent('filechooser');
  await button.focus();
  await page.keyboard.press('Enter');
  const files = { name, buffer, mimeType: 'application/octet-stream' };
  await (await chooser).setFiles(files);
}

test('a gesture shows a picture and plays a sound of one’s own, and a project file carries both', async ({
  page,
  browser,
}) => {
  await installDrawnCamera(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openApp(page);
  await open(page, 'drawn.tm', await drawnProject(page));
  const picture = await drawPicture(page, { name: 'down', seed: 2 });
  await page.getByRole('link', { name: 'Use', exact: true }).click();
  await page.getByRole('button', { name: /What gestures do/ }).click();

  await page.getByRole('button', { name: 'Add an action' }).click();
  const first = page.getByRole('listitem', { name: 'Action 1' });
  await expect(first.getByLabel('When')).toContainText('up');
  await chooseByKeys(page, first.getByLabel('do this'), 'show words or a picture full screen');
  const show = first.getByRole('button', { name: 'Show a picture' });
  await chooseFile(page, show, 'drawing.svg', Buffer.from('<svg xmlns="x"></svg>'));
  await expect(first.getByRole('alert')).toContainText('“drawing.svg” is a drawing (SVG).');
  await chooseFile(page, show, 'hand.png', picture);
  await expect(first.getByRole('img', { name: 'The picture now: hand.png' })).toBeVisible();
  await first.getByLabel('What the picture shows').fill('A hand');
  await page.keyboard.press('Tab');

  await page.getByRole('button', { name: 'Add an action' }).click();
  const second = page.getByRole('listitem', { name: 'Action 2' });
  await expect(second.getByLabel('When')).toContainText('down');
  await chooseByKeys(page, second.getByLabel('do this'), 'play a sound');
  const samples = Float32Array.from({ length: 4410 }, (_, i) => Math.sin(i / 8) / 4);
  const wave = Buffer.from(writeWave({ samples, sampleRate: 22_050 }));
  await chooseFile(page, second.getByRole('button', { name: 'Play a file' }), 'beep.wav', wave);
  await expect(second.getByLabel('Sound', { exact: true })).toContainText('beep.wav');
  await looked(page, 'actions');
  await page.keyboard.press('Escape');

  await page.getByRole('switch', { name: 'Actions' }).focus();
  await page.keyboard.press('Space');
  await showScene(page, { name: 'up', seed: 6 });
  const shown = page.getByRole('img', { name: 'A hand' });
  await expect(shown).toBeVisible();
  expect(await shown.boundingBox()).toMatchObject({ width: expect.closeTo(1280, -2) });
  await looked(page, 'shown');
  await showScene(page, { name: 'down', seed: 6 });
  await expect(shown).toHaveCount(0);
  await expect(page.getByTestId('last-action')).toHaveText('Played “beep.wav”');

  await page.getByRole('link', { name: 'Teach', exact: true }).click();
  const downloaded = page.waitForEvent('download');
  await chooseExport(page, 'Save project file');
  const saved = await readFile(await (await downloaded).path());

  const elsewhere = await browser.newPage({ serviceWorkers: 'block' });
  await openApp(elsewhere);
  await open(elsewhere, 'drawn.handful.zip', saved);
  await elsewhere.getByRole('link', { name: 'Use', exact: true }).click();
  await elsewhere.getByRole('button', { name: 'What gestures do (2)' }).click();
  const there = (n: number): Locator =>
    elsewhere.getByRole('listitem', { name: `Action ${n}`, exact: true });
  const thumb = there(1).getByRole('img', { name: 'The picture now: hand.png' });
  await expect(thumb).toBeVisible();
  await expect(thumb).toHaveJSProperty('naturalWidth', 640);
  await expect(there(2).getByLabel('Sound', { exact: true })).toContainText('beep.wav');
  await expect(there(2)).not.toContainText('not on this device');
  await elsewhere.close();
});
