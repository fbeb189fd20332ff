// Data of nearest neighbours as JSON: what ml5 and ML2Scratch save of `@tensorflow-models/knn-classifier`, in and out.
// Also read: rows by label under `metadata.data` (marcelle), and lists of [label, numbers, [rows, D]] as makers write them.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { cleanName } from '#lib/core/project.ts';
import type { KnnHead } from '#lib/learning/head.ts';
import { mostClasses } from './picture-set.ts';
import { checked } from './schema.ts';
import { badFile } from './zip.ts';

export interface KnnDataset {
  readonly classes: readonly {
    readonly label: string;
    readonly rows: number;
    /** [rows, D] row-major, each of unit length. */
    readonly values: Float32Array;
  }[];
  readonly dimension: number;
  /** The network the numbers come from, where the file says so; only Handful's own do. */
  readonly backbone: { readonly id: string; readonly sha256: string } | null;
  readonly warnings: readonly string[];
}

/** JSON is read in one go, and the page stands still meanwhile: more would take many seconds on a small machine. */
export const mostKnnNumbers = 2_500_000;
const mostDimensions = 16_384;

/** The file's text in parts, class by class, never as one string. Each part is at most a class's row. */
export function* knnJsonParts(head: KnnHead): Generator<string> {
  const { embeddings, classIndexes, classIds, labels, dimension } = head;
  const rowsOf = classIds.map((_, c) =>
    [...classIndexes.keys()].filter((r) => classIndexes[r] === c),
  );
  const entries = rowsOf.map((rows, c) => {
    const entry = { shape: [rows.length, dimension], dtype: 'float32', label: labels[c] ?? '' };
    return `"${c}":${JSON.stringify(entry)}`;
  });
  yield `{"dataset":{${entries.join(',')}},"tensors":[`;
  for (const [c, rows] of rowsOf.entries()) {
    yield c === 0 ? '{' : ',{';
    for (const [i, row] of rows.entries()) {
      const numbers = embeddings.subarray(row * dimension, (row + 1) * dimension);
      const text = Array.from(numbers, (x, d) => `"${i * dimension + d}":${shortest(x)}`);
      yield `${i === 0 ? '' : ','}${text.join(',')}`;
    }
    yield '}';
  }
  const backbone = { id: head.backboneId, sha256: head.backboneSha256 };
  yield `],"backbone":${JSON.stringify(backbone)}}`;
}

/** Nine digits give every float32 back exactly. */
const shortest = (value: number): string => `${Number(value.toPrecision(9))}`;

