import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { KnnSpec } from '#lib/core/head-spec.ts';

import { evidenceOf, viewOfHead } from './evidence.ts';
import { fitKnn, fitKnnInStore, knnHead, knnInStore } from './knn.ts';
import { classesOf, largestDifference, randomSamples, storeOf, valueOf } from './testing.ts';

const dimension = 9;
const spec: KnnSpec = { kind: 'knn', k: 3, balanced: true };

describe('a KNN head in the store', () => {
  it('says what a head with copies says, whatever came, left and moved since', () => {
    const verb = fc.record({
      kind: fc.constantFrom('add', 'remove', 'move', 'change'),
      pick: fc.nat(200),
    });
    fc.assert(
      fc.property(fc.integer(), fc.array(verb, { maxLength: 40 }), (seed, verbs) => {
        const pool = randomSamples(seed, dimension, [20, 20, 20, 20]);
        const store = storeOf([...pool.slice(0, 30), ...pool.slice(40, 70)], dimension);
        const classes = classesOf(3);
        const live = knnInStore(valueOf(fitKnnInStore(store, spec, classes)), store);
        for (const { kind, pick } of verbs) {
          const { id, classId, embedding } = pool[pick % pool.length]!;
          if (kind === 'add') store.put(id, classId, embedding);
          if (kind === 'remove') store.remove(id);
          if (kind === 'move') store.put(id, `c${pick % 4}`, embedding);
          if (kind === 'change')
            store.put(
              id,
              classId,
              embedding.map((x) => 2 * x + 0.1),
            );
        }
        const copied = knnHead(valueOf(fitKnn(store, spec, classes)));
        if (copied.trained.classIds.length < 3) return;
        const views = [live, copied].map((head) => viewOfHead(head, null));
        for (const { embedding } of randomSamples(seed + 1, dimension, [4, 4])) {
          expect(live.predict(embedding)).toEqual(copied.predict(embedding));
          const [ours, theirs] = views.map((view) => evidenceOf(view, embedding, embedding, 3));
          expect(largestDifference(ours!.totals, theirs!.totals)).toBeLessThan(1e-6);
          expect(largestDifference(ours!.cells, theirs!.cells)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('names the earlier class when the same picture is in two, whichever came first', () => {
    const embedding = Float32Array.from({ length: dimension }, (_, i) => i + 1);
    const one = { kind: 'knn', k: 1, balanced: false } as const;
    const samples = ['c1', 'c0'].map((classId) => ({ id: classId, classId, embedding }));
    for (const order of [samples, samples.toReversed()]) {
      const store = storeOf(order, dimension);
      const head = knnInStore(valueOf(fitKnnInStore(store, one, classesOf(2))), store);
      expect(Array.from(head.predict(embedding))).toEqual([1, 0]);
    }
  });

  it('knows no class when all samples have gone, and needs two to begin with', () => {
    const store = storeOf(randomSamples(1, dimension, [2, 2]), dimension);
    const head = knnInStore(valueOf(fitKnnInStore(store, spec, classesOf(2))), store);
    store.clear();
    expect(Array.from(head.predict(new Float32Array(dimension)))).toEqual([0.5, 0.5]);
    expect(fitKnnInStore(store, spec, classesOf(2))).toMatchObject({
      failure: { code: 'too-few-classes' },
    });
  });
});
