import { describe, expect, test } from 'vitest';
import type { EngineState } from '#lib/engine/protocol.ts';
import type { KnnDataset } from '#lib/exchange/knn-json.ts';
import { frameTimes } from './film-feed.ts';
import { chooseKnnBackbone } from './knn-backbone.ts';

const facts = { note: '', licence: '', inputSizePx: 160, parameters: 1, bytes: 1 };
const inUse = { ...facts, id: 'net@1', name: 'Net', embeddingSize: 4, sha256: 'ab'.repeat(32) };
const ready = {
  backbone: inUse,
  catalogue: [inUse, { ...facts, id: 'other@1', name: 'Other', embeddingSize: 8 }],
} as unknown as EngineState;

function dataset(dimension: number, backbone: KnnDataset['backbone'], classes = 2): KnnDataset {
  const rows = Array.from({ length: classes }, (_, i) => {
    return { label: `${i}`, rows: 1, values: new Float32Array(dimension) };
  });
  return { classes: rows, dimension, backbone, warnings: [] };
}

describe('which backbone a KNN file belongs to', () => {
  test.each([
    ['the one in use', dataset(4, { id: 'net@1', sha256: inUse.sha256 }), 'net@1', /^$/],
    ['another one that is here', dataset(8, { id: 'other@1', sha256: 'cd' }), 'other@1', /^$/],
    ['not said, of the same length', dataset(4, null), 'net@1', /does not say which network/],
    ['not said, of another length', dataset(5, null), null, /5 a sample, where Net has 4/],
    ['other weights', dataset(4, { id: 'net@1', sha256: 'cd' }), null, /other weights/],
    ['not here', dataset(4, { id: 'far@1', sha256: 'cd' }), null, /not installed here/],
    [
      'a length that does not fit',
      dataset(5, { id: 'other@1', sha256: 'cd' }),
      null,
      /not installed/,
    ],
    ['one class', dataset(4, null, 1), null, /one class only/],
  ])('%s', (_, data, id, words) => {
    const { backbone, warnings } = chooseKnnBackbone(data, ready);
    expect(backbone?.id ?? null).toBe(id);
    expect(warnings.join(' ')).toMatch(words);
    expect(warnings.some((each) => each.includes('Only the names'))).toBe(id === null);
  });
});

describe('frames of a film', () => {
  test('as many a second as wished, inside the film, at most 300', () => {
    expect(frameTimes(2, 4)).toEqual([0.125, 0.375, 0.625, 0.875, 1.125, 1.375, 1.625, 1.875]);
    expect(frameTimes(0.05, 8)).toEqual([0.025]);
    const long = frameTimes(3600, 8);
    expect(long.length).toBe(300);
    expect(Math.max(...long)).toBeLessThan(3600);
  });
});
