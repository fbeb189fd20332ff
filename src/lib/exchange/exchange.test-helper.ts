// Random projects and heads for the tests of this room.
import fc from 'fast-check';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { cleanName, emptyProject, type ProjectDocument, type Sample } from '#lib/core/project.ts';
import type { DenseLayer, TrainedHead } from '#lib/learning/head.ts';

const numbers = (length: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true }), {
      minLength: length,
      maxLength: length,
    })
    .map((values) => Float32Array.from(values));

/** As every name in the app is. */
const nameArbitrary = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .map((name) => cleanName(name, 'x'));

function unitRows(values: Float32Array, dimension: number): Float32Array {
  for (let at = 0; at < values.length; at += dimension) {
    const row = values.subarray(at, at + dimension);
    const length = Math.hypot(...row);
    if (length < 1e-3) row.fill(0).set([1]);
    else row.set(row.map((x) => x / length));
  }
  return values;
}

/** Heads of every kind, small. */
export const headArbitrary: fc.Arbitrary<TrainedHead> = fc
  .record({
    kind: fc.constantFrom('ridge' as const, 'knn' as const, 'dense' as const),
    dimension: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ kind, dimension, classes }) =>
    fc
      .record({
        labels: fc.array(nameArbitrary, { minLength: classes, maxLength: classes }),
        kernel: numbers(dimension * classes),
        bias: numbers(classes),
        rows: numbers(2 * classes * dimension),
        whitened: fc.boolean(),
      })
      .map(({ labels, kernel, bias, rows, whitened }): TrainedHead => {
        const base = {
          backboneId: 'net@1',
          backboneSha256: 'ab'.repeat(32),
          classIds: labels.map((_, i) => `class-${i}`),
          labels,
          dimension,
          sampleCount: 2 * classes,
        };
        if (kind === 'ridge') {
          const features = whitened ? 'sqrt-whitened' : 'sqrt';
          return { ...base, kind, spec: defaultHeadSettings.ridge, features, kernel, bias };
        }
        if (kind === 'knn') {
          const embeddings = unitRows(rows, dimension);
          const classIndexes = Uint16Array.from({ length: 2 * classes }, (_, i) => i >> 1);
          return { ...base, kind, spec: defaultHeadSettings.knn, embeddings, classIndexes };
        }
        const layer: DenseLayer = { kernel, bias, units: classes, activation: 'softmax' };
        return { ...base, kind, spec: defaultHeadSettings.dense, layers: [layer] };
      }),
  );

/** How a JPEG of `widthPx` × `heightPx` starts, and its frame header. */
export const jpegStart = (widthPx: number, heightPx: number): number[] => [
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8],
  ...[heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, 1, 1, 0x11, 0],
];

/** Bytes that start like a JPEG of a sample's size; this room looks no further. */
export const jpegOf = (seed: number): Uint8Array => {
  const start = jpegStart(256, 256);
  return Uint8Array.from({ length: 40 + (seed % 50) }, (_, i) => start[i] ?? (i * seed) % 251);
};

export const documentArbitrary: fc.Arbitrary<ProjectDocument> = fc
  .record({
    names: fc.array(nameArbitrary, { maxLength: 4 }),
    places: fc.array(fc.record({ at: fc.nat(3), take: fc.nat(2) }), { maxLength: 8 }),
  })
  .map(({ names, places }) => {
    const classes = names.map((name, i) => ({ id: `c${i}`, name, colour: i, enabled: i !== 1 }));
    const samples =
      classes.length === 0
        ? []
        : places.map(({ at, take }, i): Sample => ({
            id: `s${i}`,
            classId: `c${at % classes.length}`,
            takeId: `t${take}`,
            capturedAtMs: 1000 + i,
            source: 'camera',
            sizePx: 256,
          }));
    return { project: { ...emptyProject('p', 'P', 'net@1', 5), classes }, samples };
  });
