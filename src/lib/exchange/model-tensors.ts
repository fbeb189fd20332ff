// The tensors of a layers model from another program: by name, and where names differ, by a shape that is there once.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { NamedTensor } from './head-weights.ts';
import { floatsFrom } from './numbers.ts';
import { checked, issueWords } from './schema.ts';
import { badFile, zipLimits, type Archive } from './zip.ts';

const side = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6));
const groupSchema = v.object({
  paths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(1000)),
  weights: v.pipe(
    v.array(
      v.object({
        name: v.pipe(v.string(), v.maxLength(500)),
        shape: v.pipe(v.array(side), v.maxLength(4)),
        dtype: v.string(),
        quantization: v.optional(v.unknown()),
      }),
    ),
    v.maxLength(5000),
  ),
});
const groupsSchema = v.pipe(v.array(groupSchema), v.minLength(1), v.maxLength(100));

/** Reads what `weightsManifest` of a model lists; every size is checked. */
export async function readModelTensors(
  archive: Archive,
  weightsManifest: unknown,
): Promise<Result<NamedTensor[]>> {
  const { fileName } = archive;
  const parsed = checked(groupsSchema, weightsManifest);
  if (!parsed.success) {
    return fail(badFile(fileName, `is damaged (weightsManifest: ${issueWords(parsed.issues)}).`));
  }
  const tensors: NamedTensor[] = [];
  for (const group of parsed.output) {
    const read = await readGroup(archive, group);
    if (!read.ok) return read;
    tensors.push(...read.value);
  }
  return succeed(tensors);
}

async function readGroup(
  archive: Archive,
  { paths, weights }: v.InferOutput<typeof groupSchema>,
): Promise<Result<NamedTensor[]>> {
  const { fileName } = archive;
  if (
    weights.some(({ dtype, quantization }) => dtype !== 'float32' || quantization !== undefined)
  ) {
    return fail(badFile(fileName, 'is a model with numbers that are not float32.'));
  }
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const read = await archive.bytes(presentName(archive, path), zipLimits.modelBytes);
    if (!read.ok) return read;
    parts.push(read.value);
  }
  const numbers = floatsFrom(joined(parts));
  if (!numbers) return fail(badFile(fileName, 'is damaged (its weights are not all numbers).'));
  const tensors: NamedTensor[] = [];
  let at = 0;
  for (const { name, shape } of weights) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (at + size > numbers.length)
      return fail(badFile(fileName, 'is damaged (weights are missing).'));
    tensors.push({ name, shape, values: numbers.subarray(at, at + size) });
    at += size;
  }
  return at === numbers.length
    ? succeed(tensors)
    : fail(badFile(fileName, 'is damaged (it has more weights than it lists).'));
}

/** A browser may have renamed a download: with one file of weights there is no doubt which is meant. */
function presentName(archive: Archive, path: string): string {
  const plain = path.replace(/^\.\//, '');
  const binaries = archive.names.filter((name) => /^[^/]+\.bin$/i.test(name));
  return archive.has(plain) || binaries.length !== 1 ? plain : (binaries[0] ?? plain);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Looks tensors up, each once. */
export class TensorShelf {
  readonly #tensors: readonly NamedTensor[];
  readonly #taken = new Set<NamedTensor>();

  constructor(tensors: readonly NamedTensor[]) {
    this.#tensors = tensors;
  }

  /** `<layer>/<weight>` of this shape; else the only tensor left whose name ends in the weight's and whose shape fits. */
  find(layer: string, weight: string, shape: readonly number[]): Float32Array | null {
    const wanted = `${layer}/${weight}`;
    const free = this.#tensors.filter((tensor) => !this.#taken.has(tensor) && fits(tensor, shape));
    const named =
      free.find(({ name }) => name === wanted) ??
      free.find(({ name }) => name.endsWith(`/${wanted}`));
    const alike = free.filter(({ name }) => name === weight || name.endsWith(`/${weight}`));
    const found = named ?? (alike.length === 1 ? alike[0] : undefined);
    if (!found) return null;
    this.#taken.add(found);
    return found.values;
  }
}

const fits = ({ shape }: NamedTensor, wanted: readonly number[]): boolean =>
  shape.length === wanted.length && shape.every((n, i) => n === wanted[i]);
