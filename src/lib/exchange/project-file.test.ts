import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { succeed } from '#lib/core/failure.ts';
import { emptyProject, type ProjectDocument, type Sample } from '#lib/core/project.ts';
import { documentArbitrary, headArbitrary, jpegOf } from './exchange.test-helper.ts';
import { floatBytes } from './numbers.ts';
import { openProjectFile, withFreshIds, writeProjectFile } from './project-file.ts';
import { createArchive } from './zip.ts';

const signal = new AbortController().signal;
const numberOf = (id: string): number => Number(id.slice(1)) + 3;
const embeddingsOf = ({ samples }: ProjectDocument): Map<string, Float32Array> =>
  new Map(samples.slice(1).map(({ id }) => [id, Float32Array.of(numberOf(id), 0.25)]));

const noFile = () => Promise.resolve(null);
const none = () => Promise.resolve(succeed(new Map<string, Float32Array>()));

async function write(document: ProjectDocument): Promise<Blob> {
  const written = await writeProjectFile({
    document,
    backbone: { id: 'net@1', sha256: 'ab'.repeat(32) },
    importedHead: null,
    embeddings: () => Promise.resolve(succeed(embeddingsOf(document))),
    jpeg: (id) => Promise.resolve(jpegOf(numberOf(id))),
    file: noFile,
    signal,
    onProgress: () => undefined,
  });
  if (!written.ok) throw new Error(JSON.stringify(written.failure));
  return written.value;
}

/** A project of many samples in two classes. */
function manySamples(count: number): ProjectDocument {
  const classes = ['a', 'b'].map((id, i) => ({ id, name: id, colour: i, enabled: true }));
  const samples = Array.from({ length: count }, (_, i): Sample => ({
    id: `s${i}`,
    classId: i % 2 === 0 ? 'a' : 'b',
    takeId: 't',
    capturedAtMs: i,
    source: 'camera',
    sizePx: 256,
  }));
  return { project: { ...emptyProject('p', 'P', 'net@1', 5), classes }, samples };
}

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
          const embedding = await opened.value.embedding(id);
          expect(embedding).toEqual(embeddingsOf(document).get(id) ?? null);
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
    const written = await writeProjectFile({
      document: { ...document!, samples: [] },
      backbone: null,
      importedHead: head!,
      embeddings: none,
      jpeg: () => Promise.resolve(null),
      file: noFile,
      signal,
      onProgress: () => undefined,
    });
    const opened = await openProjectFile(written.ok ? written.value : new Blob(), 'p.zip');
    expect(opened.ok && opened.value.importedHead).toEqual(head);
  });

  test('asks for the embeddings of some hundred samples at a time, and gives each its own', async () => {
    const document = manySamples(620);
    const asked: number[] = [];
    const written = await writeProjectFile({
      document,
      backbone: { id: 'net@1', sha256: 'ab'.repeat(32) },
      importedHead: null,
      embeddings: (samples) => {
        asked.push(samples.length);
        const own = samples.filter(({ id }) => id !== 's520');
        return Promise.resolve(
          succeed(new Map(own.map(({ id }) => [id, Float32Array.of(numberOf(id), 0.25)]))),
        );
      },
      jpeg: (id) => Promise.resolve(jpegOf(numberOf(id))),
      file: noFile,
      signal,
      onProgress: () => undefined,
    });
    expect(Math.max(...asked)).toBeLessThanOrEqual(500);
    const opened = await openProjectFile(written.ok ? written.value : new Blob(), 'p.zip');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    for (const { id } of document.samples) {
      const expected = id === 's520' ? null : Float32Array.of(numberOf(id), 0.25);
      expect(await opened.value.embedding(id)).toEqual(expected);
    }
  });

  test('opens a file of version 1, which had all embeddings in one file', async () => {
    const archive = createArchive();
    await archive.bytes('samples/01 Up/00001.jpg', jpegOf(1), true);
    await archive.bytes('samples/01 Up/00002.jpg', jpegOf(2), true);
    await archive.text('handful.json', JSON.stringify(versionOne));
    await archive.bytes('embeddings.bin', floatBytes([Float32Array.of(0.5, 2, 8)]));
    const opened = await openProjectFile(await archive.finish(), 'old.zip');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    expect(opened.value.document.project.name).toBe('Old');
    expect(opened.value.document.samples.map(({ id }) => id)).toEqual(['one', 'two']);
    expect(opened.value.backbone?.id).toBe('net@1');
    expect(await opened.value.embedding('one')).toBe(null);
    expect(await opened.value.embedding('two')).toEqual(Float32Array.of(0.5, 2, 8));
    expect(await opened.value.jpeg('two')).toEqual({ ok: true, value: jpegOf(2) });
  });

  test('an embedding with damaged bytes is one that is computed again', async () => {
    const archive = createArchive();
    for (const n of [1, 2]) await archive.bytes(`samples/01 Up/0000${n}.jpg`, jpegOf(n), true);
    await archive.text('handful.json', JSON.stringify(versionOne));
    await archive.bytes('embeddings.bin', floatBytes([Float32Array.of(1, NaN, 1)]));
    const opened = await openProjectFile(await archive.finish(), 'old.zip');
    expect(opened.ok && (await opened.value.embedding('two'))).toBe(null);
  });

  test('embeddings of the wrong length are refused', async () => {
    const archive = createArchive();
    for (const n of [1, 2]) await archive.bytes(`samples/01 Up/0000${n}.jpg`, jpegOf(n), true);
    await archive.text('handful.json', JSON.stringify(versionOne));
    await archive.bytes('embeddings.bin', floatBytes([Float32Array.of(1, 2)]));
    const opened = await openProjectFile(await archive.finish(), 'old.zip');
    expect(opened).toMatchObject({
      ok: false,
      failure: { reason: 'is damaged (embeddings.bin has the wrong length).' },
    });
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
        embeddings: none,
        jpeg: () => Promise.resolve(jpegOf(1)),
        file: noFile,
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

/** As version 0.2.0 wrote it. Never changed: files like this one are out there. */
const versionOne = {
  format: 'handful-project',
  version: 1,
  project: {
    id: 'old',
    name: 'Old',
    createdAtMs: 1000,
    updatedAtMs: 2000,
    backboneId: 'net@1',
    classes: [{ id: 'c0', name: 'Up', colour: 3, enabled: true }],
    heads: {
      selected: 'ridge',
      ridge: { kind: 'ridge', lambda: 1, temperature: 1, balanced: true },
      knn: { kind: 'knn', k: 5, balanced: true },
      dense: {
        kind: 'dense',
        epochs: 30,
        batchSize: 16,
        learningRate: 0.001,
        hiddenUnits: 100,
        dropout: 0.2,
        seed: 1,
        balanced: true,
      },
    },
    capture: {
      framesPerSecond: 8,
      countdownSeconds: 3,
      burstSeconds: 2,
      mirror: true,
      crop: { centreX: 0.5, centreY: 0.5, size: 1 },
    },
    live: { smoothing: 0.5, unknownThreshold: null, unknownEnabled: true },
  },
  samples: ['one', 'two'].map((id, i) => ({
    id,
    classId: 'c0',
    takeId: 't0',
    capturedAtMs: 1000 + i,
    source: 'camera',
    sizePx: 256,
    file: `samples/01 Up/0000${i + 1}.jpg`,
  })),
  backbone: { id: 'net@1', sha256: 'ab'.repeat(32) },
  embeddings: { dimension: 3, sampleIds: ['two'] },
  importedHead: false,
};

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
