import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArchive } from '#lib/exchange/zip.ts';
import { main } from './main.ts';

const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]);
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

  test('says how to use it', async () => {
    expect((await inspect()).status).toBe(1);
    expect(await main(['nonsense'], { out: () => 0, error: () => 0 })).toBe(1);
  });
});
