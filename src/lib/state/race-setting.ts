// What there is to know about a race besides its answers: how much each racer learns, and what a first look costs.

import { networkFacts, withOutputs, type Stack } from '#lib/convnet/network.ts';
import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { succeed, type Result } from '#lib/core/failure.ts';
import type { Sample } from '#lib/core/project.ts';
import { nowMs } from './clock.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Racer } from './race-contestants.ts';

export interface RaceSetting {
  readonly classCount: number;
  /** Numbers that each racer learns, and numbers that stay as they are. */
  readonly trained: Readonly<Record<Racer, number>>;
  readonly frozen: number;
  /** Milliseconds that the frozen backbone needs to look at one picture, as measured before the race. */
  readonly lookMs: number;
}

/** Pictures that are looked at to measure; the first one warms up. */
const looks = 6;

export function settingOf(
  stack: Stack,
  backbone: LoadedBackbone | undefined,
  { classCount, lookMs: ms }: Pick<RaceSetting, 'classCount' | 'lookMs'>,
): RaceSetting {
  const transfer = ((backbone?.embeddingSize ?? 0) + 1) * classCount;
  const scratch = networkFacts(withOutputs(stack, classCount)).parameters;
  return {
    classCount,
    trained: { transfer, scratch },
    frozen: backbone?.parameters ?? 0,
    lookMs: ms,
  };
}

/** Median time of an embedding: samples keep theirs, so a race itself never computes one. */
export async function lookMs(
  { sources: { pictures, client } }: { readonly sources: EmbeddingSources },
  samples: readonly Sample[],
  signal: AbortSignal,
): Promise<Result<number>> {
  const times: number[] = [];
  for (const { id } of samples.slice(0, looks)) {
    signal.throwIfAborted();
    const jpeg = await pictures.jpeg(id);
    if (!jpeg) continue;
    const startedMs = nowMs();
    const embedded = await client.embedJpeg({ jpeg });
    if (embedded.ok) times.push(nowMs() - startedMs);
    else if (embedded.failure.code !== 'bad-picture') return embedded;
  }
  const warm = (times.length > 1 ? times.slice(1) : times).sort((a, b) => a - b);
  return succeed(warm[Math.floor(warm.length / 2)] ?? 0);
}
