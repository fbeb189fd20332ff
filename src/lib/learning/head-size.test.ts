import { expect, test } from 'vitest';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { headSize } from './head-size.ts';
import type { DenseHead } from './head.ts';
import { fitKnn } from './knn.ts';
import { fitRidge } from './ridge.ts';
import { classesOf, randomSamples, storeOf, valueOf } from './testing.ts';

const { ridge, knn, dense } = defaultHeadSettings;
const store = storeOf(randomSamples(1, 6, [4, 4, 4]), 6);

test('ridge: a weight a number of the embedding and class, and a bias a class', () => {
  const head = valueOf(fitRidge(store, ridge, classesOf(3)));
  expect(headSize(head)).toEqual({ trained: 6 * 3 + 3, remembered: 0, multiplyAdds: 18 });
});

test('knn trains nothing and remembers every embedding', () => {
  const head = valueOf(fitKnn(store, knn, classesOf(3)));
  expect(headSize(head)).toEqual({ trained: 0, remembered: 72, multiplyAdds: 72 });
});

test('dense: all layers together', () => {
  const layer = (inputs: number, units: number, activation: 'relu' | 'softmax') => ({
    kernel: new Float32Array(inputs * units),
    bias: new Float32Array(units),
    units,
    activation,
  });
  const { backboneId, backboneSha256 } = store.origin;
  const head: DenseHead = {
    kind: 'dense',
    spec: dense,
    layers: [layer(6, 10, 'relu'), layer(10, 3, 'softmax')],
    backboneId,
    backboneSha256,
    classIds: ['c0', 'c1', 'c2'],
    labels: ['a', 'b', 'c'],
    dimension: 6,
    sampleCount: 12,
  };
  expect(headSize(head)).toEqual({ trained: 70 + 33, remembered: 0, multiplyAdds: 90 });
});
