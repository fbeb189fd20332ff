import * as tf from '@tensorflow/tfjs-core';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpegOf } from '#lib/exchange/exchange.test-helper.ts';
import { createArchive } from '#lib/exchange/zip.ts';
import { smallModel } from '#tests/unit/layers-models.ts';
import { main } from './main.ts';

const jpeg = jpegOf(1);
let folder = '';

async function zip(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const archive = createArchive();
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'string') await archive.text(path, content);
    else await archive.bytes(path, content, true);
  }
  const path = join(folder, name);
  await writeFile(path, Buffer.from(await (await archive.finish()).arrayBuffer()));
  return path;
}

async function inspect(...args: string[]): Promise<{ status: number; lines: string[] }> {
  const lines: string[] = [];
  const keep = (text: string): number => lines.push(text);
  const status = await main(['inspect', ...args], { out: keep, error: keep });
  return { status, lines };
}

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'handful-inspect-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('inspect', () => {
  test('tells a Teachable Machine project with its takes', async () => {
    const file = await zip('two.tm', {
      'Ratón-!-0.jpg': jpeg,
      'Ratón-!-1.jpg': jpeg,
      'Ratón-!-5.jpg': jpeg,
      'up-!-0.png': jpeg,
      'manifest.json': '{"type":"image","appdata":{"publishResults":{"token":"secret"}}}',
    });
    const { status, lines } = await inspect(file, '--json');
    expect(status).toBe(0);
    const answer = JSON.parse(lines.join('')) as Record<string, unknown>;
    expect(answer).toMatchObject({
      kind: 'tm-project',
      classes: [
        { name: 'Ratón', samples: 3 },
        { name: 'up', samples: 1 },
      ],
      takes: 3,
    });
    expect(Object.keys(answer)).toEqual(['kind', 'classes', 'takes', 'warnings']);
    expect(lines.join('')).not.toContain('secret');
  });

  test('refuses with status 2, one line for each file', async () => {
    const pose = await zip('pose.tm', { 'a-!-0.jpg': jpeg, 'manifest.json': '{"type":"pose"}' });
    const { status, lines } = await inspect('--json', pose, join(folder, 'absent.zip'));
    expect(status).toBe(2);
    const answers = lines.map((line) => JSON.parse(line) as { kind: string; reason: string });
    expect(answers.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect(answers[0]?.reason).toContain('body poses');
  });

  test('takes a folder of class folders', async () => {
    const set = join(folder, 'set');
    for (const name of ['train/cat', 'train/dog', 'val/cat']) {
      await mkdir(join(set, name), { recursive: true });
      await writeFile(join(set, name, '1.jpg'), jpeg);
    }
    await writeFile(join(set, 'labels.txt'), 'dog\ncat\n');
    const { status, lines } = await inspect(set, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(lines.join(''))).toEqual({
      kind: 'folders',
      classes: [
        { name: 'dog', samples: 1 },
        { name: 'cat', samples: 2 },
      ],
      takes: 3,
      warnings: [],
    });
  });

  test('one answer for each argument, in their order, failures in their place', async () => {
    const set = async (...parts: string[]): Promise<string> => {
      await mkdir(join(folder, ...parts), { recursive: true });
      await writeFile(join(folder, ...parts, '1.jpg'), jpeg);
      return join(folder, ...parts, '1.jpg');
    };
    const first = await set('a', 'train', 'cat');
    const second = await set('b', 'train', 'dog');
    const { status, lines } = await inspect(
      ...[join(folder, 'absent.zip'), join(folder, 'a', 'train'), join(folder, 'b', 'train')],
      ...[first, second, '--json'],
    );
    expect(status).toBe(2);
    const answers = lines.map((line) => JSON.parse(line) as { kind: string; classes?: object[] });
    expect(answers.map(({ kind }) => kind)).toEqual([
      ...['refused', 'folders', 'folders', 'pictures', 'pictures'],
    ]);
    expect(answers[1]?.classes).toEqual([{ name: 'cat', samples: 1 }]);
    expect(answers[2]?.classes).toEqual([{ name: 'dog', samples: 1 }]);
  });

  test('the files of one model in one directory are one answer, at the place of the first', async () => {
    const { files } = await smallModel({ labels: ['x', 'y'] });
    const parts: string[] = [];
    await mkdir(join(folder, 'model'), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      parts.push(join(folder, 'model', name));
      await writeFile(join(folder, 'model', name), content);
    }
    const stray = join(folder, 'weights.bin');
    await writeFile(stray, 'not of this model');
    const [one = '', ...others] = parts;
    const { lines } = await inspect('--json', stray, one, join(folder, 'absent'), ...others);
    const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(['refused', 'tm-model', 'refused']);
  });

  test('links to folders count, and a ring of them ends', async () => {
    await mkdir(join(folder, 'linked', 'cat'), { recursive: true });
    await writeFile(join(folder, 'linked', 'cat', '1.jpg'), jpeg);
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', '1.jpg'), jpeg);
    await symlink(join(folder, 'elsewhere'), join(folder, 'linked', 'dog'));
    await symlink(join(folder, 'linked'), join(folder, 'linked', 'cat', 'again'));
    const { lines } = await inspect(join(folder, 'linked'), '--json');
    expect(JSON.parse(lines.join(''))).toMatchObject({
      classes: [
        { name: 'cat', samples: 1 },
        { name: 'dog', samples: 1 },
      ],
    });
  });

  test('a name cannot command the terminal', async () => {
    const file = await zip('escape.tm', {
      'a\u001b[2J\u202eb-!-0.jpg': jpeg,
      'manifest.json': '{"type":"image"}',
    });
    const { lines } = await inspect(file, join(folder, 'no\u001b[31m.zip'));
    expect(lines.join('')).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(lines.join('')).toContain('a [2Jb: 1 samples');
  });
});
