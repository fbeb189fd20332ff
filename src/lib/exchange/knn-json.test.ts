import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { create } from '@tensorflow-models/knn-classifier';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnnHead } from '#lib/learning/head.ts';
import { knnHead } from '#lib/learning/knn.ts';
import { headArbitrary } from './exchange.test-helper.ts';
import { knnHeadOf } from './knn-head.ts';
import { knnDatasetFrom, knnJsonParts, mostKnnNumbers, type KnnDataset } from './knn-json.ts';
import { openFiles, summaryOf } from './open-file.ts';

const knnArbitrary = headArbitrary.filter((head): head is KnnHead => head.kind === 'knn');
const origin = { id: 'net@1', sha256: 'ab'.repeat(32) };

function read(json: unknown): KnnDataset {
  const data = knnDatasetFrom(json, 'it.json');
  if (!data?.ok) throw new Error(JSON.stringify(data));
  return data.value;
}

function refusal(json: unknown): string {
  const data = knnDatasetFrom(json, 'it.json');
  if (!data || data.ok || data.failure.code !== 'bad-file') throw new Error('not refused');
  return data.failure.reason;
}

const textOf = (head: KnnHead): string => [...knnJsonParts(head)].join('');

describe('writing', () => {
  test('every dataset comes back, number by number', () => {
    fc.assert(
      fc.property(knnArbitrary, (head) => {
        const data = read(JSON.parse(textOf(head)));
        const back = knnHeadOf(data, origin);
        expect(data.backbone).toEqual({ id: head.backboneId, sha256: head.backboneSha256 });
        expect(back.classIndexes).toEqual(head.classIndexes);
        back.embeddings.forEach((x, i) => expect(x).toBeCloseTo(head.embeddings[i] ?? 9, 6));
      }),
      { numRuns: 60 },
    );
  });

  test('knn-classifier takes it and answers as the head does', async () => {
    const head: KnnHead = {
      ...knnHeadOf(
        read({
          dataset: { 0: { shape: [3, 3], label: 'up' }, 1: { shape: [2, 3], label: 'down' } },
          tensors: [
            [1, 0, 0, 0.9, 0.1, 0, 0.8, 0, 0.1],
            [0, 1, 0, 0, 0.9, 0.2],
          ],
        }),
        origin,
      ),
      spec: { kind: 'knn', k: 2, balanced: false },
    };
    // As ml5 loads its own files.
    const { dataset, tensors } = JSON.parse(textOf(head)) as {
      dataset: Record<string, { shape: [number, number]; dtype: 'float32'; label: string }>;
      tensors: Record<string, number>[];
    };
    const classifier = create();
    const loaded = tensors.map((tensor, i) => {
      const values = Object.keys(tensor).map((key) => tensor[key] ?? NaN);
      return tf.tensor2d(values, dataset[i]?.shape);
    });
    classifier.setClassifierDataset(Object.fromEntries(loaded.entries()));
    expect(Object.keys(dataset).map((key) => dataset[key]?.label)).toEqual(['up', 'down']);
    for (const query of [
      [0.9, 0.3, 0],
      [0.1, 0.7, 0.4],
    ]) {
      const { confidences } = await classifier.predictClass(tf.tensor1d(query), 2);
      const ours = knnHead(head).predict(Float32Array.from(query));
      expect([confidences['0'], confidences['1']]).toEqual(Array.from(ours));
    }
    classifier.dispose();
  });

  test('the text comes in parts no longer than a sample', () => {
    const [head] = fc.sample(knnArbitrary, { numRuns: 1, seed: 3 });
    if (!head) throw new Error('no head');
    const longest = Math.max(...Array.from(knnJsonParts(head), ({ length }) => length));
    expect(longest).toBeLessThan(60 * Math.max(head.dimension, 10 * head.labels.length));
  });
});