const fields = v.record(v.string(), v.unknown());
const pairSchema = v.object({
  dataset: v.custom<object>((value) => typeof value === 'object' && value !== null),
  tensors: v.array(v.unknown()),
  backbone: v.optional(v.unknown()),
});
const backboneSchema = v.object({
  id: v.pipe(v.string(), v.maxLength(200)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const sizeSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostKnnNumbers));
const entrySchema = v.object({
  shape: v.strictTuple([sizeSchema, sizeSchema]),
  label: v.optional(v.nullable(v.union([v.string(), v.number()]))),
});
const listSchema = v.pipe(
  v.array(
    v.strictTuple([v.string(), v.array(v.unknown()), v.strictTuple([sizeSchema, sizeSchema])]),
  ),
  v.minLength(1),
);
const underMetadata = v.object({
  metadata: v.object({
    data: v.custom<object>(
      (value) => v.is(fields, value) && Object.values(value).every(Array.isArray),
    ),
  }),
});

interface RawClass {
  readonly label: string;
  readonly rows: number;
  readonly dimension: number;
  /** Numbers in order, not checked yet. */
  readonly numbers: readonly unknown[];
}

/** What parsed JSON holds; null when it is none of the known forms. */
export function knnDatasetFrom(json: unknown, fileName: string): Result<KnnDataset> | null {
  const raw = pairClasses(json) ?? listClasses(json) ?? metadataClasses(json);
  if (!raw) return null;
  if (raw === 'broken')
    return fail(badFile(fileName, 'is damaged (its classes and numbers do not fit).'));
  const backbone = checked(v.object({ backbone: backboneSchema }), json);
  return datasetOf(raw, backbone.success ? backbone.output.backbone : null, fileName);
}

function pairClasses(json: unknown): readonly RawClass[] | 'broken' | null {
  const parsed = checked(pairSchema, json);
  if (!parsed.success) return null;
  const { dataset, tensors } = parsed.output;
  const classes: RawClass[] = [];
  // Both are in the order of the keys, which for whole numbers is their own.
  for (const [i, [key, value]] of Object.entries(dataset).entries()) {
    const tensor: unknown = tensors[i];
    if (tensor === null || value === null) continue;
    const entry = checked(entrySchema, value);
    if (!entry.success || typeof tensor !== 'object') return 'broken';
    const [rows, dimension] = entry.output.shape;
    const label = `${entry.output.label ?? key}`;
    classes.push({ label, rows, dimension, numbers: Object.values(tensor) });
  }
  return classes;
}

function listClasses(json: unknown): readonly RawClass[] | null {
  const parsed = checked(listSchema, json);
  if (!parsed.success) return null;
  return parsed.output.map(([label, numbers, [rows, dimension]]) => ({
    label,
    rows,
    dimension,
    numbers,
  }));
}

function metadataClasses(json: unknown): readonly RawClass[] | 'broken' | null {
  const parsed = checked(underMetadata, json);
  if (!parsed.success) return null;
  const classes: RawClass[] = [];
  for (const [label, value] of Object.entries(parsed.output.metadata.data)) {
    const rows = checked(v.array(v.array(v.unknown())), value);
    if (!rows.success) return 'broken';
    const dimension = rows.output[0]?.length ?? 0;
    if (rows.output.some(({ length }) => length !== dimension)) return 'broken';
    classes.push({ label, rows: rows.output.length, dimension, numbers: rows.output.flat() });
  }
  return classes;
}

function datasetOf(
  raw: readonly RawClass[],
  backbone: KnnDataset['backbone'],
  fileName: string,
): Result<KnnDataset> {
  const refuse = (reason: string): Result<never> => fail(badFile(fileName, reason));
  const filled = raw.filter(({ rows }) => rows > 0);
  const dimension = filled[0]?.dimension ?? 0;
  const total = filled.reduce((sum, { rows }) => sum + rows, 0);
  if (filled.length === 0) return refuse('holds no samples.');
  if (filled.length > mostClasses) return refuse(`has more than ${mostClasses} classes.`);
  if (
    dimension < 1 ||
    dimension > mostDimensions ||
    filled.some((each) => each.dimension !== dimension)
  ) {
    return refuse('is damaged (its samples are not all of one length).');
  }
  if (total * dimension > mostKnnNumbers)
    return refuse('holds more numbers than Handful can read.');
  const classes = [];
  for (const [i, { label, rows, numbers }] of filled.entries()) {
    const values = unitRows(numbers, rows, dimension);
    if (!values) return refuse('is damaged (some of its values are no numbers).');
    classes.push({ label: cleanName(label, `Class ${i + 1}`), rows, values });
  }
  const empty = raw.length - filled.length;
  const warnings = empty === 0 ? [] : [`Left out: ${empty} of the classes, which have no samples.`];
  return succeed({ classes, dimension, backbone, warnings });
}

/** [rows, D] with rows of unit length; null when a value is no finite number or there are too few or too many. */
function unitRows(
  numbers: readonly unknown[],
  rows: number,
  dimension: number,
): Float32Array | null {
  if (numbers.length !== rows * dimension) return null;
  const values = new Float32Array(numbers.length);
  for (const [i, value] of numbers.entries()) {
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) return null;
    values[i] = value;
  }
  for (let at = 0; at < values.length; at += dimension) {
    const row = values.subarray(at, at + dimension);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (length > 0 && Math.abs(length - 1) > 1e-6)
      for (let d = 0; d < dimension; d += 1) row[d] = (row[d] ?? 0) / length;
  }
  return values;
}
