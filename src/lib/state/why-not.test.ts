import { describe, expect, test } from 'vitest';
import { whyNot } from './why-not.ts';

describe('why a file cannot be saved', () => {
  test('samples need a class, models two that are taught', () => {
    const empty = { classes: 0, layered: true, ownFormat: true, head: null };
    expect(whyNot('project-out', empty)).toContain('nothing to save');
    expect(whyNot('project-out', { ...empty, classes: 1 })).toBeUndefined();
    expect(whyNot('onnx-out', { ...empty, classes: 1 })).toContain('Teach two classes');
  });

  test('neighbours go into everything but layers', () => {
    const knn = { classes: 2, layered: true, ownFormat: true, head: 'knn' } as const;
    expect(whyNot('tm-model-out', knn)).toContain('nearest neighbours');
    expect(whyNot('onnx-out', knn)).toBeUndefined();
    expect(whyNot('page-out', knn)).toBeUndefined();
  });

  test('a network that comes as a graph can only leave its head', () => {
    const graph = { classes: 2, layered: false, ownFormat: false, head: 'ridge' } as const;
    expect(whyNot('onnx-out', graph)).toContain('layers');
    expect(whyNot('head-out', graph)).toBeUndefined();
  });

  test('a graph whose layers are known goes into layers, but not into what the runtime reads', () => {
    const folded = { classes: 2, layered: true, ownFormat: false, head: 'ridge' } as const;
    expect(whyNot('onnx-out', folded)).toBeUndefined();
    expect(whyNot('tm-model-out', folded)).toBeUndefined();
    expect(whyNot('page-out', folded)).toContain('runtime cannot run');
    expect(whyNot('runtime-out', folded)).toContain('runtime cannot run');
  });
});
