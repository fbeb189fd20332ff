import * as tf from '@tensorflow/tfjs-core';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { fieldOfCell } from '#lib/convnet/cell-field.ts';
import {
  calm,
  fakeFrame,
  fetchFrom,
  modelsUrl,
  smallSite,
  startOptions,
  surroundings,
  valueOf,
  wasmDriver,
  type Files,
} from '#tests/engine/node-engine.ts';
import type { Backbone } from './backbones/backbone.ts';
import { readCatalogue } from './backbones/catalogue.ts';
import { loadHandful } from './backbones/handful.ts';
import { Engine } from './engine.ts';
import { layerMapsOf } from './explain.ts';

const classes = [
  { id: 'up', name: 'Thumbs up' },
  { id: 'down', name: 'Thumbs down' },
];
const { ridge, knn, dense } = defaultHeadSettings;
const specs: HeadSpec[] = [ridge, knn, { ...dense, epochs: 20, batchSize: 4 }];

describe('explain', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = new Engine(surroundings());
    valueOf(await engine.start(startOptions, calm));
    for (let i = 0; i < 6; i += 1) {
      const seed = 1 + (i % 2);
      const { embedding } = valueOf(await engine.capture({ frame: fakeFrame(seed).frame }, calm));
      const classId = seed === 1 ? 'up' : 'down';
      valueOf(await engine.putSamples({ samples: [{ id: `s${i}`, classId, embedding }] }, calm));
    }
  });
  afterAll(() => engine.dispose());

  test.each(specs)(
    '$kind: the same prediction as classify, and a map that adds up',
    async (spec) => {
      valueOf(await engine.fit({ spec, classes }, calm));
      const classified = valueOf(await engine.classify({ frame: fakeFrame(7).frame }, calm));
      const { image, frame } = fakeFrame(7);
      const explained = valueOf(await engine.explain({ frame, layer: null }, calm));
      expect(image.closed).toBe(1);
      expect(explained?.prediction?.probabilities).toEqual(classified?.probabilities);
      expect(explained?.layer).toBeNull();
      const map = explained?.heatMap;
      expect(map).toMatchObject({
        of: spec.kind === 'knn' ? 'likeness' : 'score',
        side: 8,
        classIds: ['up', 'down'],
      });
      for (const c of [0, 1]) {
        const cells = Array.from(map?.cells.subarray(64 * c, 64 * (c + 1)) ?? []);
        const sum = cells.reduce((total, value) => total + value, map?.elsewhere[c] ?? NaN);
        expect(sum).toBeCloseTo(map?.totals[c] ?? NaN, 4);
      }
    },
  );

  test('without a head there are feature maps, but no map of evidence', async () => {
    valueOf(await engine.setHead({ head: null }, calm));
    const layer = { layer: 0, channels: { busiest: 3 } };
    const explained = valueOf(await engine.explain({ frame: fakeFrame(7).frame, layer }, calm));
    expect(explained).toMatchObject({ prediction: null, heatMap: null });
    expect(explained?.layer).toMatchObject({ layer: 0, side: 8 });
    expect(explained?.layer?.maps).toHaveLength(3 * 64);
  });

  test('wished channels come in their order, the busiest ones busiest first', async () => {
    const explain = async (channels: readonly number[] | { busiest: number }) => {
      const wish = { frame: fakeFrame(7).frame, layer: { layer: 3, channels } };
      return valueOf(await engine.explain(wish, calm))?.layer;
    };
    const busy = await explain({ busiest: 24 });
    const order = busy?.channels.map((channel) => busy.activity[channel] ?? 0) ?? [];
    expect(order).toHaveLength(24);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    const [first = 0, second = 0] = busy?.channels ?? [];
    const chosen = await explain([second, first, 999]);
    expect(chosen?.channels).toEqual([second, first]);
    expect(chosen?.maps.subarray(64)).toEqual(busy?.maps.subarray(0, 64));
    expect(chosen?.highest[1]).toBe(busy?.highest[0]);
  });

  test('a layer that is not there is answered without maps', async () => {
    const layer = { layer: 99, channels: { busiest: 3 } };
    const explained = valueOf(await engine.explain({ frame: fakeFrame(7).frame, layer }, calm));
    expect(explained?.layer).toBeNull();
  });

  test('leaves no tensor behind', async () => {
    valueOf(await engine.fit({ spec: ridge, classes }, calm));
    const layer = { layer: 1, channels: { busiest: 2 } };
    valueOf(await engine.explain({ frame: fakeFrame(1).frame, layer }, calm));
    const before = tf.memory().numTensors;
    for (let i = 0; i < 50; i += 1) {
      const wish = i % 2 === 0 ? layer : null;
      valueOf(await engine.explain({ frame: fakeFrame(i).frame, layer: wish }, calm));
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('an aborted explain closes its image', async () => {
    const { image, frame } = fakeFrame(5);
    const context = { ...calm, signal: AbortSignal.abort() };
    const asked = engine.explain({ frame, layer: null }, context);
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    expect(image.closed).toBe(1);
  });
});

test('a map is scaled from its lowest to its highest; one without differences is all 0', () => {
  const facts = { outputSide: 2, outputChannels: 2 } as BackboneLayer;
  const activation = Float32Array.of(1, 5, 2, 5, 3, 5, 5, 5);
  const maps = layerMapsOf(activation, facts, { layer: 0, channels: [0, 1] });
  expect(Array.from(maps.maps)).toEqual([0, 64, 128, 255, 0, 0, 0, 0]);
  expect(Array.from(maps.activity)).toEqual([2.75, 5]);
});

/** The first backbone of a site, on wasm. */
async function built(files: Files): Promise<Backbone> {
  await tf.setBackend(wasmDriver.registered);
  const context = { fetch: fetchFrom(files), signal: new AbortController().signal };
  const [entry] = valueOf(await readCatalogue(modelsUrl, context)).entries;
  if (entry?.kind !== 'handful') throw new Error('no entry');
  const source = await loadHandful(entry, { ...context, name: 'small' }, () => undefined);
  return valueOf(source).build();
}

const folder = 'handful-mobilenet-v2-0.50-160';
const models = resolve(import.meta.dirname, '../../../static/models');

function shippedSite(): Files {
  const files: Files = { 'catalogue.json': readFileSync(join(models, 'catalogue.json'), 'utf8') };
  for (const name of readdirSync(join(models, folder))) {
    files[`${folder}/${name}`] = readFileSync(join(models, folder, name));
  }
  return files;
}

function noise(seed: number, length: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

describe('the layers of a backbone', () => {
  test('the embedded one: 52 layers whose parameters and sides are the manifest’s', async () => {
    const backbone = await built(shippedSite());
    const layers = backbone.inside?.layers ?? [];
    expect(layers).toHaveLength(52);
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
    expect(parameters).toBe(backbone.facts.parameters);
    expect(layers.map(({ outputSide }) => outputSide)).toEqual(
      layers.map(({ outputSide }) => outputSide).toSorted((a, b) => b - a),
    );
    expect(layers.at(-1)).toMatchObject({ outputSide: 5, outputChannels: 1280 });
    // The first: 3 × 3 × 3 weights for 16 channels at 80 × 80 places.
    expect(layers[0]?.multiplyAdds).toBe(3 * 3 * 3 * 16 * 80 * 80);
    backbone.dispose();
  });

  test('what `look` gives is what `embed` computes: the last maps’ mean is the embedding', async () => {
    const backbone = await built(shippedSite());
    const input = noise(3, 160 * 160 * 3);
    const look = await backbone.inside!.look(input, 51);
    expect(look.embedding).toEqual(await backbone.embed(input));
    expect(look.layer).toEqual(look.last);
    const mean = new Float32Array(1280);
    look.last.forEach((value, i) => (mean[i % 1280]! += value / 25));
    const worst = Math.max(...mean.map((value, d) => Math.abs(value - look.embedding[d]!)));
    expect(worst).toBeLessThan(1e-5);
    backbone.dispose();
  });

  test('a field holds every pixel whose change alters the cell, and no field is too large', async () => {
    const backbone = await built(smallSite());
    const inside = backbone.inside!;
    const input = noise(5, 16 * 16 * 3);
    let [possible, missed] = [0, 0];
    for (let layer = 0; layer < inside.layers.length; layer += 1) {
      const { outputSide: side, outputChannels: channels } = inside.layers[layer]!;
      const stack = inside.layers.slice(0, layer + 1);
      const before = (await inside.look(input, layer)).layer!;
      const altered = new Set<string>();
      for (let pixel = 0; pixel < 256; pixel += 1) {
        const changed = input.slice();
        for (let c = 0; c < 3; c += 1) changed[3 * pixel + c] = -5 * (changed[3 * pixel + c] ?? 0);
        const after = (await inside.look(changed, layer)).layer!;
        after.forEach((value, i) => {
          if (value !== before[i]) altered.add(`${Math.floor(i / channels)} ${pixel}`);
        });
      }
      for (let cell = 0; cell < side * side; cell += 1) {
        const field = fieldOfCell(stack, Math.floor(cell / side), cell % side);
        const seen = Array.from({ length: 256 }, (_, pixel) => pixel).filter((pixel) => {
          const [y, x] = [Math.floor(pixel / 16) - field.top, (pixel % 16) - field.left];
          return y >= 0 && y < field.height && x >= 0 && x < field.width;
        });
        const really = Array.from({ length: 256 }, (_, pixel) => pixel).filter((pixel) =>
          altered.has(`${cell} ${pixel}`),
        );
        expect(really.filter((pixel) => !seen.includes(pixel))).toEqual([]);
        possible += seen.length;
        missed += seen.length - really.length;
      }
    }
    // A ReLU at 0 hides a few.
    expect(missed / possible).toBeLessThan(0.05);
    backbone.dispose();
  });

  test.each([5, 14, 25])(
    'of the embedded one, layer %i: nothing outside its field alters a cell',
    async (layer) => {
      const backbone = await built(shippedSite());
      const inside = backbone.inside!;
      const { outputSide: side, outputChannels: channels } = inside.layers[layer]!;
      const input = noise(6, 160 * 160 * 3);
      const other = noise(7, 160 * 160 * 3);
      const before = (await inside.look(input, layer)).layer!;
      const cells = [0, side * side - 1, Math.floor(side / 3) * side + Math.floor(side / 2)];
      for (const cell of cells) {
        const field = fieldOfCell(
          inside.layers.slice(0, layer + 1),
          Math.floor(cell / side),
          cell % side,
        );
        const changed = other.slice();
        for (let y = field.top; y < field.top + field.height; y += 1) {
          const from = 3 * (y * 160 + field.left);
          changed.set(input.subarray(from, from + 3 * field.width), from);
        }
        const after = (await inside.look(changed, layer)).layer!;
        const here = (map: Float32Array): number[] =>
          Array.from(map.subarray(cell * channels, (cell + 1) * channels));
        expect(field.width).toBeLessThan(160);
        here(after).forEach((value, c) => expect(value).toBeCloseTo(here(before)[c]!, 4));
        expect(after).not.toEqual(before);
      }
      backbone.dispose();
    },
  );

  test.each([
    [0, 'a part of it'],
    [5, 'a part of it'],
    [14, 'all of it'],
    [25, 'all of it'],
  ])(
    'of the embedded one, layer %i: the cell that one bright square lights most sees %s',
    async (layer, share) => {
      const backbone = await built(shippedSite());
      const inside = backbone.inside!;
      const { outputSide: side, outputChannels: channels } = inside.layers[layer]!;
      const stack = inside.layers.slice(0, layer + 1);
      const before = (await inside.look(withSquare(null), layer)).layer!;
      for (const [left, top] of [
        [30, 100],
        [118, 25],
      ] as const) {
        const after = (await inside.look(withSquare({ left, top }), layer)).layer!;
        const change = Array.from(after, (value, i) => Math.abs(value - before[i]!));
        const seenBy = (cell: number): number => {
          const field = fieldOfCell(stack, Math.floor(cell / side), cell % side);
          const along = (from: number, length: number, square: number): number =>
            Math.max(0, Math.min(from + length, square + squarePx) - Math.max(from, square));
          return along(field.left, field.width, left) * along(field.top, field.height, top);
        };
        const most = Math.floor(change.indexOf(Math.max(...change)) / channels);
        if (share === 'all of it') expect(seenBy(most)).toBe(squarePx ** 2);
        else expect(seenBy(most)).toBeGreaterThan(0);
        // Whatever does not see the square stays dark.
        const blind = change.filter((_, i) => seenBy(Math.floor(i / channels)) === 0);
        expect(blind.length).toBeGreaterThan(0);
        expect(Math.max(...blind)).toBeLessThan(1e-4);
      }
      backbone.dispose();
    },
  );
});

/** Side of the square that lights a cell, in pixels of the network's input. */
const squarePx = 12;

/** An even grey picture of 160 × 160, as the network takes it in, with a white square in it. */
function withSquare(at: { left: number; top: number } | null): Float32Array {
  const input = new Float32Array(160 * 160 * 3);
  if (!at) return input;
  for (let row = at.top; row < at.top + squarePx; row += 1) {
    input.fill(1, 3 * (row * 160 + at.left), 3 * (row * 160 + at.left + squarePx));
  }
  return input;
}
