import { describe, expect, test } from 'vitest';
import { noSamples, samplesByClass } from '#lib/core/class-samples.ts';
import type { ProjectClass, Sample } from '#lib/core/project.ts';
import type { MapLayout } from '#lib/core/sample-map.ts';
import { mapPoints, pointWords, shapeOfTake, type MapPoints } from './map-points.ts';
import { nearestOnMap } from './map-selection.ts';
import { classPlaces, coverageWords, mapSummary } from './map-words.ts';

const classes: ProjectClass[] = ['Cup', 'Hand', 'Off'].map((name, n) => ({
  id: `c${n}`,
  name,
  colour: n,
  enabled: name !== 'Off',
}));

/** Sample `sNN` of class `c`, take `t`. */
const sample = (n: number, c: number, t: number): Sample => ({
  id: `s${n}`,
  classId: `c${c}`,
  takeId: `t${t}`,
  capturedAtMs: n,
  source: 'camera',
  sizePx: 256,
});

const samples = [
  sample(0, 0, 0),
  sample(1, 1, 1),
  sample(2, 0, 2),
  sample(3, 1, 1),
  sample(4, 2, 3),
];
const layout: MapLayout = {
  kind: 'pca',
  ids: ['s3', 's2', 's1', 's0', 'gone', 's4'],
  places: Float32Array.of(10, 1, 0, 1, 10, 0, 0, 0, 5, 5, 7, 7),
  shown: 0.34,
  laidOut: 6,
};

function pointsOf(list: readonly Sample[]): MapPoints {
  const byClass = samplesByClass(list);
  return mapPoints(layout, classes, (id) => byClass.get(id) ?? noSamples);
}

describe('mapPoints', () => {
  test('each sample has its own place, in the order of class and take; what is gone or off is absent', () => {
    const points = pointsOf(samples);
    expect(points.samples.map(({ id }) => id)).toEqual(['s0', 's2', 's1', 's3']);
    expect(Array.from(points.places)).toEqual([0, 0, 0, 1, 10, 0, 10, 1]);
    expect(points.classes.map(({ name }) => name)).toEqual(['Cup', 'Hand']);
    expect(pointWords(points, 1)).toBe('Cup, take 2, sample 1 of 1');
    expect(pointWords(points, 3)).toBe('Hand, take 1, sample 2 of 2');
  });

  test('a sample that was moved is at the same place under its new class', () => {
    const points = pointsOf(
      samples.map((each) => (each.id === 's1' ? { ...each, classId: 'c0' } : each)),
    );
    const moved = points.samples.findIndex(({ id }) => id === 's1');
    expect(points.classIndexes[moved]).toBe(0);
    expect(points.places[2 * moved]).toBe(10);
  });

  test('shapes come again after the last', () => {
    expect(shapeOfTake(1)).toBe(shapeOfTake(7));
    expect(shapeOfTake(1)).not.toBe(shapeOfTake(2));
  });
});

describe('words', () => {
  test('classes that keep to themselves, and one that does not', () => {
    expect(mapSummary(classPlaces(pointsOf(samples)))).toBe(
      'Every class keeps to itself on this map.',
    );
    const mixed = pointsOf(
      samples.map((each) => (each.id === 's3' ? { ...each, classId: 'c0' } : each)),
    );
    expect(mapSummary(classPlaces(mixed))).toBe(
      'Not all keep to themselves: “Cup” (beside “Hand”), “Hand” (beside “Cup”).',
    );
    expect(mapSummary(classPlaces(pointsOf(samples.slice(0, 1))))).toContain('One class only');
  });

  test('how much the map shows', () => {
    expect(coverageWords(layout)).toBe('These two directions show 34 % of all differences.');
    const umap = { ...layout, kind: 'umap', shown: null } as const;
    expect(coverageWords(umap)).toBe('6 samples laid out.');
    expect(coverageWords({ ...umap, laidOut: 4 })).toContain(
      '4 of 6 samples laid out; the other 2',
    );
  });
});

test('the nearest on the map, nearest first, without the mark itself', () => {
  expect(nearestOnMap(Float32Array.of(0, 0, 3, 0, 1, 0, 9, 9), 0, 2)).toEqual([2, 1]);
});
