// Samples as a network of one's own sees them: their pictures as small grids of numbers, read once for each size.

import type { InputSpec } from '#lib/convnet/network.ts';
import { succeed, type Result } from '#lib/core/failure.ts';
import type { ClassId, Sample, SampleId } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { Pictures } from './pictures.svelte.ts';

interface Wanted {
  readonly samples: readonly Sample[];
  readonly input: InputSpec;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const mostInAll = 1600;
const mostAClass = 200;

export class SampleGrids {
  #client: EngineClient;
  #pictures: Pictures;
  #input = '';
  #grids = new Map<SampleId, Float32Array>();

  constructor(client: EngineClient, pictures: Pictures) {
    this.#client = client;
    this.#pictures = pictures;
  }

  /** Grids of `samples`; those whose picture is gone or damaged are absent. Rejects with AbortError. */
  async read(wanted: Wanted): Promise<Result<Map<SampleId, Float32Array>>> {
    const { samples, input, signal, onProgress } = wanted;
    const key = JSON.stringify(input);
    if (key !== this.#input) this.#grids.clear();
    this.#input = key;
    const found = new Map<SampleId, Float32Array>();
    for (const [done, { id }] of samples.entries()) {
      signal.throwIfAborted();
      const known = this.#grids.get(id);
      if (known) {
        found.set(id, known);
        continue;
      }
      onProgress(done, samples.length);
      const jpeg = await this.#pictures.jpeg(id);
      if (!jpeg) continue;
      const grid = await this.#client.readGrid({ jpeg, input });
      if (!grid.ok && grid.failure.code !== 'bad-picture') return grid;
      if (grid.ok) found.set(id, grid.value);
    }
    this.#grids = found;
    return succeed(found);
  }
}

/** At most 200 samples a class and 1 600 in all, evenly spread over what there is: more than that takes too long here. */
export function spreadSamples(
  samples: readonly Sample[],
  classIds: readonly ClassId[],
): { sample: Sample; classIndex: number }[] {
  const most = Math.min(mostAClass, Math.floor(mostInAll / Math.max(1, classIds.length)));
  return classIds.flatMap((classId, classIndex) => {
    const own = samples.filter((sample) => sample.classId === classId);
    const step = Math.max(1, own.length / most);
    return own
      .filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
      .map((sample) => ({ sample, classIndex }));
  });
}
