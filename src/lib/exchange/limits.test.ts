// What was found by hostile files: each of these once kept the page busy, decoded what it should not, or said endless words.
import { describe, expect, test } from 'vitest';
import { gif, jpeg, png } from '#tests/fuzz/picture-headers.ts';
import { rawZip, zeroBomb } from '#tests/fuzz/raw-zip.ts';
import { statedSize } from './file-kind.ts';
import { FoldedNetwork } from './folded-network.ts';
import { groupFiles } from './group-files.ts';
import { keepableSidePx, sampleProblem } from './jpeg.ts';
import { jsonProblem } from './json-limits.ts';
import { openFiles, summaryOf } from './open-file.ts';
import { pictureProblem } from './picture-set.ts';
import { badFile } from './zip.ts';
import { statedCount } from './zip-count.ts';

const refusal = async (bytes: Uint8Array, path = 'it.zip'): Promise<string> => {
  const opened = await openFiles([{ path, blob: new Blob([bytes.slice()]) }], path);
  return opened.ok || opened.failure.code !== 'bad-file' ? 'opened' : opened.failure.reason;
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('JSON', () => {
  test.each([
    ['deep', '['.repeat(201), 'nested too deep'],
    ['wide', `[${'0,'.repeat(4_000_001)}0]`, 'too many values'],
    ['brackets inside a text', JSON.stringify(['[{'.repeat(500), '\\"[']), null],
    ['deep enough', '['.repeat(200) + ']'.repeat(200), null],
  ])('%s', (_, text, expected) => {
    const problem = jsonProblem(bytesOf(text));
    if (expected === null) expect(problem).toBeNull();
    else expect(problem).toContain(expected);
  });
});

describe('pictures', () => {
  test('a GIF is as large as its first frame', () => {
    expect(statedSize(gif(1, 1, [20_000, 20_000]))).toEqual({ widthPx: 20_000, heightPx: 20_000 });
    expect(pictureProblem(gif(64, 48))).toBeNull();
  });

  test('a JPEG may hold bytes between its segments, as decoders allow', () => {
    const bytes = jpeg(20_000, 20_000);
    const padded = Uint8Array.from([
      ...bytes.subarray(0, 2),
      0xff,
      0xe0,
      0,
      2,
      7,
      7,
      ...bytes.subarray(2),
    ]);
    expect(statedSize(padded)).toEqual({ widthPx: 20_000, heightPx: 20_000 });
  });

  test('one whose size nobody can tell is refused', () => {
    expect(pictureProblem(png(9, 9).subarray(0, 12))).toContain('does not say how large');
  });

  test('a kept sample is small', () => {
    expect(sampleProblem(jpeg(256, 256))).toBeNull();
    expect(sampleProblem(jpeg(1025, 10))).toContain('1025 × 10');
    expect(sampleProblem(jpeg(256, 256).subarray(0, 12))).toContain('does not say');
    expect(sampleProblem(png(9, 9))).toBe('is no JPEG');
    const padded = new Uint8Array(2 * 1024 ** 2);
    padded.set(jpeg(256, 256));
    expect(keepableSidePx(jpeg(256, 256))).toBe(256);
    expect(keepableSidePx(padded)).toBeNull();
  });
});

describe('zips', () => {
  test('a million files are not counted one by one', async () => {
    const entries = Array.from({ length: 70_000 }, (_, i) => ({
      name: `${i}`,
      bytes: new Uint8Array(),
    }));
    const zip = Buffer.from(rawZip(entries));
    expect(await statedCount(new Blob([zip]))).toBe(70_000);
    zip.writeBigUInt64LE(1_000_000n, zip.lastIndexOf('PK\x06\x06', undefined, 'latin1') + 32);
    expect(await refusal(zip)).toBe('holds more than 120 000 files.');
    expect(await statedCount(new Blob([Buffer.from(rawZip(entries.slice(0, 3)))]))).toBe(3);
    expect(await statedCount(new Blob(['PK']))).toBe(0);
  });

  test('an entry that grows without end is left at its limit', async () => {
    const bomb = { name: 'handful.json', bytes: zeroBomb(200), statedSize: 0xffffffff };
    expect(await refusal(rawZip([bomb]))).toContain('too large');
  });

  test('a name that points outside is left out, in a zip as in a folder', async () => {
    const bytes = jpeg(256, 256);
    const zip = rawZip(['up/1.jpg', '../1.jpg', '/2.jpg'].map((name) => ({ name, bytes })));
    const opened = await openFiles([{ path: 'a.zip', blob: new Blob([zip.slice()]) }], 'a.zip');
    expect(opened.ok && opened.value.warnings).toEqual([
      'Left out for an unsafe name: 2 of the files.',
    ]);
  });
});

test('classes of a Teachable Machine project may be called like hidden files or drives', async () => {
  const bytes = jpeg(256, 256);
  const names = ['.', '..', '...', '.git', 'C:', 'a: b'].map((name) => `${name}-!-0.jpg`);
  const entries = [...names, '._a-!-0.jpg', '__MACOSX/.b-!-0.jpg'].map((name) => ({ name, bytes }));
  const manifest = { name: 'manifest.json', bytes: bytesOf('{"type":"image"}') };
  const zip = new Blob([Buffer.from(rawZip([...entries, manifest]))]);
  const opened = await openFiles([{ path: 'a.tm', blob: zip }], 'a.tm');
  const classes = opened.ok ? summaryOf(opened.value).classes.map(({ name }) => name) : [];
  expect(classes).toEqual(['.', '..', '...', '.git', 'C:', 'a: b']);
});

describe('words and names', () => {
  test('are short and fit to show', async () => {
    const failure = badFile(`a\u202e${'b'.repeat(70_000)}.zip`, `is ${'x'.repeat(1e6)} damaged.`);
    if (failure.code !== 'bad-file') throw new Error(failure.code);
    expect(failure.fileName.length).toBeLessThanOrEqual(120);
    expect(failure.fileName).toMatch(/^ab+…b+\.zip$/);
    expect(failure.reason.length).toBeLessThanOrEqual(300);
    const [group] = await groupFiles([{ path: '/1.jpg', blob: new Blob(['x']) }]);
    expect(group?.name).toBe('file');
  });
});

test('nobody normalises twice: a thousand times would keep the page busy', () => {
  const input = { side: 8, channels: 3, padding: null };
  const network = new FoldedNetwork(input);
  const weights = new Float32Array(6);
  const convolution = { kind: 'conv', stride: 1, padding: 'same', weights, bias: null } as const;
  const first = network.convolve(input, { ...convolution, kernel: [1, 1, 3, 2] });
  const ones = new Float32Array(2).fill(1);
  const second = network.normalise(first, ones, ones);
  expect(() => network.normalise(second, ones, ones)).toThrow('normalisation twice');
});
