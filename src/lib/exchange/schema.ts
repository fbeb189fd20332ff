// Shapes of the JSON that Handful writes and reads: sizes and ranges are checked, unknown keys are tolerated.

import * as v from 'valibot';
import { actionLimits } from '#lib/core/class-action.ts';
import { headLimits } from '#lib/core/head-spec.ts';
import { captureLimits, liveLimits, paletteSize } from '#lib/core/project.ts';
import { cropSizeLimits } from '#lib/core/crop.ts';
import { mostPictures } from './picture-set.ts';
import { fraction, hash, id, name, time, whole, within } from './schema-parts.ts';
import { gesturesSchema, useSchema } from './use-schema.ts';

export const ridgeSpecSchema = v.object({
  kind: v.literal('ridge'),
  lambda: within(headLimits.ridge.lambda),
  temperature: within(headLimits.ridge.temperature),
  balanced: v.boolean(),
});

export const knnSpecSchema = v.object({
  kind: v.literal('knn'),
  k: whole(headLimits.knn.k),
  balanced: v.boolean(),
});

export const denseSpecSchema = v.object({
  kind: v.literal('dense'),
  epochs: whole(headLimits.dense.epochs),
  batchSize: whole(headLimits.dense.batchSize),
  learningRate: within(headLimits.dense.learningRate),
  hiddenUnits: whole(headLimits.dense.hiddenUnits),
  dropout: within(headLimits.dense.dropout),
  seed: whole(headLimits.dense.seed),
  balanced: v.boolean(),
});

const frame = v.object({ centreX: fraction, centreY: fraction, size: within(cropSizeLimits) });

const classSchema = v.object({
  id,
  name,
  colour: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(paletteSize - 1)),
  enabled: v.boolean(),
});

export const projectSchema = v.object({
  id,
  name,
  createdAtMs: time,
  updatedAtMs: time,
  backboneId: v.pipe(v.string(), v.maxLength(200)),
  classes: v.pipe(v.array(classSchema), v.maxLength(10_000)),
  heads: v.object({
    selected: v.picklist(['ridge', 'knn', 'dense']),
    ridge: ridgeSpecSchema,
    knn: knnSpecSchema,
    dense: denseSpecSchema,
  }),
  capture: v.object({
    framesPerSecond: within(captureLimits.framesPerSecond),
    countdownSeconds: within(captureLimits.countdownSeconds),
    burstSeconds: within(captureLimits.burstSeconds),
    mirror: v.boolean(),
    crop: frame,
  }),
  live: v.object({
    smoothing: within(liveLimits.smoothing),
    unknownThreshold: v.nullable(within(liveLimits.unknownThreshold)),
    unknownEnabled: v.boolean(),
  }),
  use: v.optional(useSchema),
});

export const sampleSchema = v.object({
  id,
  classId: id,
  takeId: id,
  capturedAtMs: time,
  source: v.picklist(['camera', 'file']),
  sizePx: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)),
});

export const listedSampleSchema = v.object({ ...sampleSchema.entries, file: v.string() });

/** Pictures and sounds of actions. */
const ownFilesSchema = v.pipe(
  v.array(v.object({ hash, file: v.pipe(v.string(), v.maxLength(500)) })),
  v.maxLength(actionLimits.count),
);

/** All of `handful.json` but the samples, which are checked some at a time, and the embeddings, which differ by version. */
export const projectHeaderSchema = v.object({
  format: v.literal('handful-project'),
  version: v.picklist([1, 2]),
  project: projectSchema,
  samples: v.pipe(v.array(v.unknown()), v.maxLength(mostPictures)),
  backbone: v.nullable(v.object({ id, sha256: hash })),
  embeddings: v.unknown(),
  importedHead: v.boolean(),
  /** Absent in files of earlier versions, which pass over it when they read a newer one. */
  ownFiles: v.optional(ownFilesSchema, []),
});

const dimension = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384));

export const embeddingsSchema = {
  1: v.nullable(v.object({ dimension, sampleIds: v.array(id) })),
  2: v.nullable(v.object({ dimension, files: v.array(v.array(id)) })),
} as const;

export const headMetadataSchema = v.object({
  format: v.literal('handful-head'),
  version: v.literal(1),
  kind: v.picklist(['ridge', 'knn', 'dense']),
  labels: v.pipe(v.array(name), v.minLength(1), v.maxLength(10_000)),
  classIds: v.pipe(v.array(id), v.minLength(1), v.maxLength(10_000)),
  backbone: v.object({
    id,
    sha256: hash,
    embeddingSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16_384)),
  }),
  features: v.picklist(['embedding', 'sqrt', 'sqrt-whitened', 'unit-length']),
  recipe: v.variant('kind', [ridgeSpecSchema, knnSpecSchema, denseSpecSchema]),
  sampleCount: v.pipe(v.number(), v.integer(), v.minValue(0)),
  unknownThreshold: v.nullable(fraction),
  /** What a program without the page follows; absent in files of earlier versions. */
  preprocessing: v.optional(v.object({ frame: v.optional(frame) })),
  unknown: v.optional(v.object({ threshold: v.nullable(fraction) })),
  gestures: v.optional(gesturesSchema),
});

export const weightsManifestSchema = v.object({
  weightsManifest: v.tuple([
    v.object({
      paths: v.tuple([v.literal('weights.bin')]),
      weights: v.pipe(
        v.array(
          v.object({
            name: v.string(),
            shape: v.pipe(
              v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e8))),
              v.maxLength(4),
            ),
            dtype: v.literal('float32'),
          }),
        ),
        v.maxLength(20_000),
      ),
    }),
  ]),
});

export const goldenSchema = v.object({
  pictures: v.pipe(
    v.array(
      v.object({
        file: v.string(),
        embedding: v.array(v.number()),
        probabilities: v.array(v.number()),
      }),
    ),
    v.maxLength(1000),
  ),
});

/** As valibot's `safeParse`, which stops at the first thing that is wrong: a file may hold millions. */
export function checked<const S extends v.GenericSchema>(
  schema: S,
  value: unknown,
): v.SafeParseResult<S> {
  return v.safeParse(schema, value, { abortEarly: true });
}

/** The first thing wrong with a value, in words. */
export function issueWords(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const path = issue ? v.getDotPath(issue) : null;
  return issue ? `${path === null ? '' : `${path}: `}${issue.message}` : 'unknown';
}
