// What a person in a hurry does, and what a browser does at the worst moment: nothing stands still, nothing says what is not so.
import { expect, test, type Page } from '@playwright/test';
import { drawPicture, installDrawnCamera, showScene } from './scene.ts';
import {
  addClass,
  chooseThumbsTemplate,
  classCard,
  classNames,
  openApp,
  recordTake,
  teachDrawnScenes,
  turnCameraOn,
  winner,
} from './teach.ts';

// Some mishaps are made between page and network; what a service worker asks for passes them by.
test.use({ serviceWorkers: 'block' });

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

test('a long class name stays in its column, on a laptop and on a phone', async ({ page }) => {
  await openApp(page);
  const name = 'Holding the big blue mug with my right hand in front of the window at noon';
  await addClass(page, name);
  await turnCameraOn(page);
  await recordTake(page, name, 400);
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    await page.setViewportSize(viewport);
    const spill = await page.evaluate(() =>
      Math.max(
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ...Array.from(document.querySelectorAll('article'), (card) => {
          return card.scrollWidth - card.clientWidth;
        }),
      ),
    );
    expect(spill).toBeLessThanOrEqual(0);
  }
});

test('a frame that cannot be taken is said, and recording and result go on', async ({ page }) => {
  await openApp(page);
  await teachDrawnScenes(page);
  await expect(winner(page)).toHaveText(classNames.nothing);
  await page.evaluate(() => {
    const Real = globalThis.VideoFrame;
    let left = 2;
    globalThis.VideoFrame = new Proxy(Real, {
      construct(target, [source, init]: [HTMLVideoElement, VideoFrameInit]) {
        left -= 1;
        if (left >= 0) throw new Error('no frame today');
        return new target(source, init);
      },
    });
  });
  await expect(page.getByText(/should not \(no frame today\)/)).toBeVisible();
  await showScene(page, { name: 'up', seed: 12 });
  await expect(winner(page)).toHaveText(classNames.up);
  await recordTake(page, classNames.up, 500);
  await expect(classCard(page, classNames.up)).toContainText('3 takes');
});

test('what is said of a dropped picture follows the head, and leaves with the project', async ({
  page,
}) => {
  await openApp(page);
  await teachDrawnScenes(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Classify a picture' }).click();
  const buffer = await drawPicture(page, { name: 'down', seed: 14 });
  await (await chooser).setFiles({ name: 'd.png', mimeType: 'image/png', buffer });
  await expect(page.getByAltText('The one you dropped')).toBeVisible();
  const bar = page.getByRole('meter', { name: classNames.down });
  await expect(winner(page)).toHaveText(classNames.down);
  await classCard(page, classNames.down)
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: 'Leave out of learning' }).click();
  await expect(bar).toHaveCount(0);
  await expect(winner(page)).not.toHaveText(classNames.down);

  await page.getByRole('button', { name: 'Projects' }).click();
  await page
    .getByRole('group', { name: 'New project' })
    .getByRole('button', { name: 'Smile / Frown' })
    .click();
  await expect(page.getByAltText('The one you dropped')).toHaveCount(0);
});

test('a backbone that does not arrive is said to have failed, one given up to be cancelled', async ({
  page,
}) => {
  await page.route('**/models/catalogue.json', async (route) => {
    const answer = await route.fetch();
    const { version, backbones } = (await answer.json()) as {
      version: number;
      backbones: object[];
    };
    await route.fulfill({ json: { version, backbones: [...backbones, farRow] } });
  });
  // Comes only when it is too late.
  let hold = false;
  await page.route('**/models/far/*', async (route) => {
    if (!hold) await route.fulfill({ status: 404, body: 'no' });
  });
  await openApp(page);
  await chooseThumbsTemplate(page);
  await chooseBackbone(page, 'Far away');
  await expect(page.getByText(/“Far away” could not be loaded/)).toBeVisible();
  await expect(page.getByText('The backbone from before is in use again.')).toBeVisible();
  await expect(page.getByText(/^Cancelled/)).toHaveCount(0);

  hold = true;
  await chooseBackbone(page, 'Far away');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled. The backbone from before/)).toBeVisible();
});

test('the next number key takes over; a hold turns the camera on and records', async ({ page }) => {
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await page.getByRole('button', { name: 'Turn off' }).click();
  await expect(page.getByRole('button', { name: 'Turn the camera on' })).toBeVisible();
  await page.keyboard.down('1');
  await expect(classCard(page, classNames.up)).toContainText(/[1-9]\d* samples?, 1 take/);
  await page.keyboard.down('2');
  await page.keyboard.up('1');
  await expect(classCard(page, classNames.down)).toContainText(/[1-9]\d* samples?, 1 take/);
  await page.keyboard.up('2');
  await expect(page.getByText(/Learned 2 classes/)).toBeVisible();
});

test('files that are no pictures are named together', async ({ page }) => {
  await openApp(page);
  await chooseThumbsTemplate(page);
  const chooser = page.waitForEvent('filechooser');
  await classCard(page, classNames.up).getByRole('button', { name: 'Add pictures' }).click();
  const buffer = await drawPicture(page, { name: 'up', seed: 3 });
  const broken = Buffer.from('this is no picture');
  await (
    await chooser
  ).setFiles([
    { name: 'one.jpg', mimeType: 'image/jpeg', buffer: broken },
    { name: 'good.png', mimeType: 'image/png', buffer },
    { name: 'two.jpg', mimeType: 'image/jpeg', buffer: broken },
  ]);
  await expect(
    page.getByText('2 of 3 pictures could not be read: “one.jpg”, “two.jpg”.').first(),
  ).toBeVisible();
  await expect(classCard(page, classNames.up)).toContainText('1 sample, 1 take');
});

async function chooseBackbone(page: Page, name: string): Promise<void> {
  const box = page.getByRole('combobox', { name: /^Backbone/ });
  if (!(await box.isVisible()))
    await page.getByRole('button', { name: 'Backbone', exact: true }).click();
  await box.click();
  await page.getByRole('option', { name: new RegExp(name) }).click();
}

const farRow = {
  kind: 'mobilenet',
  id: 'far@1',
  name: 'Far away',
  modelUrl: 'far/model.json',
  version: 1,
  alpha: 0.25,
  inputRange: [0, 1],
  sizePx: 224,
  embeddingSize: 256,
  parameters: 470_000,
  licence: 'Apache-2.0',
  note: '',
};
