// The learner's samples as a network of one's own learns from them: small grids of numbers with their classes.

import { pictureSize, type InputSpec, type PictureSet } from '#lib/convnet/network.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { OpenProject } from './project.svelte.ts';
import { spreadSamples, type SampleGrids } from './sample-grids.ts';

interface Wish {
  readonly input: InputSpec;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Those of the learnable classes, in their order. Fails with `too-few-classes` when the pictures of too many are gone. */
export async function ownPictures(
  grids: SampleGrids,
  open: OpenProject,
  { input, signal, onProgress }: Wish,
): Promise<Result<PictureSet>> {
  const classIds = open.learnable.map(({ id }) => id);
  const chosen = spreadSamples(open.samples, classIds);
  const samples = chosen.map(({ sample }) => sample);
  const read = await grids.read({ samples, input, signal, onProgress });
  if (!read.ok) return read;
  const known = chosen.flatMap(({ sample, classIndex }) => {
    const grid = read.value.get(sample.id);
    return grid ? [{ grid, classIndex }] : [];
  });
  if (new Set(known.map(({ classIndex }) => classIndex)).size < 2) {
    return fail({ code: 'too-few-classes' });
  }
  return succeed(pictureSet(known, input));
}

/** Grids one after the other, with their classes. */
export function pictureSet(
  known: readonly { readonly grid: Float32Array; readonly classIndex: number }[],
  input: InputSpec,
): PictureSet {
  const size = pictureSize(input);
  const inputs = new Float32Array(known.length * size);
  for (const [n, { grid }] of known.entries()) inputs.set(grid, n * size);
  return { inputs, classIndexes: Uint16Array.from(known, ({ classIndex }) => classIndex) };
}
