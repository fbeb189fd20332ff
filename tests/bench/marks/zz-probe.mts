import { chromium } from '@playwright/test';
import { launchWith } from '#tests/e2e/browser.ts';
import { openHarness } from '#tests/engine/harness.ts';
const harness = await openHarness({ page: 'tests/bench/marks/page', strict: false });
const browser = await chromium.launch(launchWith(null));
const page = await browser.newPage();
page.on('pageerror', (e) => console.error(e.message));
await page.addInitScript('globalThis.__name ??= (work) => work');
await page.goto(harness.url + (process.argv[2] ? '#' + process.argv[2] : ''));
await page.evaluate(() => window.ready);
const o = await page.evaluate((n) => (window.marks as any)[location.hash.slice(1) || 'probe'](n), 400);
for (const [k, v] of Object.entries(o as Record<string, number[]>)) {
  const s = v.slice(20).sort((a, b) => a - b);
  console.log(k.padEnd(10), 'min', s[0]!.toFixed(2), 'p05', s[Math.floor(s.length / 20)]!.toFixed(2),  s[Math.floor(s.length / 4)]!.toFixed(2), s[Math.floor(s.length / 2)]!.toFixed(2), s[Math.floor(3*s.length / 4)]!.toFixed(2));
}
await browser.close(); await harness.close();
