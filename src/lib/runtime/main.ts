// handful-runtime: a model exported from Handful, run by the app's own code without the app. Built as one ES module.

import { describeFailure, type Failure, type Result } from '#lib/core/failure.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { TrainingStore } from '#lib/learning/training-store.ts';
import { handfulEntry } from '#lib/engine/backbones/catalogue.ts';
import { parseManifest } from '#lib/engine/backbones/handful-format.ts';
import { loadHandful } from '#lib/engine/backbones/handful.ts';
import { readHead, type HeadFile } from '#lib/exchange/head-file.ts';
import { modelArchive, readerAt, type ReadFile } from './model-files.ts';
import { RuntimeModel } from './runtime-model.ts';
import { startWasm } from './wasm-backend.ts';
import type { load as Load } from './web/handful-runtime.d.ts';

/** Kept from the bundler, which would look for files beside the source. */
const ownAddress = import.meta.url;

export const load: typeof Load = async (url, options = {}) => {
  const base = folderOf(url);
  const read = options.read ?? readerAt(base);
  const archive = valueOf(await modelArchive(`${url}`, read));
  const file = valueOf(await readHead(archive));
  await startWasm(folderOf(options.wasmFolder ?? new URL('.', ownAddress)));
  const source = valueOf(await loadBackbone(read, archive.has('whitening.json'), file));
  const whitening = source.whitening?.whitening ?? null;
  const head = valueOf(createHead(file.head, whitening));
  const { id, sha256, embeddingSize } = source.facts;
  const store = new TrainingStore({
    backboneId: id,
    backboneSha256: sha256,
    dimension: embeddingSize,
    whitening,
  });
  for (const sample of file.samples) {
    valueOf(store.put(sample.id, sample.classId, sample.embedding));
  }
  const backbone = await source.build();
  return new RuntimeModel({ file, head, store, backbone, createCanvas: options.createCanvas });
};

async function loadBackbone(read: ReadFile, hasWhitening: boolean, { head }: HeadFile) {
  const folderUrl = 'model:/backbone/';
  const manifest = parseManifest(new TextDecoder().decode(await read('backbone/model.json')));
  if (!manifest.ok) throw new Error(`The model is damaged (${manifest.reason}).`);
  const row = { kind: 'handful', folder: 'backbone', note: '', licence: '' } as const;
  const entry = handfulEntry(row, manifest.value, folderUrl);
  const weights = new Uint8Array(await read(`backbone/${manifest.value.weights.file}`));
  const whiteningUrl = hasWhitening ? 'model:/whitening.json' : null;
  const context = {
    name: head.backboneId,
    signal: new AbortController().signal,
    fetch: async (address: string) => {
      const bytes = await read(address.slice('model:/'.length));
      return new Response(new Uint8Array(bytes));
    },
  };
  return loadHandful({ ...entry, weights, whiteningUrl }, context, () => undefined);
}

/** As an address that ends in `/`. */
function folderOf(url: string | URL): URL {
  const around = 'document' in globalThis ? document.baseURI : ownAddress;
  const whole = new URL(url, around);
  if (!whole.pathname.endsWith('/')) whole.pathname += '/';
  return whole;
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(wordsOf(result.failure));
}

function wordsOf(failure: Failure): string {
  const { what, next } = describeFailure(failure);
  return `${what} ${next}`;
}
