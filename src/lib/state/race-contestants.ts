// The two that race: a new head on the frozen backbone's embeddings, and a network of one's own from nothing.

import type { NetworkSpec, Stack } from '#lib/convnet/network.ts';
import { succeed } from '#lib/core/failure.ts';
import type { RidgeSpec } from '#lib/core/head-spec.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { Contestant } from '#lib/learning/race-run.ts';
import type { RaceSample } from '#lib/learning/race.ts';
import { pictureSet } from './scratch-pictures.ts';

export type Racer = 'transfer' | 'scratch';

/** A sample as both contestants see it. */
export interface Runner extends RaceSample {
  readonly grid: Float32Array;
  readonly embedding: Float32Array;
}

export interface RaceRules {
  readonly runners: readonly Runner[];
  readonly spec: RidgeSpec;
  /** With one output a class. */
  readonly stack: Stack;
  readonly network: NetworkSpec;
  readonly signal: AbortSignal;
}

export function contestantsOf(
  client: EngineClient,
  { runners, spec, stack, network, signal }: RaceRules,
): Record<Racer, Contestant> {
  const chosen = (indexes: readonly number[]): Runner[] =>
    indexes.flatMap((index) => runners[index] ?? []);
  return {
    async transfer(train, test) {
      const learners = chosen(train);
      const embeddings = learners.map(({ embedding }) => embedding);
      const classIndexes = Uint16Array.from(learners, ({ classIndex }) => classIndex);
      const asked = chosen(test).map(({ embedding }) => embedding);
      const request = { spec, train: { embeddings, classIndexes }, test: asked };
      const tried = await client.tryHead(request, { signal });
      return tried.ok ? succeed({ named: tried.value.named, learnMs: tried.value.fitMs }) : tried;
    },
    async scratch(train, test, seed) {
      const set = pictureSet(chosen(train), stack.input);
      const { inputs } = pictureSet(chosen(test), stack.input);
      const request = { stack, spec: { ...network, seed }, train: set, test: inputs };
      const report = await client.trainNetwork(request, { signal });
      if (!report.ok) return report;
      return succeed({ named: report.value.named, learnMs: report.value.trainMs });
    },
  };
}
