import '@tensorflow/tfjs-backend-cpu';
import { avgPool, conv2d, maxPool, ones, tensor, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { layers as tfLayers, sequential } from '@tensorflow/tfjs-layers';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  recapInput,
  recapNetwork,
  squarePicture,
  type LayerSpec,
  type Shape,
} from './layer-spec.ts';
import { fieldInStack, outputShape, stackFacts, windowCount } from './stack.ts';

const sliding: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('conv' as const),
    kernel: fc.integer({ min: 1, max: 7 }),
    stride: fc.integer({ min: 1, max: 3 }),
    maps: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({
    kind: fc.constant('pool' as const),
    of: fc.constantFrom('max' as const, 'average' as const),
    window: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
  }),
);
const dense: fc.Arbitrary<LayerSpec> = fc.record({
  kind: fc.constant('dense' as const),
  units: fc.integer({ min: 1, max: 9 }),
});
const stacks = fc
  .tuple(fc.array(sliding, { maxLength: 4 }), fc.array(dense, { maxLength: 2 }))
  .map(([first, last]) => [...first, ...last]);
const pictures = fc.record({
  kind: fc.constant('maps' as const),
  height: fc.integer({ min: 1, max: 24 }),
  width: fc.integer({ min: 1, max: 24 }),
  channels: fc.integer({ min: 1, max: 3 }),
});

function tfLayer(spec: LayerSpec, first: object) {
  if (spec.kind === 'dense') return tfLayers.dense({ units: spec.units, ...first });
  const { stride: strides } = spec;
  if (spec.kind === 'conv') {
    return tfLayers.conv2d({ kernelSize: spec.kernel, filters: spec.maps, strides, ...first });
  }
  const args = { poolSize: [spec.window, spec.window] as [number, number], strides, ...first };
  return spec.of === 'max' ? tfLayers.maxPooling2d(args) : tfLayers.averagePooling2d(args);
}

/** Shapes and parameters as `tf.layers` has them, one entry a layer of ours. Throws where `tf.layers` does. */
function asTensorFlow(picture: Extract<Shape, { kind: 'maps' }>, specs: readonly LayerSpec[]) {
  const model = sequential();
  const first = { inputShape: [picture.height, picture.width, picture.channels] };
  const facts: { shape: (number | null)[]; parameters: number }[] = [];
  let flat = false;
  for (const [index, spec] of specs.entries()) {
    if (spec.kind === 'dense' && !flat) {
      model.add(tfLayers.flatten(index === 0 ? first : {}));
      flat = true;
    }
    const layer = tfLayer(spec, index === 0 && !flat ? first : {});
    model.add(layer);
    facts.push({
      shape: (layer.outputShape as (number | null)[]).slice(1),
      parameters: layer.countParams(),
    });
  }
  model.dispose();
  return facts;
}

const dimensions = (shape: Shape): number[] =>
  shape.kind === 'list' ? [shape.length] : [shape.height, shape.width, shape.channels];

describe('a stack of layers', () => {
  test('the recap network has the numbers of the lesson', () => {
    const { layers, refusal, parameters } = stackFacts(recapInput, recapNetwork());
    expect(refusal).toBeNull();
    expect(layers.map(({ output }) => dimensions(output))).toEqual([
      [24, 24, 10],
      [12, 12, 10],
      [28],
      [14],
    ]);
    expect(layers.map((layer) => layer.parameters)).toEqual([260, 0, 40_348, 406]);
    expect(parameters).toBe(41_014);
    expect(layers.map(({ fieldSide }) => fieldSide)).toEqual([5, 6, 28, 28]);
  });

  test('the window of the first lesson: 11 × 11 neurons, 9 and 121 times fewer', () => {
    const [layer] = stackFacts(squarePicture(15), [
      { kind: 'conv', kernel: 5, stride: 1, maps: 1 },
    ]).layers;
    expect(layer?.output).toEqual({ kind: 'maps', height: 11, width: 11, channels: 1 });
    expect(layer?.parameters).toBe(26);
    expect((layer?.parametersUnshared ?? 0) / 26).toBe(121);
    expect(layer?.parametersFullyConnected).toBe(121 * 226);
  });

  test('sizes and parameters equal those of tf.layers, up to the first layer that does not fit', () => {
    fc.assert(
      fc.property(pictures, stacks, (picture, specs) => {
        const { layers, refusal } = stackFacts(picture, specs);
        const held = asTensorFlow(picture, specs.slice(0, layers.length));
        expect(layers.map(({ output }) => dimensions(output))).toEqual(
          held.map(({ shape }) => shape),
        );
        expect(layers.map(({ parameters }) => parameters)).toEqual(
          held.map(({ parameters }) => parameters),
        );
        expect(layers.length === specs.length).toBe(refusal === null);
      }),
      { numRuns: 60 },
    );
  });

  test('a window is refused exactly where no output is left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 6 }),
        (length, window, stride) => {
          const places = Array.from({ length }, (_, i) => i * stride).filter(
            (start) => start + window <= length,
          );
          const counted = windowCount(length, window, stride);
          expect(counted.ok ? counted.value : 0).toBe(places.length);
        },
      ),
    );
  });

  test('what cannot be is refused in words', () => {
    const list: Shape = { kind: 'list', length: 28 };
    const reasons = [
      outputShape(list, { kind: 'conv', kernel: 5, stride: 1, maps: 1 }),
      outputShape(squarePicture(4), { kind: 'conv', kernel: 5, stride: 1, maps: 1 }),
      outputShape(squarePicture(4), { kind: 'pool', of: 'max', window: 2, stride: 0 }),
      outputShape(squarePicture(4), { kind: 'conv', kernel: 2.5, stride: 1, maps: 1 }),
      outputShape(squarePicture(4), { kind: 'conv', kernel: 2, stride: 1, maps: 0 }),
      outputShape(squarePicture(4), { kind: 'dense', units: 0 }),
    ].map((sized) => (sized.ok ? 'allowed' : sized.reason));
    expect(reasons).not.toContain('allowed');
    expect(reasons[0]).toContain('Put the convolution before it');
    expect(reasons[1]).toContain('5 × 5 does not fit on 4 × 4');
  });

  test('multiply-adds are the multiplications one would count', () => {
    const { layers } = stackFacts(squarePicture(6, 2), [
      { kind: 'conv', kernel: 3, stride: 1, maps: 4 },
      { kind: 'pool', of: 'average', window: 2, stride: 2 },
      { kind: 'dense', units: 5 },
    ]);
    expect(layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual([
      4 * 4 * 4 * 9 * 2,
      2 * 2 * 4 * 4,
      5 * 16,
    ]);
    expect(layers.map(({ output }) => countOf(output))).toEqual([64, 16, 5]);
  });
});

