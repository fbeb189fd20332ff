// Two tabs on one project: one writes, the other follows live and can take over, and nothing of either is lost.
import { expect, test } from '@playwright/test';
import { installDrawnCamera } from './scene.ts';
import {
  addClass,
  chooseThumbsTemplate,
  classCard,
  classNames,
  openApp,
  recordTake,
  turnCameraOn,
} from './teach.ts';

const elsewhere = 'This project is open in another tab, and is changed there.';

test('the second tab follows what the first one saves, and takes over when asked', async ({
  context,
}) => {
  const first = await context.newPage();
  await installDrawnCamera(first);
  await openApp(first);
  await chooseThumbsTemplate(first);
  await turnCameraOn(first);
  await recordTake(first, classNames.up, 400);
  await expect(first.getByText('All saved')).toBeVisible();

  const second = await context.newPage();
  await installDrawnCamera(second);
  await openApp(second);
  await expect(second.getByText(elsewhere)).toBeVisible();
  await expect(classCard(second, classNames.up)).toContainText('1 take');

  // What is recorded in the first appears in the second; trying to change it there is refused and changes nothing.
  await first.bringToFront();
  await recordTake(first, classNames.down, 400);
  await second.bringToFront();
  await expect(classCard(second, classNames.down)).toContainText('1 take');
  await second.getByRole('button', { name: 'Add class' }).click();
  await expect(second.getByRole('article')).toHaveCount(2);

  await second.getByRole('button', { name: 'Take over here' }).click();
  await expect(second.getByText(elsewhere)).toHaveCount(0);
  await addClass(second, 'From the second');
  await expect(second.getByText('All saved')).toBeVisible();
  await first.bringToFront();
  await expect(first.getByText(elsewhere)).toBeVisible();
  await expect(classCard(first, 'From the second')).toBeVisible();

  // The writer leaves: the other one writes again, and what both did is there.
  await second.close();
  await expect(first.getByText(elsewhere)).toHaveCount(0);
  await recordTake(first, 'From the second', 400);
  await expect(classCard(first, 'From the second')).toContainText('1 take');
  await expect(first.getByText('All saved')).toBeVisible();

  // Reloading the tab one works in does not leave the right to write with one that nobody looks at.
  const hidden = await context.newPage();
  await hidden.addInitScript(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
  });
  await hidden.goto('./');
  await expect(hidden.getByText(elsewhere)).toBeVisible();
  await first.bringToFront();
  await first.reload();
  await expect(classCard(first, classNames.up)).toContainText('1 take');
  await expect(hidden.getByText(elsewhere)).toBeVisible();
  await expect(first.getByText(elsewhere)).toHaveCount(0);
  await addClass(first, 'After the reload');
  await expect(classCard(first, classNames.down)).toContainText('1 take');
  await expect(classCard(first, 'From the second')).toContainText('1 take');
});
