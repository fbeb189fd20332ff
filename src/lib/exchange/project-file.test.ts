import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProjectDocument } from '#lib/core/project.ts';
import { documentArbitrary, headArbitrary, jpegOf } from './exchange.test-helper.ts';
import { openProjectFile, withFreshIds, writeProjectFile } from './project-file.ts';
import { createArchive } from './zip.ts';

const signal = new AbortController().signal;
const numberOf = (id: string): number => Number(id.slice(1)) + 3;
const embeddingsOf = ({ samples }: ProjectDocument): Map<string, Float32Array> =>
  new Map(samples.slice(1).map(({ id }) => [id, Float32Array.of(numberOf(id), 0.25)]));

const write = (document: ProjectDocument): Promise<Blob> =>
  writeProjectFile({
    document,
    backbone: { id: 'net@1', sha256: 'ab'.repeat(32) },
    importedHead: null,
    embeddings: embeddingsOf(document),
    jpeg: (id) => Promise.resolve(jpegOf(numberOf(id))),
    signal,
    onProgress: () => undefined,
  });

describe('project file', () => {
  test('reads back everything it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(documentArbitrary, async (document) => {
        const blob = await write(document);
        const opened = await openProjectFile(blob, 'p.zip');
        if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
        expect(opened.value.document).toEqual(document);
        for (const { id } of document.samples) {
          expect(await opened.value.jpeg(id)).toEqual({ ok: true, value: jpegOf(numberOf(id)) });
          expect(opened.value.embedding(id)).toEqual(embeddingsOf(document).get(id) ?? null);
        }
        await opened.value.close();
      }),
      { numRuns: 40 },
    );
  });

  test('carries a head that came from a file', async () => {
    const [document] = fc.sample(documentArbitrary, { numRuns: 1, seed: 3 });
    const [head] = fc.sample(
      headArbitrary.filter(({ kind }) => kind === 'dense'),
      { numRuns: 1, seed: 3 },
    );
    const blob = await writeProjectFile({
      document: { ...document!, samples: [] },
      backbone: null,
      importedHead: head!,
      embeddings: new Map(),
      jpeg: () => Promise.resolve(null),
      signal,
      onProgress: () => undefined,
    });
    const opened = await openProjectFile(blob, 'p.zip');
    expect(opened.ok && opened.value.importedHead).toEqual(head);
  });

  test('fresh ids keep who belongs to whom', () => {
    fc.assert(
      fc.property(documentArbitrary, (document) => {
        let next = 0;
        const { document: fresh, originals } = withFreshIds(document, () => `new-${(next += 1)}`);
        expect(fresh.samples.map(({ id }) => originals.get(id))).toEqual(
          document.samples.map(({ id }) => id),
        );
        const place = ({ project, samples }: ProjectDocument): number[] =>
          samples.map(({ classId }) => project.classes.findIndex(({ id }) => id === classId));
        expect(place(fresh)).toEqual(place(document));
        expect(new Set(fresh.samples.map(({ takeId }) => takeId)).size).toBe(
          new Set(document.samples.map(({ takeId }) => takeId)).size,
        );
      }),
    );
  });

  test('stops when aborted', async () => {
    const [document] = fc.sample(
      documentArbitrary.filter(({ samples }) => samples.length > 2),
      { numRuns: 1, seed: 1 },
    );
    const stop = new AbortController();
    stop.abort();
    await expect(
      writeProjectFile({
        document: document!,
        backbone: null,
        importedHead: null,
        embeddings: new Map(),
        jpeg: () => Promise.resolve(jpegOf(1)),
        signal: stop.signal,
        onProgress: () => undefined,
      }),
    ).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
  });

  test('random damage is refused in words, never by an exception', async () => {
    const [document] = fc.sample(
      documentArbitrary.filter(({ samples }) => samples.length > 3),
      { numRuns: 1, seed: 2 },
    );
    const bytes = new Uint8Array(await (await write(document!)).arrayBuffer());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const broken = bytes.slice();
          broken[at] = (broken[at] ?? 0) ^ flip;
          const opened = await openProjectFile(new Blob([broken]), 'broken.zip');
          if (!opened.ok) {
            expect(opened.failure.code).toBe('bad-file');
            return;
          }
          for (const { id } of opened.value.document.samples) await opened.value.jpeg(id);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a project file from elsewhere', () => {
  test('a project that contradicts itself is refused', async () => {
    const [document] = fc.sample(
      documentArbitrary.filter(({ samples }) => samples.length > 1),
      { numRuns: 1, seed: 4 },
    );
    const [first, ...rest] = document!.samples;
    for (const samples of [
      [first!, first!],
      [{ ...first!, classId: 'elsewhere' }, ...rest],
    ]) {
      const opened = await openProjectFile(await writeAnyway(document!, samples), 'p.zip');
      expect(opened.ok).toBe(false);
    }
  });

  async function writeAnyway(
    { project }: ProjectDocument,
    samples: ProjectDocument['samples'],
  ): Promise<Blob> {
    const archive = createArchive();
    await archive.bytes('a.jpg', jpegOf(1), true);
    const header = {
      format: 'handful-project',
      version: 1,
      project,
      samples: samples.map((sample) => ({ ...sample, file: 'a.jpg' })),
      backbone: null,
      embeddings: null,
      importedHead: false,
    };
    await archive.text('handful.json', JSON.stringify(header));
    return archive.finish();
  }
});
