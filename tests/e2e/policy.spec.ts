// The content security policy of the built site, as the browser obeys it: no script but the site's own files, no other host.
import { expect, test, type Page } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { siteUrl } from './browser.ts';
import { installDrawnCamera } from './scene.ts';
import { openApp, teachDrawnScenes } from './teach.ts';

// With the service worker, as people have it.
test.use({ serviceWorkers: 'allow' });

const strict: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'self'"],
  'style-src': ["'self'"],
  // One attribute of SvelteKit's own.
  'style-src-attr': ["'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='", "'unsafe-hashes'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'media-src': ["'self'", 'blob:'],
  'connect-src': ["'self'", 'blob:'],
  'worker-src': ["'self'"],
  'manifest-src': ["'self'"],
  'font-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

function directivesOf(policy: string): Map<string, readonly string[]> {
  const parts = policy.split(';').map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([name = '', ...values]) => [name, values]));
}

function expectStrict(policy: string, inlineScripts: number): void {
  const directives = directivesOf(policy);
  for (const [name, values] of Object.entries(strict)) {
    const said = [...new Set(directives.get(name))].sort();
    expect([name, said]).toEqual([name, [...values].sort()]);
  }
  const scripts = directives.get('script-src') ?? [];
  const hashes = scripts.filter((value) => /^'sha256-[\w+/=]{44}'$/.test(value));
  expect(hashes).toHaveLength(inlineScripts);
  const others = scripts.filter((value) => !hashes.includes(value));
  expect(others.sort()).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
}

test('every page says the strict policy, in itself and in its header', async ({ request }) => {
  const pages = (await readdir('build', { recursive: true })).filter((name) =>
    name.endsWith('.html'),
  );
  expect(pages.length).toBeGreaterThan(3);
  for (const name of pages) {
    const html = await readFile(join('build', name), 'utf8');
    const own = /<meta http-equiv="content-security-policy" content="([^"]*)"/.exec(html)?.[1];
    const inline = html.match(/<script(?![^>]*\ssrc=)[^>]*>/g) ?? [];
    expectStrict(own ?? '', inline.length);
    const response = await request.get(`./${name.split('\\').join('/')}`);
    expectStrict(response.headers()['content-security-policy'] ?? '', inline.length);
  }
});

test('scripts and workers come with the strict policy', async ({ request }) => {
  const files = (await readdir('build', { recursive: true })).filter((name) =>
    /\.(m?js|wasm)$/.test(name),
  );
  expect(files.some((name) => name.includes('worker'))).toBe(true);
  for (const name of files.filter((each, i) => i < 3 || each.includes('worker'))) {
    const response = await request.get(`./${name.split('\\').join('/')}`);
    expectStrict(response.headers()['content-security-policy'] ?? '', 0);
  }
});

/** Policy violations that the page hears of, by the directive that was broken. */
async function violations(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  await page.evaluate(() => {
    const heard: string[] = [];
    (globalThis as unknown as { heard: string[] }).heard = heard;
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      heard.push(effectiveDirective);
    });
  });
  await act();
  return page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
}

test('a script or a style that got into the page does nothing', async ({ page }) => {
  await openApp(page);
  const heard = await violations(page, () =>
    page.evaluate(async () => {
      const box = document.createElement('div');
      document.body.append(box);
      const script = document.createElement('script');
      script.textContent = 'globalThis.ran = "script"';
      box.append(script);
      const foreign = document.createElement('script');
      foreign.src = 'https://example.com/x.js';
      const failed = new Promise((resolve) => foreign.addEventListener('error', resolve));
      box.append(foreign);
      const image = document.createElement('div');
      image.innerHTML =
        '<img src="data:," onerror="globalThis.ran = \'handler\'"><a href="javascript:globalThis.ran=\'link\'">x</a>';
      box.append(image);
      const style = document.createElement('style');
      style.textContent = 'body { outline: 9px solid red }';
      box.append(style);
      image.querySelector('a')?.click();
      await failed;
    }),
  );
  await expect
    .poll(() => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.length))
    .toBeGreaterThanOrEqual(5);
  const all = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  expect(heard.length).toBeGreaterThan(0);
  expect(new Set(all)).toEqual(new Set(['script-src-elem', 'script-src-attr', 'style-src-elem']));
  expect(
    await page.evaluate(() => (globalThis as unknown as { ran?: string }).ran),
  ).toBeUndefined();
  expect(await page.evaluate(() => getComputedStyle(document.body).outlineWidth)).not.toBe('9px');
});

/** Sent into the page and its worker. Asked after a moment: what the tests themselves send may run text as a program. */
const runText = (): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(() => {
      try {
        const make = Function as unknown as (text: string) => () => number;
        resolve(`ran ${make('return 1')()}`);
      } catch (error) {
        resolve(error instanceof EvalError ? 'blocked' : String(error));
      }
    });
  });

test('text is never run as a program, in the page or in its worker; WebAssembly is', async ({
  page,
}) => {
  await openApp(page);
  expect(await page.evaluate(runText)).toBe('blocked');
  const empty = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const compile = (bytes: number[]): Promise<string> =>
    WebAssembly.compile(Uint8Array.from(bytes)).then(
      () => 'compiled',
      (error: unknown) => String(error),
    );
  expect(await page.evaluate(compile, empty)).toBe('compiled');
  const worker = page.workers()[0];
  if (!worker) throw new Error('the engine has no worker');
  expect(await worker.evaluate(runText)).toBe('blocked');
  expect(await worker.evaluate(compile, empty)).toBe('compiled');
  const foreign = (): Promise<string> =>
    fetch('https://example.com/').then(
      () => 'fetched',
      () => 'blocked',
    );
  expect(await worker.evaluate(foreign)).toBe('blocked');
});

test('nothing that the app does breaks its own policy', async ({ page }) => {
  const broken: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
  });
  await installDrawnCamera(page);
  await openApp(page);
  await teachDrawnScenes(page);
  await page.getByRole('radio', { name: 'Dense' }).click();
  await expect(page.getByText(/Learned 3 classes/)).toBeVisible();
  for (const name of ['Settings', 'Projects', 'Files']) {
    await page.getByRole('button', { name, exact: true }).click();
    const over = page.getByRole('dialog').or(page.getByRole('menu'));
    await expect(over).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(over).toHaveCount(0);
  }
  for (const path of [
    'live',
    'live/game',
    'live/switch',
    'evaluate',
    'learn',
    'learn/inside',
    'learn/network',
    'learn/race',
    'learn/window',
  ]) {
    await page.goto(`./${path}`);
    await expect(page.getByRole('heading').first()).toBeVisible();
  }
  expect(broken).toEqual([]);
  expect(new URL(page.url()).origin).toBe(new URL(siteUrl).origin);
});
