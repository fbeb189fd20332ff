// Files that mean harm, opened in the built app: words are shown, nothing runs, nothing is asked of the network, and the
// project stays as it was. The fuzzer (`npm run fuzz`) tries thousands of them without a page.
import { expect, test, type Page } from '@playwright/test';
import { smallModel } from '../unit/layers-models.ts';
import { avif, gif, jpeg, png } from '../fuzz/picture-headers.ts';
import { rawZip, zeroBomb, type RawEntry } from '../fuzz/raw-zip.ts';
import { siteUrl } from './browser.ts';
import { drawPicture, installDrawnCamera } from './scene.ts';
import { classCard, engineReady, openApp } from './teach.ts';

interface Hostile {
  readonly name: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly words: RegExp;
}

const text = (name: string, content: string): RawEntry => ({
  name,
  bytes: Buffer.from(content),
  deflate: true,
});
const picture = (name: string): RawEntry => ({ name, bytes: jpeg(256, 256) });
const bomb = (name: string): RawEntry => ({ name, bytes: zeroBomb(500), statedSize: 100 });
const html = '<img src=x onerror=document.title="ran">';

const refused: readonly Hostile[] = [
  { name: 'nothing at all', file: 'a.zip', bytes: new Uint8Array(), words: /is empty/ },
  {
    name: 'half a zip',
    file: 'a.zip',
    bytes: rawZip([picture('a/1.jpg')]).slice(0, 60),
    words: /cannot be opened/,
  },
  {
    name: 'a page',
    file: 'a.html',
    bytes: Buffer.from(`<script>document.title='ran'</script>`),
    words: /not a file that Handful can open/,
  },
  {
    name: 'a drawing with a script',
    file: 'a.svg',
    bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"/>'),
    words: /not a file that Handful can open/,
  },
  {
    name: 'a file named as a page',
    file: `${html}.zip`,
    bytes: Buffer.from('PK no'),
    words: /<img src=x onerror=/,
  },
  {
    name: 'a name without end',
    file: `${'n'.repeat(200)}\u202e.zip`,
    bytes: Buffer.from('no'),
    words: /n…n+\.zip/,
  },
  {
    name: 'names that point outside',
    file: 'a.zip',
    bytes: rawZip([picture('../up/1.jpg'), picture('/etc/1.jpg')]),
    words: /points outside/,
  },
  { name: 'a million files', file: 'a.zip', bytes: manyNames(), words: /more than 120 000 files/ },
  {
    name: 'JSON that grows without end',
    file: 'a.zip',
    bytes: rawZip([bomb('handful.json')]),
    words: /is too large|Invalid uncompressed size/,
  },
  {
    name: 'JSON nested without end',
    file: 'a.zip',
    bytes: rawZip([text('handful.json', '['.repeat(1e6))]),
    words: /nested too deep/,
  },
  {
    name: 'JSON with too much in it',
    file: 'a.zip',
    bytes: rawZip([text('handful.json', `[${'0,'.repeat(5e6)}0]`)]),
    words: /too many values/,
  },
  {
    name: 'a prototype as a project',
    file: 'a.zip',
    bytes: rawZip([
      text('handful.json', '{"__proto__":{"format":"handful-project","polluted":1}}'),
    ]),
    words: /damaged or of a newer version/,
  },
  {
    name: 'a picture of 20 000 × 20 000',
    file: 'a.png',
    bytes: png(20_000, 20_000),
    words: /20000 × 20000 pixels/,
  },
  {
    name: 'a picture that grows in its first frame',
    file: 'a.gif',
    bytes: gif(1, 1, [20_000, 20_000]),
    words: /20000 × 20000 pixels/,
  },
  {
    name: 'a picture without a size',
    file: 'a.avif',
    bytes: avif(9, 9).slice(0, 24),
    words: /does not say how large/,
  },
  {
    name: 'pictures that are none',
    file: 'a.zip',
    bytes: rawZip([text('a/1.jpg', html), text('b/1.jpg', 'no')]),
    words: /is no picture/,
  },
  {
    name: 'pictures that grow without end',
    file: 'a.zip',
    bytes: rawZip([bomb('a/1.jpg'), bomb('b/1.jpg')]),
    words: /is too large|Invalid uncompressed size/,
  },
  {
    name: 'a project of another kind',
    file: 'a.tm',
    bytes: rawZip([text('manifest.json', `{"type":"${html.replaceAll('"', "'")}"}`)]),
    words: /unknown kind/,
  },
];

