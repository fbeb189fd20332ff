import { describe, expect, test } from 'vitest';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import { layerDoes, mirrored, stopsOf, totalOf } from './layer-words.ts';

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
