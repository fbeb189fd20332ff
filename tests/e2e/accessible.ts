// What every page has to stand: axe finds nothing, and nothing runs out of the window, in these looks.
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** Contrast hangs on the colours and overflow on the width, neither on both: two looks see what four would. */
const looks = [
  { look: 'light, phone', colorScheme: 'light', viewport: { width: 360, height: 740 } },
  { look: 'dark, laptop', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
] as const;

/** One test for each look; `visit` goes where it wants to be looked at and calls `expectAccessible` there. */
export function accessibleInEveryLook(
  what: string,
  visit: (page: Page, look: string) => Promise<void>,
): void {
  for (const { look, colorScheme, viewport } of looks) {
    test(`axe finds nothing ${what}: ${look}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await visit(page, look);
    });
  }
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
  ).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
}
