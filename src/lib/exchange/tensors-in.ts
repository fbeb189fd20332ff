// Named tensors out of `model.json` and `weights.bin`, with sizes checked against each other.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { NamedTensor } from './head-weights.ts';
import { floatsFrom } from './numbers.ts';
import { checked, issueWords, weightsManifestSchema } from './schema.ts';
import { badFile, zipLimits, type Archive } from './zip.ts';

/** Reads the tensors that `<folder>model.json` lists from `<folder>weights.bin`. */
export async function readTensors(archive: Archive, folder = ''): Promise<Result<NamedTensor[]>> {
  const refuse = (reason: string): Result<NamedTensor[]> =>
    fail(badFile(archive.fileName, `is damaged (${reason}).`));
  const json = await archive.json(`${folder}model.json`);
  if (!json.ok) return json;
  const parsed = checked(weightsManifestSchema, json.value);
  if (!parsed.success) return refuse(`model.json: ${issueWords(parsed.issues)}`);
  const bytes = await archive.bytes(`${folder}weights.bin`, zipLimits.numbersBytes);
  if (!bytes.ok) return bytes;
  const numbers = floatsFrom(bytes.value);
  if (!numbers) return refuse('weights.bin holds something else than numbers');
  const tensors: NamedTensor[] = [];
  let at = 0;
  for (const { name, shape } of parsed.output.weightsManifest[0].weights) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (at + size > numbers.length) return refuse('weights.bin is too short');
    tensors.push({ name, shape, values: numbers.slice(at, at + size) });
    at += size;
  }
  if (at !== numbers.length) return refuse('weights.bin is too long');
  return succeed(tensors);
}