describe('the receptive field in a stack', () => {
  /** Which pixels alter the cell when they alone are lit, through tfjs's own operations with weights above nought. */
  function pixelsThatAlter(
    side: number,
    specs: readonly LayerSpec[],
    row: number,
    column: number,
  ): number[] {
    const count = side * side;
    return tidy(() => {
      const lit = new Float32Array(count * count);
      for (let i = 0; i < count; i += 1) lit[i * count + i] = 1;
      let x: Tensor4D = tensor(lit, [count, side, side, 1]);
      for (const spec of specs) {
        if (spec.kind === 'conv') {
          const kernel: Tensor4D = ones([spec.kernel, spec.kernel, x.shape[3], 1]);
          x = conv2d(x, kernel, spec.stride, 'valid');
        } else if (spec.kind === 'pool') {
          const pool = spec.of === 'max' ? maxPool : avgPool;
          x = pool(x, spec.window, spec.stride, 'valid');
        }
      }
      const width = x.shape[2];
      const values = x.dataSync();
      const cells = x.shape[1] * width;
      return Array.from({ length: count }, (_, i) => i).filter(
        (i) => (values[i * cells + row * width + column] ?? 0) > 0,
      );
    });
  }

  test('is the set of pixels whose change alters the cell', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 12 }),
        fc.array(sliding, { minLength: 1, maxLength: 3 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (side, specs, down, across) => {
          const picture = squarePicture(side);
          const { layers, refusal } = stackFacts(picture, specs);
          const output = layers.at(-1)?.output;
          // Where a window is smaller than its step, the field has holes: the rectangle spans them.
          fc.pre(!refusal && specs.every(withoutGaps));
          if (output?.kind !== 'maps') return;
          const row = Math.floor(down * output.height);
          const column = Math.floor(across * output.width);
          const { left, top, width, height } = fieldInStack(picture, specs, row, column);
          const inside = Array.from({ length: side * side }, (_, i) => i).filter((i) => {
            const x = i % side;
            const y = Math.floor(i / side);
            return x >= left && x < left + width && y >= top && y < top + height;
          });
          expect(pixelsThatAlter(side, specs, row, column)).toEqual(inside);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('neuron (3, 4) of the first lesson sees 25 pixels from row 3, column 4 on', () => {
    const specs: LayerSpec[] = [{ kind: 'conv', kernel: 5, stride: 1, maps: 1 }];
    expect(fieldInStack(squarePicture(15), specs, 3, 4)).toEqual({
      left: 4,
      top: 3,
      width: 5,
      height: 5,
    });
  });

  test('a neuron that is not there is a bug of the caller', () => {
    expect(() => fieldInStack(recapInput, recapNetwork().slice(0, 1), 24, 0)).toThrow(RangeError);
  });

  function withoutGaps(spec: LayerSpec): boolean {
    if (spec.kind === 'dense') return false;
    return spec.stride <= (spec.kind === 'conv' ? spec.kernel : spec.window);
  }
});
