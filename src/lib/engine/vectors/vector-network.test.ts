import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FoldedBackbone, FoldedLayer } from '#lib/core/folded-backbone.ts';
import { seededRandom } from '#lib/core/random.ts';
import { wasmDriver } from '#tests/engine/node-engine.ts';
import { vectorNetwork } from './vector-network.ts';
import { hasRelaxedVectors } from './vector-support.ts';

interface Block {
  readonly channels: number;
  readonly stride: 1 | 2;
  /** Channels between expansion and projection; null: depthwise and projection alone, as in MobileNetV1. */
  readonly wide: number | null;
  readonly activation: 'relu' | 'relu6';
}

interface Shape {
  readonly sizePx: number;
  readonly first: number;
  readonly blocks: readonly Block[];
  readonly last: number;
  readonly seed: number;
}

/** A small MobileNet with these blocks and seeded weights. */
function network({ sizePx, first, blocks, last, seed }: Shape): FoldedBackbone {
  const random = seededRandom(seed);
  const layers: FoldedLayer[] = [];
  const add = (layer: Omit<FoldedLayer, 'weights' | 'bias'>): void => {
    const size = layer.kernel.reduce((product, side) => product * side, 1);
    const outputs = layer.kind === 'conv' ? layer.kernel[3] : layer.kernel[2];
    const scale = Math.sqrt((6 * outputs) / size);
    layers.push({
      ...layer,
      weights: Float32Array.from({ length: size }, () => scale * (2 * random() - 1)),
      bias: Float32Array.from({ length: outputs }, () => random() - 0.5),
    });
  };
  const point = (from: number, to: number) => [1, 1, from, to] as const;
  let channels = first;
  const start = { kind: 'conv', stride: 2, activation: 'relu', residual: null } as const;
  add({ ...start, kernel: [3, 3, 3, first] });
  for (const { channels: out, stride, wide, activation } of blocks) {
    const adds = wide !== null && stride === 1 && out === channels;
    const middle = wide ?? channels;
    const residual = adds ? ('start' as const) : null;
    const one = { kind: 'conv', stride: 1, activation } as const;
    if (wide !== null) add({ ...one, kernel: point(channels, middle), residual });
    add({ kind: 'depthwise', kernel: [3, 3, middle, 1], stride, activation, residual: null });
    const projected = wide === null ? activation : 'linear';
    const ends = adds ? ('add' as const) : null;
    add({ ...one, kernel: point(middle, out), activation: projected, residual: ends });
    channels = out;
  }
  const end = { kind: 'conv', stride: 1, activation: 'relu', residual: null } as const;
  add({ ...end, kernel: point(channels, last) });
  const about = { id: 'test', sha256: '', inputRange: [-1, 1] as const };
  return { ...about, inputSizePx: sizePx, embeddingSize: last, layers };
}

/** Every layer's activation and the embedding, by TensorFlow.js. */
function reference(
  { layers, inputSizePx: side }: FoldedBackbone,
  input: Float32Array,
): { activations: Float32Array[]; embedding: Float32Array } {
  return tf.tidy(() => {
    let x: tf.Tensor4D = tf.tensor4d(input, [1, side, side, 3]);
    let kept = x;
    const activations: Float32Array[] = [];
    for (const { kind, kernel, weights, bias, stride, activation, residual } of layers) {
      if (residual === 'start') kept = x;
      const convolve = kind === 'conv' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
      x = convolve({
        x,
        filter: tf.tensor4d(weights, [...kernel]),
        strides: stride,
        pad: 'same',
        bias: tf.tensor1d(bias),
        activation,
      });
      if (residual === 'add') x = tf.add(x, kept);
      activations.push(x.dataSync<'float32'>());
    }
    return { activations, embedding: tf.mean(x, [0, 1, 2]).dataSync<'float32'>() };
  });
}

function picture(side: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: side * side * 3 }, () => 2 * random() - 1);
}

/** The largest difference as a share of the largest number. */
function difference(ours: Float32Array, theirs: Float32Array): number {
  expect(ours).toHaveLength(theirs.length);
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return theirs.reduce((most, v, i) => Math.max(most, Math.abs(v - (ours[i] ?? NaN)) / largest), 0);
}

const channels = fc.integer({ min: 1, max: 20 });
const block: fc.Arbitrary<Block> = fc.record({
  channels,
  stride: fc.constantFrom(1, 2),
  wide: fc.option(fc.integer({ min: 1, max: 40 })),
  activation: fc.constantFrom('relu', 'relu6'),
});
const shape: fc.Arbitrary<Shape> = fc.record({
  sizePx: fc.integer({ min: 8, max: 90 }),
  first: channels,
  blocks: fc.array(block, { maxLength: 4 }),
  last: fc.integer({ min: 1, max: 50 }),
  seed: fc.nat(1000),
});

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe('a network by vectors', () => {
  const variants = hasRelaxedVectors() ? [false, true] : [false];

  test.each(variants)(
    'says what TensorFlow.js says, whatever its shape (relaxed: %s)',
    async (relaxed) => {
      await fc.assert(
        fc.asyncProperty(shape, async (drawn) => {
          const folded = network(drawn);
          const input = picture(drawn.sizePx, drawn.seed + 1);
          const { activations, embedding } = reference(folded, input);
          const quick = await vectorNetwork(folded, { relaxed });
          const open = await vectorNetwork(folded, { relaxed, keepAll: true });
          if (!quick || !open) throw new Error('no network');
          // What an earlier picture left must not matter.
          quick.run(picture(drawn.sizePx, drawn.seed + 2));
          expect(difference(quick.run(input), embedding)).toBeLessThan(1e-4);
          expect(difference(open.run(input), embedding)).toBeLessThan(1e-4);
          for (const [index, activation] of activations.entries()) {
            expect(difference(open.activation(index), activation)).toBeLessThan(1e-4);
          }
        }),
        { numRuns: 40 },
      );
    },
  );

  test('numbers that overflow are seen in what comes out', async () => {
    const folded = network({ sizePx: 16, first: 4, blocks: [], last: 8, seed: 1 });
    const layers = folded.layers.map((layer) => ({
      ...layer,
      weights: layer.weights.map(() => 3e38),
    }));
    const broken = await vectorNetwork({ ...folded, layers });
    const embedding = broken?.run(picture(16, 1).map(() => 1)) ?? new Float32Array(0);
    expect([...embedding].every(Number.isFinite)).toBe(false);
  });

  test.each<[string, (layer: FoldedLayer) => FoldedLayer]>([
    [
      'a depthwise layer of 5 × 5',
      (layer) => ({
        ...layer,
        kernel: [5, 5, layer.kernel[2], 1],
        weights: new Float32Array(25 * layer.kernel[2]),
      }),
    ],
    ['a depthwise layer with something added', (layer) => ({ ...layer, residual: 'add' })],
  ])('leaves %s to TensorFlow.js', async (_, change) => {
    const blocks = [{ channels: 8, stride: 1, wide: 16, activation: 'relu' }] as const;
    const folded = network({ sizePx: 16, first: 8, blocks, last: 8, seed: 1 });
    const layers = folded.layers.map((layer) =>
      layer.kind === 'depthwise' ? change(layer) : layer,
    );
    expect(await vectorNetwork(folded)).not.toBeNull();
    expect(await vectorNetwork({ ...folded, layers })).toBeNull();
  });
});
