import { createCanvas } from '@napi-rs/canvas';
import { openAsBlob } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createArchive, openArchive } from '#lib/exchange/zip.ts';
import { main } from './main.ts';

let folder = '';

async function handful(...args: string[]): Promise<{ status: number; out: string }> {
  const out: string[] = [];
  const quiet = { out: (text: string) => void out.push(text), error: () => undefined };
  return { status: await main(args, quiet), out: out.join('\n') };
}

/** The zip at `path` with one of its texts changed. */
async function changed(path: string, name: string, change: (text: string) => string) {
  const opened = await openArchive(await openAsBlob(path), path);
  if (!opened.ok) throw new Error('no zip');
  const archive = createArchive();
  for (const each of opened.value.names) {
    const read = await opened.value.bytes(each, 1e8);
    if (!read.ok) throw new Error(each);
    if (each !== name) await archive.bytes(each, read.value);
    else await archive.text(each, change(new TextDecoder().decode(read.value)));
  }
  const to = join(folder, `changed-${name.replace('/', '-')}.zip`);
  await writeFile(to, new Uint8Array(await (await archive.finish()).arrayBuffer()));
  return to;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-verify-'));
  for (const [kind, hue] of [
    ['red', 0],
    ['blue', 220],
  ] as const) {
    await mkdir(join(folder, 'set', kind), { recursive: true });
    for (let n = 1; n <= 3; n += 1) {
      const context = createCanvas(200, 150).getContext('2d');
      context.fillStyle = `hsl(${hue} 70% ${30 + 10 * n}%)`;
      context.fillRect(20 * n, 10, 120, 120);
      const jpeg = context.canvas.toBuffer('image/jpeg');
      await writeFile(join(folder, 'set', kind, `${n}.jpg`), jpeg);
    }
  }
  await handful('train', join(folder, 'set'), '--out', join(folder, 'model.zip'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a model says what its golden pictures say; one that was changed does not', async () => {
  const path = join(folder, 'model.zip');
  const good = await handful('verify', path, '--json');
  expect(good.status).toBe(0);
  const report = JSON.parse(good.out) as { passed: boolean; largestDifference: number };
  expect(report).toMatchObject({ kind: 'head', pictures: 4, passed: true });
  expect(report.largestDifference).toBeLessThan(1e-6);
  const other = await changed(path, 'golden.json', (text) =>
    text.replace(/"probabilities":\[[\d.]+/, '"probabilities":[0.5'),
  );
  const bad = await handful('verify', other);
  expect(bad.status).toBe(1);
  expect(bad.out).toContain('says something else, largest difference');
});

test('what is no model, or a damaged one, is refused', async () => {
  const path = join(folder, 'model.zip');
  const damaged = await changed(path, 'golden.json', () => '{}');
  expect((await handful('verify', damaged)).status).toBe(2);
  expect((await handful('verify', join(folder, 'set', 'red', '1.jpg'))).status).toBe(2);
  expect((await handful('verify')).status).toBe(2);
});
