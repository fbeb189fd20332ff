import { describe, expect, test } from 'vitest';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import {
  cellWords,
  fieldWords,
  layerDoes,
  mapWords,
  mirrored,
  stopsOf,
  totalOf,
} from './layer-words.ts';

const layer = (changes: Partial<BackboneLayer>): BackboneLayer => ({
  name: 'conv',
  kind: 'conv',
  kernelHeight: 3,
  kernelWidth: 3,
  stride: 1,
  inputSide: 8,
  outputSide: 8,
  inputChannels: 3,
  outputChannels: 4,
  activation: 'relu',
  adds: false,
  parameters: 10,
  multiplyAdds: 100,
  ...changes,
});

test('what a layer does', () => {
  expect(layerDoes(layer({}))).toBe('slides a 3 × 3 window over the picture');
  expect(layerDoes(layer({ inputChannels: 8 }))).toBe(
    'slides a 3 × 3 window over all maps together',
  );
  expect(layerDoes(layer({ kind: 'depthwise', stride: 2 }))).toBe(
    'slides a 3 × 3 window over each map by itself, in steps of 2',
  );
  expect(layerDoes(layer({ kernelHeight: 1, kernelWidth: 1, adds: true }))).toBe(
    'mixes all maps, place by place, and adds what came in earlier',
  );
});

describe('stops', () => {
  test('one for each size, the last that is never negative', () => {
    const layers = [
      layer({}),
      layer({ activation: 'linear' }),
      layer({ outputSide: 4 }),
      layer({ outputSide: 4 }),
      layer({ outputSide: 4, activation: 'linear' }),
      layer({ outputSide: 2, activation: 'linear' }),
    ];
    expect(stopsOf(layers)).toEqual([
      { layer: 0, side: 8 },
      { layer: 3, side: 4 },
      { layer: 5, side: 2 },
    ]);
    expect(totalOf(layers, 'parameters')).toBe(60);
  });
});

test('mirrored twice is what it was', () => {
  const map = Float32Array.of(1, 2, 3, 4);
  expect(Array.from(mirrored(map, 2))).toEqual([2, 1, 4, 3]);
  expect(mirrored(mirrored(map, 2), 2)).toEqual(map);
});

test('no cell sees more than the picture', () => {
  expect([11, 159, 160, 491].map((side) => fieldWords(side, 160))).toEqual([
    '11 px',
    '159 px',
    '160 px (the whole picture)',
    '160 px (the whole picture)',
  ]);
  const cell = { row: 0, column: 1 };
  expect(cellWords(cell, { width: 160, height: 160 }, 160)).toContain('the whole picture');
  expect(cellWords(cell, { width: 160, height: 159 }, 160)).toContain('99 %');
});

test('a map says where it is most active', () => {
  expect(mapWords(6, [0, 0, 0, 0, 0, 0, 0, 0, 9], 3)).toBe('Map 7, most active in the lower right');
  expect(mapWords(0, [2, 2, 2, 2], 2)).toBe('Map 1, the same everywhere');
});
