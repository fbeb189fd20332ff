// MobileNets of `@tensorflow-models/mobilenet`. The package stretches pictures and guesses the input range;
// so it gets our own centre square as pixels, the catalogue's range, and bytes that were fetched and checked here.

import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { vectorBackbone } from '../vectors/vector-backbone.ts';
import type { Backbone, BackboneSource } from './backbone.ts';
import type { MobileNetEntry } from './catalogue.ts';
import { download, downloadText, joined, sha256Of, type DownloadContext } from './download.ts';
import { foldedGraph, type FoldedGraph } from './graph-fold.ts';
import { handfulLayers } from './handful-layers.ts';
import { loadWhitening } from './whitening.ts';

/** The pooled embedding in the hub's graphs: the same nodes that the package asks for. */
export const embeddingNodes = {
  1: 'module_apply_default/MobilenetV1/Logits/global_pool',
  2: 'module_apply_default/MobilenetV2/Logits/AvgPool',
} as const;

const nodeSchema = v.looseObject({
  name: v.string(),
  op: v.optional(v.string()),
  input: v.optional(v.array(v.string())),
  attr: v.optional(v.record(v.string(), v.unknown())),
});

const manifestSchema = v.object({
  modelTopology: v.looseObject({ node: v.array(nodeSchema) }),
  weightsManifest: v.pipe(
    v.array(
      v.object({
        paths: v.array(v.pipe(v.string(), v.minLength(1))),
        weights: v.array(
          v.looseObject({ name: v.string(), shape: v.array(v.number()), dtype: v.string() }),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

/** Downloads a graph model and its shards, once. Fails with `backbone-unavailable` or `backbone-corrupt`. */
export async function loadMobileNet(
  entry: MobileNetEntry,
  context: DownloadContext,
  onBytes: (doneBytes: number) => void,
): Promise<Result<BackboneSource>> {
  const { facts, row, modelUrl } = entry;
  const damaged = (detail: string): Result<never> =>
    fail({ code: 'backbone-corrupt', name: facts.name, detail });
  const text = await downloadText(modelUrl, context);
  if (!text.ok) return text;
  const manifest = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text.value);
  if (!manifest.success) return damaged('model.json is no graph model');
  const { node: nodes } = manifest.output.modelTopology;
  if (!nodes.some(({ name }) => name === embeddingNodes[row.version])) {
    return damaged(`it has no pooled embedding of a MobileNet V${row.version}`);
  }
  const groups = manifest.output.weightsManifest;
  const weights = await downloadShards(
    groups.flatMap(({ paths }) => paths),
    modelUrl,
    context,
    onBytes,
  );
  if (!weights.ok) return weights;
  const sha256 = await sha256Of(weights.value);
  if (row.sha256 !== undefined && sha256 !== null && sha256 !== row.sha256) {
    return damaged('wrong checksum');
  }
  const artifacts: tf.io.ModelArtifacts = {
    modelTopology: manifest.output.modelTopology,
    weightSpecs: groups.flatMap(
      (group) => group.weights,
    ) as unknown as tf.io.WeightsManifestEntry[],
    weightData: weights.value.buffer,
  };
  // A page that is not secure cannot compute checksums: the stated one stands in, or the length.
  const identity = sha256 ?? row.sha256 ?? `unchecked-${weights.value.length}-bytes`;
  const whitening = await loadWhitening(entry.whiteningUrl, identity, context);
  if (!whitening.ok) return whitening;
  const loaded: LoadedBackbone = {
    ...facts,
    sha256: identity,
    hasWhitening: whitening.value !== null,
  };
  const fold = (): FoldedBackbone | null => {
    const listed = groups.flatMap((group) => group.weights);
    const folded = foldedGraph(nodes, listed, weights.value, embeddingNodes[row.version]);
    return folded && foldedBackbone(loaded, entry, folded);
  };
  return succeed({
    facts: loaded,
    whitening: whitening.value,
    build: async () => (await quickly(loaded, fold)) ?? buildMobileNet(loaded, entry, artifacts),
    files: () => null,
    fold,
  });
}

/** As plain numbers; what the graph does to its input becomes part of the range. */
function foldedBackbone(
  { id, sha256, inputSizePx, embeddingSize }: LoadedBackbone,
  { row }: MobileNetEntry,
  { layers, scale, offset }: FoldedGraph,
): FoldedBackbone {
  const [low, high] = row.inputRange;
  const inputRange = [low * scale + offset, high * scale + offset] as const;
  return { id, sha256, inputSizePx, inputRange, embeddingSize, layers };
}

/** On the processor by routines of our own; null where they cannot, and on graphics. */
async function quickly(
  facts: LoadedBackbone,
  fold: () => FoldedBackbone | null,
): Promise<Backbone | null> {
  const folded = tf.getBackend() === 'wasm' ? fold() : null;
  if (!folded) return null;
  const named = folded.layers.map((layer, index) => ({
    ...layer,
    name: `${layer.kind} ${index + 1}`,
  }));
  return vectorBackbone(facts, folded, handfulLayers(named, facts.inputSizePx));
}

async function downloadShards(
  paths: readonly string[],
  modelUrl: string,
  context: DownloadContext,
  onBytes: (doneBytes: number) => void,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const shards: Uint8Array[] = [];
  let before = 0;
  for (const path of paths) {
    const shard = await download(new URL(path, modelUrl).href, context, (done) =>
      onBytes(before + done),
    );
    if (!shard.ok) return shard;
    shards.push(shard.value);
    before += shard.value.length;
  }
  return succeed(joined(shards, before));
}

async function buildMobileNet(
  facts: LoadedBackbone,
  { row }: MobileNetEntry,
  artifacts: tf.io.ModelArtifacts,
): Promise<Backbone> {
  const { load } = await import('@tensorflow-models/mobilenet');
  // With `modelUrl` the package needs no alpha; it would accept only four of them.
  const net = await load({
    version: row.version,
    modelUrl: { load: () => Promise.resolve(artifacts) },
    inputRange: [...row.inputRange],
  });
  return {
    facts,
    // The package scales 0 … 255 to the input range by itself.
    pixelRange: [0, 255],
    // The package hands out the pooled embedding alone.
    inside: null,
    async embed(input) {
      const side = facts.inputSizePx;
      const embedding = tf.tidy(() => net.infer(tf.tensor3d(input, [side, side, 3]), true));
      try {
        const values = await embedding.data<'float32'>();
        if (values.length === facts.embeddingSize) return values;
        throw new Error(`its embedding has ${values.length} numbers, not ${facts.embeddingSize}`);
      } finally {
        embedding.dispose();
      }
    },
    dispose() {
      // The package keeps its graph model to itself and offers no way to free it.
      (net as unknown as { model: { dispose(): void } }).model.dispose();
    },
  };
}