describe('reading', () => {
  test('rows under metadata.data, as marcelle keeps them', () => {
    const data = read({
      metadata: {
        data: {
          up: [[3, 4]],
          down: [
            [0, 2],
            [1, 0],
          ],
        },
      },
    });
    expect(data.classes.map(({ label, rows }) => [label, rows])).toEqual([
      ['up', 1],
      ['down', 2],
    ]);
    expect(Array.from(data.classes[0]?.values ?? [])).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(data.backbone).toBeNull();
  });

  test('a list of label, numbers, shape', () => {
    const data = read([
      ['a', [1, 0, 0, 1], [2, 2]],
      ['b', [1, 0], [1, 2]],
    ]);
    expect(data.classes.map(({ label, rows }) => [label, rows])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  test('a key is the name where there is no label; classes without samples are left out', () => {
    const data = read({
      dataset: { Rock: { shape: [1, 2] }, Paper: { shape: [0, 2] }, Air: null },
      tensors: [{ 0: 1, 1: 0 }, {}, null],
    });
    expect(data.classes.map(({ label }) => label)).toEqual(['Rock']);
    expect(data.warnings).toEqual(['Left out: 1 of the classes, which have no samples.']);
  });

  test('names from outside touch nothing', () => {
    const text =
      '{"dataset":{"__proto__":{"shape":[1,1]},"constructor":{"shape":[1,1]}},"tensors":[[1],[1]]}';
    const data = read(JSON.parse(text));
    expect(data.classes.map(({ label }) => label)).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'shape')).toBe(false);
  });

  test.each<[unknown, string]>([
    [{ dataset: {}, tensors: [] }, 'no samples'],
    [{ dataset: { 0: { shape: [1, 2] } }, tensors: [[1]] }, 'no numbers'],
    [{ dataset: { 0: { shape: [1, 1] } }, tensors: [[null]] }, 'no numbers'],
    [{ dataset: { 0: { shape: [1, 1] } }, tensors: [[1e300]] }, 'no numbers'],
    [{ dataset: { 0: { shape: [1, -1] } }, tensors: [[1]] }, 'do not fit'],
    [{ dataset: { 0: { shape: [1, 1] } }, tensors: [] }, 'do not fit'],
    [
      { dataset: { 0: { shape: [1, 1] }, 1: { shape: [1, 2] } }, tensors: [[1], [1, 2]] },
      'one length',
    ],
    [{ dataset: { 0: { shape: [mostKnnNumbers, 16] } }, tensors: [[1]] }, 'more numbers'],
    [{ metadata: { data: { a: [[1], [1, 2]] } } }, 'do not fit'],
  ])('%j is refused', (json, words) => {
    expect(refusal(json)).toContain(words);
  });

  test.each([[null], [1], [[]], [{}], [{ dataset: [] }], [{ metadata: { data: 1 } }]])(
    '%j is something else',
    (json) => {
      expect(knnDatasetFrom(json, 'it.json')).toBeNull();
    },
  );

  test('anything at all ends in a dataset, a refusal or neither', () => {
    const number = fc.oneof(fc.double(), fc.constant(null), fc.integer({ min: -2, max: 4 }));
    const tensor = fc.oneof(fc.array(number, { maxLength: 6 }), fc.object(), fc.constant(null));
    const entry = fc.record({ shape: fc.array(number, { maxLength: 3 }), label: fc.anything() });
    const json = fc.record({
      dataset: fc.dictionary(fc.string(), entry),
      tensors: fc.array(tensor, { maxLength: 4 }),
      metadata: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(json, fc.anything()), (value) => {
        const data = knnDatasetFrom(value, 'it.json');
        if (data?.ok !== true) return;
        for (const { values } of data.value.classes)
          expect(values.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('a file of it opens by its content, whatever it is called', async () => {
    const [head] = fc.sample(knnArbitrary, { numRuns: 1, seed: 3 });
    if (!head) throw new Error('no head');
    const blob = new Blob([...knnJsonParts(head)]);
    const opened = await openFiles([{ path: 'my data.txt', blob }], 'my data.txt');
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    expect(opened.value.name).toBe('my data');
    expect(summaryOf(opened.value)).toMatchObject({ kind: 'knn', takes: 0 });
  });
});
