import { createCanvas } from '@napi-rs/canvas';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHeadFile } from '#lib/exchange/head-file.ts';
import { listClassFolders } from './class-folders.ts';
import { main } from './main.ts';
import { meanAndError, splitOf } from './protocols.ts';

let folder = '';

/** A red disc on the left or a blue bar on the right, a little elsewhere at each `n`. */
function picture(kind: 'disc' | 'bar', n: number): Buffer {
  const canvas = createCanvas(120, 90);
  const context = canvas.getContext('2d');
  context.fillStyle = '#d8d8d0';
  context.fillRect(0, 0, 120, 90);
  context.fillStyle = kind === 'disc' ? '#c02020' : '#2040c0';
  if (kind === 'bar') context.fillRect(66 + n, 8, 12, 74);
  else {
    context.beginPath();
    context.arc(40 + n, 45, 22, 0, 2 * Math.PI);
    context.fill();
  }
  return canvas.toBuffer('image/jpeg');
}

async function handful(
  ...args: string[]
): Promise<{ status: number; out: string[]; error: string[] }> {
  const out: string[] = [];
  const error: string[] = [];
  const status = await main(args, {
    out: (text) => void out.push(text),
    error: (text) => void error.push(text),
  });
  return { status, out, error };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-evaluate-'));
  for (const kind of ['disc', 'bar'] as const) {
    await mkdir(join(folder, 'set', kind), { recursive: true });
    for (let n = 1; n <= 12; n += 1) {
      await writeFile(join(folder, 'set', kind, `${n}.jpg`), picture(kind, n));
    }
  }
  await writeFile(join(folder, 'set', 'disc', '13.jpg'), 'no picture');
});
afterAll(() => rm(folder, { recursive: true }));

describe('splits', () => {
  const any = { count: fc.integer({ min: 1, max: 60 }), shots: fc.integer({ min: 1, max: 25 }) };

  test('training and test never share a picture', () => {
    fc.assert(
      fc.property(fc.record({ ...any, seed: fc.nat(20), class: fc.nat(5) }), (wish) => {
        for (const protocol of ['random', 'take'] as const) {
          const split = splitOf(protocol, wish.count, wish.shots, wish.seed, wish.class);
          if (!split) continue;
          expect(split.train).toHaveLength(wish.shots);
          expect(new Set([...split.train, ...split.test]).size).toBe(
            split.train.length + split.test.length,
          );
        }
      }),
    );
  });

  test('take: consecutive frames of one end, and the far third', () => {
    expect(splitOf('take', 9, 2, 0, 0)).toEqual({ train: [0, 1], test: [6, 7, 8] });
    expect(splitOf('take', 9, 2, 1, 0)).toEqual({ train: [8, 7], test: [2, 1, 0] });
    expect(splitOf('take', 9, 7, 0, 0)).toBeNull();
  });

  test('mean and standard error', () => {
    expect(meanAndError([1, 3])).toEqual({ mean: 2, se: 1 });
    expect(meanAndError([0.5])).toEqual({ mean: 0.5, se: 0 });
  });
});

