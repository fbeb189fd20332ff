// Pictures and films of every kind people have, dropped on a class: each is kept upright, opaque and whole. All drawn here.
import { createCanvas } from '@napi-rs/canvas';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { installDrawnCamera, showScene } from './scene.ts';
import { chooseThumbsTemplate, classCard, classNames, openApp, toast } from './teach.ts';

interface DrawnFile {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

/** Upright: the four quarters, row by row. The last one is see-through where the kind can be, and white else. */
const upright = ['red', 'green', 'blue', 'white'];
const colours = { red: '#f00', green: '#0f0', blue: '#00f' } as const;

test.beforeEach(async ({ page }) => {
  await installDrawnCamera(page);
  await openApp(page);
  await chooseThumbsTemplate(page);
});

test('JPEG with EXIF, PNG with alpha, WebP, AVIF and GIF are kept upright, whichever way they come', async ({
  page,
}) => {
  const files = [
    draw('wide.png', 'png', [320, 240]),
    draw('see-through.webp', 'webp', [224, 224]),
    draw('small.avif', 'avif', [240, 320]),
    draw('small.gif', 'gif', [200, 200]),
    turned('phone.jpg', [240, 320]),
    // Square and small: it would be kept as it is, were it not for its EXIF.
    turned('square.jpg', [224, 224]),
  ];
  const up = classCard(page, classNames.up);
  await drop(up, files);
  await expect(toast(page, `${files.length} of ${files.length} pictures added`)).toBeVisible();
  await expect.poll(() => quartersOf(up)).toEqual(files.map(() => upright));

  await page.getByLabel('Open what was saved').setInputFiles(
    files.map(({ name, type, base64 }) => {
      return { name, mimeType: type, buffer: Buffer.from(base64, 'base64') };
    }),
  );
  await page.getByRole('button', { name: 'Add them' }).click();
  await expect(page.getByText(`It brought ${files.length} samples.`)).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  const added = classCard(page, 'Pictures');
  await expect.poll(() => quartersOf(added)).toEqual(files.map(() => upright));
});

test('films dropped on a class: cancelled half-way nothing changes; read to the end they are one take each', async ({
  page,
}) => {
  const films = await recordFilms(page);
  expect(films.map(({ type }) => type)).toContain('video/webm');
  const up = classCard(page, classNames.up);
  const dialog = page.getByRole('dialog');
  await holdFilms(page, true);
  await drop(up, films.slice(0, 1));
  await expect(dialog.getByText('Reading samples')).toBeVisible();
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(up).toContainText('0 samples');
  await holdFilms(page, false);

  for (const [index, film] of films.entries()) {
    await drop(up, [film]);
    await expect(page.getByText(/^It brought [1-9]\d* samples?\.$/)).toBeVisible({
      timeout: 60_000,
    });
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(up).toContainText(index === 0 ? '1 take' : `${index + 1} takes`);
  }
});

/** The quarters in a picture of a kind that the tests' own canvas writes; JPEG has no see-through parts. */
function draw(name: string, kind: 'png' | 'webp' | 'avif' | 'gif', size: Size): DrawnFile {
  const type = `image/${kind}`;
  const canvas = paint(size, [...upright.slice(0, 3), 'none']);
  const bytes = kind === 'gif' ? canvas.toBuffer('image/gif') : encoded(canvas, kind);
  return { name, type, base64: bytes.toString('base64') };
}

/** A JPEG that lies on its side, with the EXIF word that says so: 6, “turn it a quarter clockwise”. */
function turned(name: string, size: Size): DrawnFile {
  const [red, green, blue, white] = upright;
  const jpeg = paint(size, [green, white, red, blue]).toBuffer('image/jpeg');
  // TIFF, little-endian: one entry, tag 0x0112 (orientation), a short, once, 6.
  const tiff = '49492a0008000000' + '0100' + '12010300' + '01000000' + '06000000' + '00000000';
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), Buffer.from(tiff, 'hex')]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2]);
  const bytes = Buffer.concat([head, body, jpeg.subarray(2)]);
  return { name, type: 'image/jpeg', base64: bytes.toString('base64') };
}

type Size = readonly [widthPx: number, heightPx: number];

function paint([width, height]: Size, quarters: readonly (string | undefined)[]) {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  for (const [i, name] of quarters.entries()) {
    if (name === 'none') continue;
    context.fillStyle = name === 'white' ? '#fff' : colours[name as keyof typeof colours];
    context.fillRect((i % 2) * (width / 2), i < 2 ? 0 : height / 2, width / 2, height / 2);
  }
  return canvas;
}

function encoded(canvas: ReturnType<typeof paint>, kind: 'png' | 'webp' | 'avif'): Buffer {
  if (kind === 'png') return canvas.toBuffer('image/png');
  return kind === 'webp' ? canvas.toBuffer('image/webp') : canvas.toBuffer('image/avif');
}

async function drop(card: Locator, files: readonly DrawnFile[]): Promise<void> {
  const transfer = await card.page().evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { name, type, base64 } of all) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], name, { type }));
    }
    return data;
  }, files);
  await card.getByRole('heading').dispatchEvent('drop', { dataTransfer: transfer });
}

/** The colour names of the quarters of each picture on a class's card, as it is kept. */
function quartersOf(card: Locator): Promise<string[][]> {
  return card.locator('[data-sample] img').evaluateAll((images) =>
    images.map((image) => {
      const canvas = new OffscreenCanvas(4, 4);
      const context = canvas.getContext('2d');
      context?.drawImage(image as HTMLImageElement, 0, 0, 4, 4);
      return [0, 1, 2, 3].map((i) => {
        const pixel = context?.getImageData((i % 2) * 3, i < 2 ? 0 : 3, 1, 1).data ?? [];
        const [r, g, b] = Array.from(pixel, (value) => value > 128);
        if (r && g && b) return 'white';
        const [name] = [r && 'red', g && 'green', b && 'blue'].filter(Boolean);
        return String(name ?? 'black');
      });
    }),
  );
}

/** A film that does not get to the frame it is put to, until it is let go: the middle of a long one. */
function holdFilms(page: Page, held: boolean): Promise<void> {
  return page.evaluate((hold) => {
    const own = HTMLMediaElement.prototype;
    if (!hold) Reflect.deleteProperty(HTMLVideoElement.prototype, 'currentTime');
    else {
      Object.defineProperty(HTMLVideoElement.prototype, 'currentTime', {
        configurable: true,
        get(this: HTMLVideoElement): unknown {
          return Reflect.get(own, 'currentTime', this);
        },
        // Far beyond the end is how the length is found out.
        set(this: HTMLVideoElement, seconds: number) {
          if (seconds > 1e6) Reflect.set(own, 'currentTime', seconds, this);
        },
      });
    }
  }, held);
}

/** Two seconds of the drawn camera in every kind of film that this browser writes. */
async function recordFilms(page: Page): Promise<DrawnFile[]> {
  await showScene(page, { name: 'up', seed: 4 });
  return page.evaluate(async () => {
    const kinds = ['video/webm', 'video/mp4'].filter((kind) => MediaRecorder.isTypeSupported(kind));
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    return Promise.all(
      kinds.map(async (type) => {
        const recorder = new MediaRecorder(stream, { mimeType: type });
        const parts: Blob[] = [];
        recorder.ondataavailable = ({ data }) => parts.push(data);
        const stopped = new Promise((resolve) => (recorder.onstop = resolve));
        recorder.start();
        setTimeout(() => recorder.stop(), 2000);
        await stopped;
        const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
        const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
        return { name: `film.${type.slice(6)}`, type, base64: btoa(text) };
      }),
    );
  });
}
