import { describe, expect, it } from 'vitest';

import { defaultHeadSettings } from '#lib/core/head-spec.ts';

import { createHead } from './create-head.ts';
import { fitClosedForm } from './fit.ts';
import type { DenseHead, KnnHead, RidgeHead } from './head.ts';
import {
  axisWhitening,
  classesOf,
  largestDifference,
  randomSamples,
  storeOf,
  valueOf,
} from './testing.ts';
import { validateHead } from './validate-head.ts';

const dimension = 6;
const whitening = axisWhitening(dimension, [2], 0.5);
const store = storeOf(randomSamples(1, dimension, [3, 3]), dimension, whitening);
const ridge = valueOf(fitClosedForm(store, defaultHeadSettings.ridge, classesOf(2))) as RidgeHead;
const knn = valueOf(fitClosedForm(store, defaultHeadSettings.knn, classesOf(2))) as KnnHead;
const { backboneId, backboneSha256, classIds, labels, sampleCount } = ridge;
const base = { backboneId, backboneSha256, classIds, labels, sampleCount };
const dense: DenseHead = {
  ...base,
  kind: 'dense',
  spec: defaultHeadSettings.dense,
  dimension: 2,
  layers: [
    {
      kernel: Float32Array.of(1, -1, 0, 2, 1, 1),
      bias: Float32Array.of(0, 1, -9),
      units: 3,
      activation: 'relu',
    },
    {
      kernel: Float32Array.of(1, 0, 0, 1, 5, 5),
      bias: Float32Array.of(0, 0.5),
      units: 2,
      activation: 'softmax',
    },
  ],
};
const [first, second] = dense.layers as [DenseHead['layers'][0], DenseHead['layers'][0]];

const broken: [string, unknown][] = [
  ['nothing', null],
  ['a text', 'ridge'],
  ['an unknown kind', { ...ridge, kind: 'tree' }],
  ['a kind that objects inherit', { ...ridge, kind: 'toString' }],
  ['no backbone', { ...ridge, backboneSha256: undefined }],
  ['a dimension too large', { ...ridge, dimension: 16_385 }],
  ['a dimension that is not whole', { ...ridge, dimension: 5.5 }],
  ['one class', { ...ridge, classIds: ['c0'], labels: ['a'] }],
  ['fewer names than classes', { ...ridge, labels: ['a'] }],
  ['a class twice', { ...ridge, classIds: ['c0', 'c0'] }],
  [
    'too many classes',
    {
      ...ridge,
      classIds: Array.from({ length: 10_001 }, String),
      labels: Array.from({ length: 10_001 }, String),
    },
  ],
  ['settings of another kind', { ...ridge, spec: knn.spec }],
  ['a setting out of its limits', { ...ridge, spec: { ...ridge.spec, lambda: 0 } }],
  ['a setting that is no number', { ...knn, spec: { ...knn.spec, k: NaN } }],
  ['balanced missing', { ...knn, spec: { kind: 'knn', k: 3 } }],
  ['unknown features', { ...ridge, features: 'raw' }],
  ['a kernel too short', { ...ridge, kernel: ridge.kernel.subarray(1) }],
  ['a kernel as a list', { ...ridge, kernel: Array.from(ridge.kernel) }],
  ['a kernel with NaN', { ...ridge, kernel: ridge.kernel.map((v, i) => (i === 3 ? NaN : v)) }],
  ['a bias too long', { ...ridge, bias: new Float32Array(3) }],
  ['samples without class', { ...knn, classIndexes: knn.classIndexes.map(() => 2) }],
  ['a class without samples', { ...knn, classIndexes: knn.classIndexes.map(() => 1) }],
  ['a wrong count of samples', { ...knn, sampleCount: 5 }],
  ['samples cut off', { ...knn, embeddings: knn.embeddings.subarray(1) }],
  ['no layers', { ...dense, layers: [] }],
  ['layers that do not fit', { ...dense, layers: [second] }],
  [
    'a last layer without softmax',
    { ...dense, layers: [first, { ...second, activation: 'relu' }] },
  ],
  ['softmax in the middle', { ...dense, layers: [{ ...first, activation: 'softmax' }, second] }],
  ['an endless layer', { ...dense, layers: [first, { ...second, units: 1e9 }] }],
  [
    'a bias of infinity',
    { ...dense, layers: [first, { ...second, bias: Float32Array.of(0, Infinity) }] },
  ],
];

describe('validateHead', () => {
  it('accepts the head of every kind, also after a structured clone', () => {
    for (const head of [ridge, knn, dense])
      expect(validateHead(structuredClone(head)).ok).toBe(true);
  });

  it.each(broken)('refuses %s', (_, value) => {
    expect(validateHead(value)).toMatchObject({ ok: false, failure: { code: 'head-mismatch' } });
  });
});

describe('createHead', () => {
  it('makes probabilities that sum to 1, of every kind', () => {
    for (const trained of [ridge, knn, dense]) {
      const head = valueOf(createHead(trained, whitening));
      const probabilities = head.predict(new Float32Array(trained.dimension).fill(0.3));
      expect(probabilities).toHaveLength(2);
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
      expect(() => head.predict(new Float32Array(trained.dimension + 1))).toThrow(RangeError);
    }
  });

  it('computes a dense head’s layers', () => {
    // Hidden: relu([2, 0.5] · kernel + bias) = [3, 0, 0]; logits [3, 0.5].
    const [a = 0, b = 0] = valueOf(createHead(dense, null)).predict(Float32Array.of(2, 0.5));
    expect(
      largestDifference([a, b], [1 / (1 + Math.exp(-2.5)), 1 / (1 + Math.exp(2.5))]),
    ).toBeLessThan(1e-6);
  });

  it('refuses a whitened head without the whitening of its backbone, and wrong sizes', () => {
    const mismatch = { ok: false, failure: { code: 'head-mismatch' } };
    expect(createHead(ridge, null)).toMatchObject(mismatch);
    expect(createHead(ridge, axisWhitening(5, [0], 0.5))).toMatchObject(mismatch);
    expect(createHead({ ...ridge, bias: new Float32Array(1) }, whitening)).toMatchObject(mismatch);
    expect(createHead({ ...ridge, features: 'sqrt' }, null).ok).toBe(true);
  });
});

it('weights that are absurd but finite still make probabilities', () => {
  const huge = (layer: DenseHead['layers'][0]): DenseHead['layers'][0] => {
    return { ...layer, kernel: layer.kernel.map((x) => 3e38 * Math.sign(x)) };
  };
  const head = valueOf(createHead({ ...dense, layers: [huge(first), huge(second)] }, null));
  const sum = head.predict(Float32Array.of(3, 1)).reduce((total, p) => total + p, 0);
  expect(sum).toBeCloseTo(1);
});