describe('evaluate, train, classify', () => {
  test.each(['take', 'random'])(
    'evaluate answers with exactly this shape: %s',
    async (protocol) => {
      const wish = ['--shots=1,4,50', '--seeds', '2', '--protocol', protocol, '--json'];
      const { status, out, error } = await handful('evaluate', join(folder, 'set'), ...wish);
      expect(status).toBe(0);
      const answer = JSON.parse(out.join('')) as Record<string, unknown>;
      expect(Object.keys(answer)).toEqual(['backbone', 'head', 'protocol', 'shots', 'sets']);
      expect(answer).toMatchObject({
        head: 'ridge',
        protocol,
        shots: [{ k: 1 }, { k: 4, mean: 1, se: 0 }],
        sets: [{ name: 'set', shots: [{ k: 1 }, { k: 4, mean: 1 }] }],
      });
      expect(error.join('\n')).toContain('13.jpg');
      expect(error.join('\n')).toContain('too few pictures for 50 shots');
    },
  );

  test('takes that the file names tell fit the limit of none of these', async () => {
    for (const kind of ['disc', 'bar'] as const) {
      await mkdir(join(folder, 'takes', kind), { recursive: true });
      for (let n = 0; n < 15; n += 1) {
        const number = 100 * Math.floor(n / 5) + n;
        await writeFile(join(folder, 'takes', kind, `${number}.jpg`), picture(kind, n));
      }
    }
    const out = join(folder, 'model.zip');
    const fitted = await handful('train', join(folder, 'takes'), '--out', out);
    const limit = /none of these: (0\.\d+), fitted to takes/.exec(fitted.error.join())?.[1];
    const file = await readHeadFile(new Blob([await readFile(out)]), 'model.zip');
    expect(file).toMatchObject({ ok: true, value: { unknownThreshold: Number(limit) } });
    const own = await handful('train', join(folder, 'set'), '--out', out);
    expect(own.error.join()).toContain('the network’s own');
  });

  test('what was trained names pictures, and says none of these', async () => {
    const model = join(folder, 'model.zip');
    const trained = await handful('train', join(folder, 'set'), '--out', model);
    expect(trained.status).toBe(0);
    const disc = join(folder, 'set', 'disc', '1.jpg');
    const absent = join(folder, 'absent.jpg');
    const { status, out, error } = await handful('classify', model, disc, absent, '--json');
    expect(error.join('\n')).toContain('Classified: 2 of 2 pictures');
    expect(status).toBe(2);
    expect(out).toHaveLength(1);
    const line = JSON.parse(out[0] ?? '') as { probabilities: Record<string, number> };
    expect(Object.keys(line)).toEqual(['file', 'class', 'probabilities', 'unknown']);
    expect(line).toMatchObject({ file: disc, class: 'disc', unknown: false });
    expect(line.probabilities.disc).toBeGreaterThan(0.5);
  });

  test.each([
    [],
    ['nonsense'],
    ['inspect'],
    ['inspect', 'x', '--jsn'],
    ['evaluate'],
    ['evaluate', 'x', '--shots'],
    ['evaluate', 'x', '--sots', '1'],
    ['train', 'x'],
    ['train', 'x', '--out'],
    ['train', 'x', '--out', 'y', '--head', 'z'],
    ['train', 'x', '--out', 'y', '--jsn'],
    ['classify'],
    ['classify', 'x'],
    ['classify', 'x', 'y', '--jsn'],
  ])('wrong use ends with status 2 and says how: %s %s %s %s', async (...args) => {
    const { status, out, error } = await handful(...args);
    expect(status).toBe(2);
    expect(out).toEqual([]);
    expect(error.join('\n')).toMatch(/Handful on the command line:/);
  });

  test('help is no wrong use', async () => {
    for (const args of [['--help'], ['help'], ['train', '--help']]) {
      expect(await handful(...args)).toMatchObject({ status: 0, error: [] });
    }
  });

  test('a place that cannot be written to is refused before the work', async () => {
    const out = join(folder, 'nowhere', 'model.zip');
    const { status, error } = await handful('train', join(folder, 'set'), '--out', out);
    expect(status).toBe(2);
    expect(error.join('\n')).toContain('cannot be written');
    expect(error.join('\n')).not.toContain('pictures');
    expect(existsSync(out)).toBe(false);
    const absent = join(folder, 'early.zip');
    await handful('train', join(folder, 'absent'), '--out', absent);
    expect(existsSync(absent)).toBe(false);
  });

  test('linked class folders count', async () => {
    const linked = join(folder, 'linked');
    await mkdir(linked);
    for (const kind of ['disc', 'bar'])
      await symlink(join(folder, 'set', kind), join(linked, kind));
    await symlink(join(folder, 'absent'), join(linked, 'broken'));
    const listed = await listClassFolders(linked);
    const names = listed.ok ? listed.value.classes.map(({ name }) => name) : listed.failure;
    expect(names).toEqual(['bar', 'disc']);
  });

  test('refuses with status 2 and words', async () => {
    const refusals = [
      ['evaluate', join(folder, 'absent')],
      ['evaluate', join(folder, 'set', 'disc')],
      ['evaluate', join(folder, 'set'), '--protocol', 'sideways'],
      ['evaluate', join(folder, 'set'), '--shots', '0'],
      ['evaluate', join(folder, 'set'), '--backbone', 'none'],
      ['train', join(folder, 'absent'), '--out', join(folder, 'x.zip')],
      ['classify', join(folder, 'set', 'disc', '13.jpg'), 'a.jpg'],
    ];
    for (const args of refusals) {
      const { status, out, error } = await handful(...args);
      expect(`${args.join(' ')}: ${status}`).toBe(`${args.join(' ')}: 2`);
      expect(out).toEqual([]);
      expect(error.join('')).toMatch(/Refused/);
    }
  });
});
