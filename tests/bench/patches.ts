// The last feature map of pictures, position by position, for the bench of scores.
import type { StoreOrigin } from '#lib/learning/training-store.ts';
import { featuresOf } from '#lib/learning/features.ts';
import { calm, valueOf } from '#tests/engine/node-engine.ts';
import { openPicture } from '../../src/cli/class-folders.ts';
import { startEngine } from '../../src/cli/node-engine.ts';

export interface Patches {
  /** [P, D]; their mean is the embedding, but for rounding to bytes. */
  readonly activations: Float32Array;
  /** Features of each position, of unit length. */
  readonly features: readonly Float32Array[];
}

/** The patches of each file, in order. */
export async function patchesOf(
  files: readonly string[],
  { dimension, whitening }: StoreOrigin,
): Promise<Patches[]> {
  const { engine, state } = valueOf(await startEngine(null, calm.signal));
  const channels = Array.from({ length: dimension }, (_, d) => d);
  const layer = { layer: (state.layers?.length ?? 0) - 1, channels };
  const all: Patches[] = [];
  for (const file of files) {
    const image = valueOf(await openPicture(file));
    const frame = { image, crop: { centreX: 0.5, centreY: 0.5, size: 1 } };
    const maps = valueOf(await engine.explain({ frame, layer }, calm))?.layer;
    if (!maps) throw new Error('this backbone does not show its inside');
    const positions = maps.side ** 2;
    const activations = new Float32Array(positions * dimension);
    for (let d = 0; d < dimension; d += 1) {
      const low = maps.lowest[d] ?? 0;
      const scale = ((maps.highest[d] ?? 0) - low) / 255;
      for (let p = 0; p < positions; p += 1) {
        activations[p * dimension + d] = low + scale * (maps.maps[d * positions + p] ?? 0);
      }
    }
    const features = Array.from({ length: positions }, (_, p) =>
      featuresOf(activations.subarray(p * dimension, (p + 1) * dimension), whitening),
    );
    all.push({ activations, features });
  }
  engine.dispose();
  return all;
}

/** Mean over the patches of the largest cosine to any patch of `others`. */
export function patchLikeness(patches: Patches, others: readonly Patches[]): number {
  const sum = patches.features.reduce((total, own) => {
    let most = -1;
    for (const { features } of others)
      for (const other of features) most = Math.max(most, dot(own, other));
    return total + most;
  }, 0);
  return sum / patches.features.length;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d += 1) sum += (a[d] ?? 0) * (b[d] ?? 0);
  return sum;
}
