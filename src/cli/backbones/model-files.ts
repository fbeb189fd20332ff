// A model's `model.json` and its weights, read from an address or a folder; shards are merged in the order the model states.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import { download, joined, sha256Of } from '#lib/engine/backbones/download.ts';

/** No MobileNet is larger; an address that never ends is. */
const mostBytes = 128 * 1024 ** 2;

/** Beside `model.json`, never elsewhere. */
const fileName = v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/));

const listedSchema = v.looseObject({
  weightsManifest: v.pipe(
    v.array(
      v.looseObject({
        paths: v.pipe(v.array(fileName), v.minLength(1), v.maxLength(1000)),
        weights: v.array(
          v.looseObject({
            name: v.string(),
            shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
            /** Fewer bytes a number than `dtype` says. */
            quantization: v.optional(v.unknown()),
          }),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

/** Handful's own format names one file of weights. */
const ownSchema = v.looseObject({ weights: v.object({ file: fileName }) });

export interface ModelFiles {
  /** Where they came from, in words. */
  readonly from: string;
  /** Text of `model.json`, and what it says. */
  readonly text: string;
  readonly json: unknown;
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Of `weights`, hex. */
  readonly sha256: string;
}

export interface FilePlace {
  readonly from: string;
  /** A file beside `model.json`. Fails with `backbone-unavailable`; rejects with AbortError. */
  read(name: string): Promise<Result<Uint8Array<ArrayBuffer>>>;
}

/** A folder on this computer that holds a `model.json`. */
export function folderPlace(folder: string): FilePlace {
  return {
    from: folder,
    async read(name) {
      try {
        return succeed(new Uint8Array(await readFile(join(folder, name))));
      } catch (error) {
        return fail({ code: 'backbone-unavailable', name: folder, detail: messageOf(error) });
      }
    },
  };
}

/** What lies beside the `model.json` at `url`. `onBytes` hears how much of the file at work has arrived. */
export function addressPlace(
  url: string,
  signal: AbortSignal,
  onBytes: (name: string, doneBytes: number) => void,
): FilePlace {
  const { host } = new URL(url);
  return {
    from: host,
    async read(name) {
      const tooLarge = new AbortController();
      const context = {
        fetch: (address: string, init: { signal: AbortSignal }) => fetch(address, init),
        signal: AbortSignal.any([signal, tooLarge.signal]),
        name: host,
      };
      try {
        return await download(new URL(name, url).href, context, (doneBytes) => {
          if (doneBytes > mostBytes) tooLarge.abort();
          onBytes(name, doneBytes);
        });
      } catch (error) {
        if (!tooLarge.signal.aborted) throw error;
        const detail = `${name} is larger than 128 MB`;
        return fail({ code: 'backbone-unavailable', name: host, detail });
      }
    },
  };
}

/** Reads `model.json` and all weights it names. Fails with `backbone-unavailable` or `backbone-corrupt`. */
export async function readModelFiles(place: FilePlace): Promise<Result<ModelFiles>> {
  const { from } = place;
  const damaged = (detail: string): Result<never> =>
    fail({ code: 'backbone-corrupt', name: from, detail });
  const model = await place.read('model.json');
  if (!model.ok) return model;
  const text = new TextDecoder().decode(model.value);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (!parsed.success) return damaged('model.json is not JSON');
  const names = weightFiles(parsed.output);
  if (!names) return damaged('model.json names no weights, so it is no model of TensorFlow.js');
  const shards: Uint8Array[] = [];
  for (const name of names) {
    const shard = await place.read(name);
    if (!shard.ok) return shard;
    shards.push(shard.value);
  }
  const weights = joined(shards);
  const sha256 = await sha256Of(weights);
  if (sha256 === null) return damaged('this Node cannot compute checksums');
  return succeed({ from, text, json: parsed.output, weights, sha256 });
}

function weightFiles(json: unknown): readonly string[] | null {
  const own = v.safeParse(ownSchema, json);
  if (own.success) return [own.output.weights.file];
  const listed = v.safeParse(listedSchema, json);
  return listed.success ? listed.output.weightsManifest.flatMap(({ paths }) => paths) : null;
}

export interface ListedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly quantization?: unknown;
}

/** The weights that a model of TensorFlow.js lists, in order. */
export function listedWeights(json: unknown): readonly ListedWeight[] {
  const listed = v.safeParse(listedSchema, json);
  return listed.success ? listed.output.weightsManifest.flatMap(({ weights }) => weights) : [];
}

/** The same model with all its weights in one file, as it is installed. */
export function withOneWeightsFile(json: unknown, file: string): string {
  const listed = v.safeParse(listedSchema, json);
  if (!listed.success) return JSON.stringify(json);
  const weights = listed.output.weightsManifest.flatMap((group) => group.weights);
  return JSON.stringify({ ...listed.output, weightsManifest: [{ paths: [file], weights }] });
}