/** The end of a zip that says it holds a million files. */
function manyNames(): Uint8Array {
  const zip = Buffer.from(
    rawZip(Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}`, bytes: new Uint8Array() }))),
  );
  const end = zip.lastIndexOf('PK\x06\x06', undefined, 'latin1');
  zip.writeBigUInt64LE(1_000_000n, end + 32);
  return zip;
}

interface Heard {
  readonly foreign: string[];
  readonly errors: string[];
  readonly dialogs: string[];
}

function listen(page: Page): Heard {
  const heard: Heard = { foreign: [], errors: [], dialogs: [] };
  page.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!['blob:', 'data:'].includes(protocol) && origin !== new URL(siteUrl).origin)
      heard.foreign.push(request.url());
  });
  page.on('console', (message) => message.type() === 'error' && heard.errors.push(message.text()));
  page.on('pageerror', (error) => heard.errors.push(error.message));
  page.on('dialog', (dialog) => {
    heard.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return heard;
}

async function open(page: Page, file: string, bytes: Uint8Array): Promise<void> {
  const buffer = Buffer.from(bytes);
  await page
    .getByLabel('Open what was saved')
    .setInputFiles([{ name: file, mimeType: 'application/octet-stream', buffer }]);
}

const done = (page: Page): Promise<void> => page.getByRole('button', { name: 'Done' }).click();

/** What a person has before the hostile files come. */
async function teachOnePicture(page: Page): Promise<Buffer> {
  const good = await drawPicture(page, { name: 'up', seed: 1 });
  await open(page, 'good.png', good);
  await expect(page.getByText('It brought 1 sample.')).toBeVisible();
  await done(page);
  return good;
}

async function expectUnharmed(page: Page, heard: Heard, title: string): Promise<void> {
  expect(heard).toEqual({ foreign: [], errors: [], dialogs: [] });
  expect(await page.title()).toBe(title);
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
}

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
});

test('hostile files are refused in words, and the project stays as it was', async ({ page }) => {
  test.slow();
  const heard = listen(page);
  await openApp(page);
  await teachOnePicture(page);
  const title = await page.title();
  const before = await page.getByRole('article').allInnerTexts();
  for (const { name, file, bytes, words } of refused) {
    await test.step(name, async () => {
      await open(page, file, bytes);
      const dialog = page.getByRole('dialog');
      const place = dialog.getByRole('button', { name: /^Add/ });
      const shown = dialog.getByText(words).first();
      await expect(shown.or(place).first()).toBeVisible({ timeout: 60_000 });
      if (await place.isVisible()) await place.click();
      await expect(shown).toBeVisible({ timeout: 60_000 });
      expect(await dialog.innerText()).not.toMatch(/[\u202a-\u202e]/);
      await done(page);
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });
  }
  expect(await page.getByRole('article').allInnerTexts()).toEqual(before);
  await page.reload();
  await engineReady(page);
  expect(await page.getByRole('article').allInnerTexts()).toEqual(before);
  await expectUnharmed(page, heard, title);
});

test('names that are programs, endless or turned round come in as plain short text', async ({
  page,
}) => {
  const heard = listen(page);
  await openApp(page);
  const title = await page.title();
  const bytes = await drawPicture(page, { name: 'up', seed: 2 });
  const names = [html, '__proto__', 'long'.repeat(2000), '\u202eabc\u001b[2J', '你好', '👩🏾‍💻'];
  const entries = names.map((name) => ({ name: `${name.replaceAll('/', '')}/1.png`, bytes }));
  await open(page, 'names.zip', rawZip([...entries, { name: '../out.png', bytes }]));
  await expect(page.getByText('It brought 5 samples.')).toBeVisible();
  await expect(page.getByText(/Left out for an unsafe name/)).toBeVisible();
  await done(page);
  for (const name of [html, '__proto__', 'abc [2J', '你好', '👩🏾‍💻']) {
    await expect(classCard(page, name)).toContainText('1 sample');
  }
  await expectUnharmed(page, heard, title);
});

test('dropped on a class or asked about, a picture too large is never decoded', async ({
  page,
}) => {
  const heard = listen(page);
  await openApp(page);
  await teachOnePicture(page);
  const title = await page.title();
  const huge = Buffer.from(png(20_000, 20_000)).toString('base64');
  const transfer = await page.evaluateHandle((base64) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], 'huge.png', { type: 'image/png' }));
    return data;
  }, huge);
  await classCard(page, 'Pictures').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(page.getByText(/“huge.png” is too large/)).toBeVisible();
  await expect(classCard(page, 'Pictures')).toContainText('1 sample');
  await page
    .locator('input[type=file][accept^="image"]')
    .last()
    .setInputFiles([
      { name: 'asked.png', mimeType: 'image/png', buffer: Buffer.from(png(20_000, 20_000)) },
    ]);
  await expect(page.getByText(/“asked.png” is too large/)).toBeVisible();
  await expectUnharmed(page, heard, title);
});

test('a model whose weights are absurd is refused; a file that comes while another is open waits', async ({
  page,
}) => {
  const heard = listen(page);
  await openApp(page);
  const title = await page.title();
  const { files } = await smallModel({ labels: ['a', 'b'] });
  const weights = Buffer.from(files['weights.bin'] ?? '');
  for (let at = 0; at < weights.length; at += 4) weights.writeFloatLE(1e38, at);
  const parts = Object.entries({ ...files, 'weights.bin': weights });
  const entries = parts.map(([name, content]) => ({ name, bytes: Buffer.from(content) }));
  await open(page, 'absurd.zip', rawZip(entries));
  await expect(page.getByText(/weights are not usable numbers/)).toBeVisible();
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'second.zip'));
    return data;
  });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await expect(page.getByText(/busy with another file/)).toBeVisible();
  await done(page);
  await expect(page.getByRole('article')).toHaveCount(0);
  await expectUnharmed(page, heard, title);
});
