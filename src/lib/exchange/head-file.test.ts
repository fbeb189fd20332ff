import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-layers';
import * as core from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { defaultGestures, type GestureSettings } from '#lib/core/use-settings.ts';
import { createHead } from '#lib/learning/create-head.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import { headArbitrary, jpegOf } from './exchange.test-helper.ts';
import { largestDifference } from './golden.ts';
import { readHeadFile, writeHeadFile } from './head-file.ts';
import { modelJson, tensorsOf } from './head-weights.ts';
import { floatBytes } from './numbers.ts';
import { openFiles } from './open-file.ts';

const backbone = (head: TrainedHead): LoadedBackbone => ({
  id: head.backboneId,
  name: 'Net',
  note: '',
  licence: 'Apache-2.0',
  embeddingSize: head.dimension,
  inputSizePx: 160,
  inputRange: [-1, 1],
  parameters: 1,
  bytes: 1,
  unknownThreshold: 0.8,
  sha256: head.backboneSha256,
  hasWhitening: true,
});

const calmer: GestureSettings = { ...defaultGestures, smoothing: 'exponential', dwellMs: 800 };

const write = (head: TrainedHead): Promise<Blob> =>
  writeHeadFile({
    head,
    backbone: backbone(head),
    whitening: null,
    unknownThreshold: 0.72,
    unknownEnabled: true,
    frame: { centreX: 0.5, centreY: 0.5, size: 1 },
    gestures: calmer,
    golden: [
      {
        picture: jpegOf(7),
        embedding: new Float32Array(head.dimension).fill(0.1),
        probabilities: new Float32Array(head.classIds.length).fill(1 / head.classIds.length),
      },
    ],
    samples: [
      { id: '0', classId: head.classIds[0]!, embedding: new Float32Array(head.dimension).fill(2) },
    ],
  });

beforeAll(() => core.setBackend('cpu'));

describe('head file', () => {
  test('reads back what it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(headArbitrary, async (head) => {
        const blob = await write(head);
        const known = await openFiles([{ path: 'x.zip', blob: blob }], 'x.zip');
        expect(known.ok && known.value.content.kind).toBe('head');
        const read = await readHeadFile(blob, 'x.zip');
        if (!read.ok) throw new Error(JSON.stringify(read.failure));
        if (head.kind === 'ridge') {
          // The temperature is folded into the weights: equal up to one rounding.
          const { kernel, bias, ...rest } = read.value.head as typeof head;
          const { kernel: kernelBefore, bias: biasBefore, ...restBefore } = head;
          expect(rest).toEqual(restBefore);
          expect(largestDifference(kernel, kernelBefore)).toBeLessThan(1e-6);
          expect(largestDifference(bias, biasBefore)).toBeLessThan(1e-6);
        } else {
          expect(read.value.head).toEqual(head);
        }
        expect(read.value.golden[0]?.picture).toEqual(jpegOf(7));
        expect(read.value.samples.map(({ classId }) => classId)).toEqual([head.classIds[0]]);
        expect(read.value.samples[0]?.embedding[0]).toBe(2);
        expect(read.value.unknownThreshold).toBe(0.72);
        expect(read.value.gestures).toEqual(calmer);
      }),
      { numRuns: 30 },
    );
  });

  test('its model.json loads in tfjs-layers and predicts the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        headArbitrary.filter(({ kind }) => kind !== 'knn'),
        async (head) => {
          const model = await tf.loadLayersModel({
            load: () => {
              const json = modelJson(head) as {
                modelTopology: object;
                weightsManifest: { weights: core.io.WeightsManifestEntry[] }[];
              };
              const bytes = floatBytes(tensorsOf(head).map(({ values }) => values));
              return Promise.resolve({
                modelTopology: json.modelTopology,
                weightSpecs: json.weightsManifest[0]!.weights,
                weightData: bytes.slice().buffer,
              });
            },
          });
          const embedding = Float32Array.from({ length: head.dimension }, (_, i) => 0.2 + 0.3 * i);
          const live = createHead(
            head.kind === 'ridge' ? { ...head, features: 'sqrt' } : head,
            null,
          );
          if (!live.ok) throw new Error(JSON.stringify(live.failure));
          const s = embedding.map(Math.sqrt);
          const length = Math.hypot(...s);
          const input = head.kind === 'ridge' ? s.map((x) => x / length) : embedding;
          const output = core.tidy(
            () => model.predict(core.tensor2d(input, [1, head.dimension])) as core.Tensor,
          );
          const theirs = (await output.data()) as Float32Array;
          expect(largestDifference(theirs, live.value.predict(embedding))).toBeLessThan(1e-5);
          output.dispose();
          model.dispose();
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a damaged file is refused in words, never by an exception', async () => {
    const [head] = fc.sample(headArbitrary, { numRuns: 1, seed: 5 });
    const bytes = new Uint8Array(await (await write(head!)).arrayBuffer());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, cut) => {
          const broken = cut ? bytes.slice(0, at) : bytes.slice();
          if (!cut) broken[at] = (broken[at] ?? 0) ^ flip;
          const read = await readHeadFile(new Blob([broken]), 'broken.zip');
          if (!read.ok) {
            expect(read.failure.code).toBe('bad-file');
          }
          if (cut) expect(read.ok).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });
});
