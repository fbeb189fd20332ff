// Three thousand samples: the list shows a few of them at a time, and the keyboard reaches all.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator } from '@playwright/test';
import { nthClass, seedManySamples } from './many-samples.ts';
import { classCard, toast } from './teach.ts';

const shots = [900, 300, 450, 450, 450, 450];
const samplesATake = 30;

test.beforeEach(async ({ page }) => {
  await seedManySamples(page, { name: 'Many samples', shots, samplesATake });
  await page.goto('./');
});

const thumb = (card: Locator, place: number, take: number): Locator =>
  card.getByRole('button', { name: `Sample ${place} of 30, take ${take}`, exact: true });

test('opens, shows few of many, and the keyboard walks through all of them', async ({ page }) => {
  const card = classCard(page, nthClass(1));
  await expect(card).toContainText('900 samples, 30 takes');
  await expect(page.getByText('3000 samples', { exact: true })).toBeVisible();
  await expect(thumb(card, 1, 30)).toBeVisible();
  const elements = card.getByRole('button', { name: /^Sample / });
  expect(await elements.count()).toBeLessThan(150);

  await thumb(card, 1, 30).focus();
  await page.keyboard.press('ArrowRight');
  await expect(thumb(card, 2, 30)).toBeFocused();
  await page.keyboard.press('End');
  await expect(thumb(card, 30, 1)).toBeFocused();
  await expect(thumb(card, 30, 1)).toBeInViewport();
  expect(await elements.count()).toBeLessThan(150);
  await page.keyboard.press('ArrowLeft');
  await expect(thumb(card, 29, 1)).toBeFocused();
  // Every sample above is reached by going up, and the first row is where it ends.
  await page.keyboard.press('Home');
  await expect(thumb(card, 1, 30)).toBeFocused();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageUp');
  await expect(thumb(card, 1, 30)).toBeFocused();
  for (let press = 0; press < 40; press += 1) await page.keyboard.press('ArrowDown');
  await expect(thumb(card, 1, 30)).toHaveCount(0);
  for (let press = 0; press < 40; press += 1) await page.keyboard.press('ArrowUp');
  await expect(thumb(card, 1, 30)).toBeFocused();

  // Scrolled far away by the wheel, the list still holds the place of the focus.
  await thumb(card, 1, 30).hover();
  await page.mouse.wheel(0, 4000);
  await expect(thumb(card, 1, 30)).not.toBeInViewport();
  await expect(thumb(card, 1, 30)).toBeFocused();
  await expect(card.getByRole('group', { name: 'Take 30, 30 samples' })).toHaveCount(1);
  // And so it does when the page is scrolled to the last class.
  await classCard(page, nthClass(6)).scrollIntoViewIfNeeded();
  await expect(card).not.toBeInViewport();
  await expect(thumb(card, 1, 30)).toBeFocused();
  await expect(
    classCard(page, nthClass(6)).getByRole('button', { name: /^Sample / }),
  ).not.toHaveCount(0);

  const { violations } = await new AxeBuilder({ page }).include('article').analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
});

test('selects a range, moves it, takes that back, and keeps it all', async ({ page }) => {
  const [first, second] = [classCard(page, nthClass(1)), classCard(page, nthClass(2))];
  await thumb(first, 1, 30).click();
  await expect(first.getByText('1 selected')).toBeVisible();
  await thumb(first, 1, 30).hover();
  await expect(async () => {
    await page.mouse.wheel(0, 150);
    await expect(thumb(first, 30, 29)).toBeInViewport({ timeout: 500 });
  }).toPass();
  await thumb(first, 30, 29).click({ modifiers: ['Shift'] });
  await expect(first.getByText('60 selected')).toBeVisible();

  await first.getByRole('button', { name: 'Move to' }).click();
  await page.getByRole('menuitem', { name: nthClass(2), exact: true }).click();
  await expect(first).toContainText('840 samples, 28 takes');
  await expect(second).toContainText('360 samples, 12 takes');
  await toast(page, '60 samples moved').getByRole('button', { name: 'Undo' }).click();
  await expect(first).toContainText('900 samples, 30 takes');
  await expect(second).toContainText('300 samples, 10 takes');

  await thumb(first, 1, 30).click();
  await page.keyboard.press('Control+a');
  await expect(first.getByText('900 selected')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(first).toContainText('0 samples, 0 takes');
  await page.getByRole('banner').getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(first).toContainText('900 samples, 30 takes');
  await expect(page.getByText('All saved')).toBeVisible();
  await page.reload();
  await expect(first).toContainText('900 samples, 30 takes');
  await expect(second).toContainText('300 samples, 10 takes');
});
