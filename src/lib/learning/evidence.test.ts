import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { createHead } from './create-head.ts';
import { evidenceOf, viewOfHead, type Evidence } from './evidence.ts';
import { featuresOf } from './features.ts';
import type { DenseHead, DenseLayer, TrainedHead, Whitening } from './head.ts';
import { fitKnn } from './knn.ts';
import { fitRidge, ridgeScores } from './ridge.ts';
import { softmax } from './softmax.ts';
import {
  axisWhitening,
  classesOf,
  largestDifference,
  randomSamples,
  storeOf,
  valueOf,
} from './testing.ts';

const dimension = 12;
const { ridge, knn, dense } = defaultHeadSettings;

/** Activations [P, D] as after a ReLU, and their mean [D]. */
function activationsOf(seed: number, positions: number) {
  const random = seededRandom(seed);
  const activations = Float32Array.from({ length: positions * dimension }, () =>
    Math.max(0, 3 * random() - 1),
  );
  const embedding = new Float32Array(dimension);
  activations.forEach((value, i) => {
    embedding[i % dimension] = (embedding[i % dimension] ?? 0) + value / positions;
  });
  return { activations, embedding };
}

/** For each class the sum of its cells and what lies elsewhere. */
function sumsOf({ cells, elsewhere }: Evidence): number[] {
  const positions = cells.length / elsewhere.length;
  return Array.from(elsewhere, (start, c) =>
    cells.subarray(c * positions, (c + 1) * positions).reduce((sum, value) => sum + value, start),
  );
}

function denseOf(seed: number, classes: number, hidden: readonly number[]): DenseHead {
  const random = seededRandom(seed);
  const sizes = [dimension, ...hidden, classes];
  const layers = sizes.slice(1).map((units, i): DenseLayer => {
    const inputs = sizes[i] ?? 0;
    return {
      kernel: Float32Array.from({ length: inputs * units }, () => random() - 0.5),
      bias: Float32Array.from({ length: units }, () => random() - 0.5),
      units,
      activation: i === hidden.length ? 'softmax' : 'relu',
    };
  });
  const names = classesOf(classes);
  return {
    kind: 'dense',
    spec: dense,
    layers,
    backboneId: 'test@1',
    backboneSha256: 'ab',
    classIds: names.map(({ id }) => id),
    labels: names.map(({ name }) => name),
    dimension,
    sampleCount: 2,
  };
}

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  classes: fc.integer({ min: 2, max: 5 }),
  positions: fc.constantFrom(1, 4, 25),
});

function explained(head: TrainedHead, whitening: Whitening | null, seed: number, places: number) {
  const { activations, embedding } = activationsOf(seed, places);
  const live = valueOf(createHead(head, whitening));
  const evidence = evidenceOf(
    viewOfHead(live, whitening),
    activations,
    embedding,
    head.classIds.length,
  );
  const probabilities = live.predict(embedding);
  return { evidence, embedding, activations, probabilities };
}

describe('the cells of a class add up to what the head computes', () => {
  test.each([
    ['square roots', null],
    ['whitened square roots', axisWhitening(dimension, [1, 4, 5], 0.7)],
  ])('ridge on %s', (_, whitening) => {
    fc.assert(
      fc.property(cases, ({ seed, classes, positions }) => {
        const samples = randomSamples(seed, dimension, new Array<number>(classes).fill(3));
        const store = storeOf(samples, dimension, whitening);
        const head = valueOf(fitRidge(store, ridge, classesOf(classes)));
        const { evidence, embedding } = explained(head, whitening, seed + 1, positions);
        const scores = ridgeScores(head, featuresOf(embedding, whitening));
        expect(largestDifference(evidence.totals, scores)).toBeLessThan(1e-4);
        expect(largestDifference(sumsOf(evidence), scores)).toBeLessThan(1e-4);
        expect(evidence.elsewhere).toEqual(head.bias);
      }),
    );
  });

  test.each([[[]], [[7]], [[6, 5]]])('dense with hidden layers %j', (hidden) => {
    fc.assert(
      fc.property(cases, ({ seed, classes, positions }) => {
        const head = denseOf(seed, classes, hidden);
        const { evidence, probabilities } = explained(head, null, seed + 1, positions);
        expect(largestDifference(sumsOf(evidence), evidence.totals)).toBeLessThan(1e-4);
        // Totals are logits but for a number that all classes share.
        const again = softmax(Float64Array.from(evidence.totals));
        expect(largestDifference(again, probabilities)).toBeLessThan(1e-4);
      }),
    );
  });

  test('knn: the cosine to the nearest sample of each class, against their mean', () => {
    fc.assert(
      fc.property(cases, ({ seed, classes, positions }) => {
        const samples = randomSamples(seed, dimension, new Array<number>(classes).fill(3));
        const head = valueOf(fitKnn(storeOf(samples, dimension), knn, classesOf(classes)));
        const { evidence, embedding } = explained(head, null, seed + 1, positions);
        const cosines = classesOf(classes).map(({ id }) =>
          Math.max(
            ...samples
              .filter(({ classId }) => classId === id)
              .map((sample) => cosine(sample.embedding, embedding)),
          ),
        );
        const mean = cosines.reduce((sum, value) => sum + value, 0) / classes;
        const wanted = cosines.map((value) => value - mean);
        expect(largestDifference(sumsOf(evidence), wanted)).toBeLessThan(1e-4);
        expect(largestDifference(evidence.totals, wanted)).toBeLessThan(1e-4);
      }),
    );
  });
});

describe('where the evidence lies', () => {
  test('a position without activation has only its share of what is usual', () => {
    const samples = randomSamples(3, dimension, [3, 3]);
    const head = valueOf(fitRidge(storeOf(samples, dimension), ridge, classesOf(2)));
    const { activations } = activationsOf(4, 4);
    activations.fill(0, 2 * dimension, 3 * dimension);
    const embedding = new Float32Array(dimension);
    activations.forEach((value, i) => (embedding[i % dimension]! += value / 4));
    const { cells } = evidenceOf(
      viewOfHead(valueOf(createHead(head, null)), null),
      activations,
      embedding,
      2,
    );
    expect(Math.abs(cells[2] ?? 1) + Math.abs(cells[4 + 2] ?? 1)).toBe(0);
    expect(Math.abs(cells[0] ?? 0)).toBeGreaterThan(0);
  });

  test('evidence of a class stands where the channel that speaks for it is active', () => {
    const up = Float32Array.from({ length: dimension }, (_, d) => (d === 0 ? 2 : 0.3));
    const down = Float32Array.from({ length: dimension }, (_, d) => (d === 1 ? 2 : 0.3));
    const samples = [up, down].map((embedding, c) => ({
      id: `s${c}`,
      classId: `c${c}`,
      embedding,
    }));
    const head = valueOf(fitRidge(storeOf(samples, dimension), ridge, classesOf(2)));
    const activations = new Float32Array(9 * dimension).fill(0.3);
    activations[5 * dimension] = 15.3;
    const embedding = up;
    const { cells } = evidenceOf(
      viewOfHead(valueOf(createHead(head, null)), null),
      activations,
      embedding,
      2,
    );
    const ofUp = Array.from(cells.subarray(0, 9));
    expect(ofUp.indexOf(Math.max(...ofUp))).toBe(5);
  });
});

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  return dot / (Math.hypot(...a) * Math.hypot(...b));
}
