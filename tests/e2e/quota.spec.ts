// A disk that fills in mid-take: what was saved stays, the person is told what to do, capture goes on in memory, and
// saving goes on once there is room. A real quota of the browser, and a browser that says it is nearly full.
import { expect, test, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import {
  chooseThumbsTemplate,
  classCard,
  classNames,
  openApp,
  recordTake,
  turnCameraOn,
} from './teach.ts';

// The app kept for offline use would count as used room, some seconds later.
test.use({ serviceWorkers: 'block' });

const full = 'This device has no room left';
const low = /^This device has only .* MB left/;

test('a real quota, met in mid-take: capture goes on, and deleting a project makes room to save it all', async ({
  page,
}) => {
  await page.goto('./');
  // Before the first write: the browser looks at a quota only now and then.
  await setQuota(page, 450_000);
  await startTeaching(page, 400);
  // More than what will have to find room in its place.
  await page.keyboard.down('1');
  await expect.poll(() => samplesOf(page, classNames.up)).toBeGreaterThan(14);
  await page.keyboard.up('1');
  await expect(page.getByText('All saved')).toBeVisible();
  await page.getByRole('button', { name: 'Projects' }).click();
  await page
    .getByRole('group', { name: 'New project' })
    .getByRole('button', { name: 'Smile / Frown' })
    .click();
  await expect(classCard(page, 'Smile')).toBeVisible();

  await page.keyboard.down('1');
  await expect(page.getByText(full)).toBeVisible();
  const met = await samplesOf(page, 'Smile');
  await expect.poll(() => samplesOf(page, 'Smile')).toBeGreaterThan(met);
  await page.keyboard.up('1');
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible();
  await expect(page.getByText(low)).toBeHidden();
  const recorded = await samplesOf(page, 'Smile');

  await page.getByRole('button', { name: 'Projects' }).click();
  await page.getByRole('button', { name: `Delete ${classNames.up} / ${classNames.down}` }).click();
  await expect(page.getByText('All saved')).toBeVisible();
  await expect(page.getByText(full)).toBeHidden();
  await page.reload();
  await expect(classCard(page, 'Smile')).toContainText(`${recorded} samples`);
});

test('a browser that says it is nearly full: told in time, saved all the same, taken back when there is room', async ({
  page,
}) => {
  await page.addInitScript(() => {
    navigator.storage.estimate = () => Promise.resolve({ usage: 990e6, quota: 1000e6 });
  });
  await startTeaching(page, 400);
  await expect(page.getByText('This device has only 10.0 MB left')).toBeVisible();
  await expect(page.getByText('All saved')).toBeVisible();
  await page.evaluate(() => {
    navigator.storage.estimate = () => Promise.resolve({ usage: 10e6, quota: 1000e6 });
  });
  await recordTake(page, classNames.down, 400);
  await expect(page.getByText(low)).toBeHidden();
  await expect(classCard(page, classNames.down)).toContainText('1 take');
});

/** Sets how many bytes this site may use. */
async function setQuota(page: Page, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

async function startTeaching(page: Page, ms: number): Promise<void> {
  await installDrawnCamera(page);
  await openApp(page);
  await chooseThumbsTemplate(page);
  await turnCameraOn(page);
  await showScene(page, { name: 'up', seed: 1 });
  await recordTake(page, classNames.up, ms);
  await expect(classCard(page, classNames.up)).toContainText('1 take');
  await expect(page.getByText('All saved')).toBeVisible();
}

async function samplesOf(page: Page, className: string): Promise<number> {
  const text = await classCard(page, className).innerText();
  return Number(/(\d+) samples?,/.exec(text)?.[1] ?? 0);
}
