// Pictures and sounds of actions in a project file: they come back as they were, or not at all.
import { describe, expect, test } from 'vitest';
import type { ClassAction, Deed } from '#lib/core/class-action.ts';
import { succeed } from '#lib/core/failure.ts';
import { emptyProject, type Project } from '#lib/core/project.ts';
import { defaultUse } from '#lib/core/use-settings.ts';
import { writeWave } from '#lib/core/wave.ts';
import { jpegStart } from './exchange.test-helper.ts';
import { sha256Of } from './file-hash.ts';
import { openProjectFile, writeProjectFile } from './project-file.ts';
import { createArchive, openArchive } from './zip.ts';

const wave = writeWave({ samples: Float32Array.of(0, 0.5, -0.5), sampleRate: 44_100 });
const jpegOf = (widthPx: number, heightPx: number): Uint8Array =>
  Uint8Array.from([...jpegStart(widthPx, heightPx), 1, 2, 3]);
const jpeg = jpegOf(1600, 900);

async function projectWith(picture: Uint8Array, sound: Uint8Array): Promise<Project> {
  const deeds: Deed[] = [
    { kind: 'text', text: 'A cat', picture: { hash: await sha256Of(picture), name: 'cat.png' } },
    { kind: 'sound', sound: 'pop', own: { hash: await sha256Of(sound), name: 'ding/dong.mp3' } },
    // The same once more: it is in the file once.
    { kind: 'sound', sound: 'ding', own: { hash: await sha256Of(sound), name: 'ding/dong.mp3' } },
  ];
  const actions = deeds.map((deed, i): ClassAction => {
    return { id: `a${i}`, classId: null, heldMs: 500, deed };
  });
  return { ...emptyProject('p', 'P', 'net@1', 5), use: { ...defaultUse, actions } };
}

async function write(project: Project, files: readonly Uint8Array[]): Promise<Blob> {
  const byHash = new Map<string, Uint8Array>();
  for (const bytes of files) byHash.set(await sha256Of(bytes), bytes);
  const written = await writeProjectFile({
    document: { project, samples: [] },
    backbone: null,
    importedHead: null,
    embeddings: () => Promise.resolve(succeed(new Map<string, Float32Array>())),
    jpeg: () => Promise.resolve(null),
    file: (hash) => Promise.resolve(byHash.get(hash) ?? null),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  if (!written.ok) throw new Error(JSON.stringify(written.failure));
  return written.value;
}

/** The zip with one entry changed. */
async function changed(
  blob: Blob,
  change: (name: string, bytes: Uint8Array) => Uint8Array | null,
): Promise<Blob> {
  const opened = await openArchive(blob, 'p.zip');
  if (!opened.ok) throw new Error('not opened');
  const archive = createArchive();
  for (const name of opened.value.names) {
    const bytes = await opened.value.bytes(name, 1e9);
    const now = bytes.ok ? change(name, bytes.value) : null;
    if (now) await archive.bytes(name, now);
  }
  return archive.finish();
}

const changedHeader = (blob: Blob, change: (header: Record<string, unknown>) => void) =>
  changed(blob, (name, bytes) => {
    if (name !== 'handful.json') return bytes;
    const header = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    change(header);
    return new TextEncoder().encode(JSON.stringify(header));
  });

describe('files of actions', () => {
  test('lie in the zip once, under names that people can read, and come back', async () => {
    const project = await projectWith(jpeg, wave);
    const blob = await write(project, [jpeg, wave]);
    const archive = await openArchive(blob, 'p.zip');
    expect(archive.ok && archive.value.names).toEqual([
      'actions/01 cat.jpg',
      'actions/02 ding_dong.wav',
      'handful.json',
    ]);
    const opened = await openProjectFile(blob, 'p.zip');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    expect(opened.value.document.project).toEqual(project);
    for (const bytes of [jpeg, wave]) {
      const read = await opened.value.file(await sha256Of(bytes));
      expect(read).toEqual({ ok: true, value: bytes });
    }
    expect(await opened.value.file('0'.repeat(64))).toEqual({ ok: true, value: null });
  });

  test('one that is gone is left out, and the action stays', async () => {
    const project = await projectWith(jpeg, wave);
    const opened = await openProjectFile(await write(project, [wave]), 'p.zip');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    expect(opened.value.document.project.use).toEqual(project.use);
    expect(await opened.value.file(await sha256Of(jpeg))).toEqual({ ok: true, value: null });
  });

  test.each([
    ['no picture', 'cat', () => wave, /is no JPEG/],
    ['a picture without a size', 'cat', () => jpeg.slice(0, 8), /how large it is/],
    ['too many pixels', 'cat', () => jpegOf(1601, 900), /too large: 1601 × 900 pixels/],
    ['too many bytes', 'cat', () => new Uint8Array(4 * 1024 ** 2 + 1), /too large/],
    ['another picture', 'cat', () => jpegOf(900, 900), /not the file that it was/],
    ['a picture as a sound', 'dong', () => jpeg, /no sound as Handful keeps them/],
    [
      'too long a sound',
      'dong',
      () => writeWave({ samples: new Float32Array(31 * 8000), sampleRate: 8000 }),
      /is too long/,
    ],
    [
      'another sound',
      'dong',
      () => writeWave({ samples: Float32Array.of(0, 0.5, 0.5), sampleRate: 44_100 }),
      /not the file that it was/,
    ],
  ])('%s is refused in words', async (_, name, bytes, words) => {
    const blob = await write(await projectWith(jpeg, wave), [jpeg, wave]);
    const broken = await changed(blob, (each, old) => (each.includes(name) ? bytes() : old));
    const opened = await openProjectFile(broken, 'p.zip');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    const read = await opened.value.file(await sha256Of(name === 'cat' ? jpeg : wave));
    expect(read).toMatchObject({ ok: false, failure: { code: 'bad-file' } });
    expect(!read.ok && read.failure.code === 'bad-file' && read.failure.reason).toMatch(words);
  });

  test('a list that contradicts the zip or the actions is refused', async () => {
    const blob = await write(await projectWith(jpeg, wave), [jpeg, wave]);
    const gone = await changed(blob, (name, bytes) => (name.includes('cat') ? null : bytes));
    const lists: ((header: Record<string, unknown>) => void)[] = [
      (header) => (header.ownFiles as unknown[]).push((header.ownFiles as unknown[])[0]),
      (header) => (header.project = emptyProject('p', 'P', 'net@1', 5)),
      (header) => (header.ownFiles = [{ hash: '../x', file: 'handful.json' }]),
      (header) => (header.ownFiles = 'many'),
    ];
    const broken = await Promise.all(lists.map((change) => changedHeader(blob, change)));
    for (const each of [gone, ...broken]) {
      const opened = await openProjectFile(each, 'p.zip');
      expect(opened).toMatchObject({ ok: false, failure: { code: 'bad-file' } });
    }
  });

  test('a file of an earlier version has none', async () => {
    const blob = await write(emptyProject('p', 'P', 'net@1', 5), []);
    const old = await changedHeader(blob, (header) => delete header.ownFiles);
    expect((await openProjectFile(old, 'p.zip')).ok).toBe(true);
  });
});
