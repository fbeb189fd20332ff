// Balanced accuracy of a head on an embedded set, by shots and protocol.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { HeadSpec } from '#lib/core/head-spec.ts';
import { createHead } from '#lib/learning/create-head.ts';
import { balancedAccuracy, confusionOf } from '#lib/learning/evaluation/metrics.ts';
import type { Whitening } from '#lib/learning/head.ts';
import { largestIndex } from '#lib/learning/softmax.ts';
import { parseWhitening } from '#lib/learning/whitening.ts';
import type { EmbeddedSet } from './class-folders.ts';
import type { NodeEngine } from './node-engine.ts';
import { distinctSeeds, splitOf, type Protocol, type Split } from './protocols.ts';

export interface MeasureWish {
  readonly protocol: Protocol;
  readonly spec: HeadSpec;
  readonly shots: number;
  readonly seeds: number;
  readonly signal: AbortSignal;
}

/** Balanced accuracy of each draw; empty when a class is too small for so many shots. */
export async function measure(
  { engine }: NodeEngine,
  set: EmbeddedSet,
  whitening: Whitening | null,
  { protocol, spec, shots, seeds, signal }: MeasureWish,
): Promise<Result<number[]>> {
  const accuracies: number[] = [];
  const draws = distinctSeeds(protocol, seeds, spec.kind === 'dense');
  for (let seed = 0; seed < draws; seed += 1) {
    const splits: Split[] = [];
    for (const [c, { pictures }] of set.classes.entries()) {
      const split = splitOf(protocol, pictures.length, shots, seed, c);
      if (!split) return succeed([]);
      splits.push(split);
    }
    const seeded = spec.kind === 'dense' ? { ...spec, seed: spec.seed + seed } : spec;
    const accuracy = await measureOnce(engine, set, whitening, splits, seeded, signal);
    if (!accuracy.ok) return accuracy;
    accuracies.push(accuracy.value);
  }
  return succeed(accuracies);
}

/** The whitening of the backbone in use, null when it has none. */
export async function whiteningOf(
  { engine }: NodeEngine,
  signal: AbortSignal,
): Promise<Result<Whitening | null>> {
  const asset = await engine.whiteningAsset(null, { signal, onProgress: () => undefined });
  if (!asset.ok) return asset;
  if (!asset.value) return succeed(null);
  const parsed = parseWhitening(asset.value.json, asset.value.bytes);
  return parsed.ok ? succeed(parsed.value.whitening) : parsed;
}

async function measureOnce(
  engine: NodeEngine['engine'],
  set: EmbeddedSet,
  whitening: Whitening | null,
  splits: readonly Split[],
  spec: HeadSpec,
  signal: AbortSignal,
): Promise<Result<number>> {
  signal.throwIfAborted();
  const context = { signal, onProgress: () => undefined };
  await engine.clearSamples(null, context);
  const samples = splits.flatMap(({ train }, c) =>
    train.flatMap((n) => {
      const embedding = set.classes[c]?.pictures[n]?.embedding;
      return embedding ? [{ id: `${c}/${n}`, classId: `${c}`, embedding }] : [];
    }),
  );
  const put = await engine.putSamples({ samples }, context);
  if (!put.ok) return put;
  const classes = set.classes.map(({ name }, c) => ({ id: `${c}`, name }));
  const fitted = await engine.fit({ spec, classes }, context);
  if (!fitted.ok) return fitted;
  const whole = await engine.wholeHead(null, context);
  if (!whole.ok) return whole;
  if (!whole.value) return fail({ code: 'too-few-classes' });
  signal.throwIfAborted();
  const head = createHead(whole.value, whitening);
  if (!head.ok) return fail(head.failure);
  const truth: number[] = [];
  const predicted: number[] = [];
  for (const [c, { test }] of splits.entries()) {
    for (const n of test) {
      const embedding = set.classes[c]?.pictures[n]?.embedding;
      if (!embedding) continue;
      truth.push(c);
      predicted.push(largestIndex(head.value.predict(embedding)));
    }
  }
  const confusion = confusionOf(
    Uint16Array.from(truth),
    Uint16Array.from(predicted),
    classes.length,
  );
  return succeed(balancedAccuracy(confusion));
}
