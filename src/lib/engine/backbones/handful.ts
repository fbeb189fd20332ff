// Backbones in our own format: downloaded, checked, and built for the backend in use.

import * as tf from '@tensorflow/tfjs-core';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { Backbone, BackboneSource } from './backbone.ts';
import type { HandfulEntry } from './catalogue.ts';
import { download, sha256Of, type DownloadContext } from './download.ts';
import { foldedBackbone } from './handful-fold.ts';
import { handfulLayers } from './handful-layers.ts';
import type { HandfulManifest } from './handful-format.ts';
import { vectorBackbone } from '../vectors/vector-backbone.ts';
import { TensorBackbone } from './tensor-backbone.ts';
import { loadWhitening } from './whitening.ts';

/** Downloads weights and whitening and checks both. Fails with `backbone-unavailable` or `backbone-corrupt`. */
export async function loadHandful(
  entry: HandfulEntry,
  context: DownloadContext,
  onBytes: (doneBytes: number) => void,
): Promise<Result<BackboneSource>> {
  const { manifest, folderUrl, facts } = entry;
  const weights = entry.weights
    ? succeed(entry.weights)
    : await download(new URL(manifest.weights.file, folderUrl).href, context, onBytes);
  if (!weights.ok) return weights;
  const damaged = (detail: string): Result<never> =>
    fail({ code: 'backbone-corrupt', name: facts.name, detail });
  if (weights.value.length !== manifest.weights.bytes) {
    return damaged(`${weights.value.length} bytes instead of ${manifest.weights.bytes}`);
  }
  const sha256 = await sha256Of(weights.value);
  if (sha256 !== null && sha256 !== manifest.weights.sha256) return damaged('wrong checksum');
  const whitening = await loadWhitening(entry.whiteningUrl, manifest.weights.sha256, context);
  if (!whitening.ok) return whitening;
  const loaded: LoadedBackbone = {
    ...facts,
    sha256: manifest.weights.sha256,
    hasWhitening: whitening.value !== null,
  };
  return succeed({
    facts: loaded,
    whitening: whitening.value,
    build: () => build(loaded, manifest, weights.value),
    files: () => ({ manifest: JSON.stringify(manifest), weights: weights.value }),
    fold: () => foldedBackbone(loaded, manifest, weights.value),
  });
}

/** On the processor by routines of our own where they can; else, and on graphics, by TensorFlow.js. */
async function build(
  facts: LoadedBackbone,
  manifest: HandfulManifest,
  weights: Uint8Array,
): Promise<Backbone> {
  const vectors =
    tf.getBackend() === 'wasm'
      ? await vectorBackbone(
          facts,
          foldedBackbone(facts, manifest, weights),
          handfulLayers(manifest.layers, facts.inputSizePx),
        )
      : null;
  return vectors ?? new TensorBackbone(facts, manifest, weights);
}
