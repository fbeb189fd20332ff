// What pictures look like, as far as the coach wants to know: light and sharpness of some samples of each take, and how like
// each other the borders of the classes are. Found out once per sample and kept in memory.

import type { PictureFacts } from '#lib/core/picture-facts.ts';
import {
  learnableClasses,
  takesOf,
  type ClassId,
  type ProjectDocument,
  type Sample,
  type SampleId,
} from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { InspectedPicture } from '#lib/engine/protocol.ts';
import { borderLikeness, type BorderLikeness, type BorderSample } from '#lib/learning/border.ts';
import type { Pictures } from './pictures.svelte.ts';

export interface Inspected {
  readonly facts: ReadonlyMap<SampleId, PictureFacts>;
  readonly borders: ReadonlyMap<ClassId, BorderLikeness>;
}

const samplesOfTake = 3;
const samplesOfClass = 12;
const mostClasses = 20;
const mostKept = 2000;

export class InspectedPictures {
  #client: EngineClient;
  #pictures: Pictures;
  /** By backbone and sample: another backbone has other features. */
  #known = new Map<string, InspectedPicture>();

  constructor(client: EngineClient, pictures: Pictures) {
    this.#client = client;
    this.#pictures = pictures;
  }

  /** Looks at what is not known yet, one picture at a time. Rejects with AbortError. */
  async of(document: ProjectDocument, signal: AbortSignal): Promise<Inspected> {
    const facts = new Map<SampleId, PictureFacts>();
    const borders: BorderSample[] = [];
    for (const sample of chosenSamples(document)) {
      const seen = await this.#inspect(sample, document.project.backboneId, signal);
      if (!seen) continue;
      facts.set(sample.id, seen.facts);
      const { classId, takeId } = sample;
      if (seen.border) borders.push({ classId, takeId, features: seen.border });
    }
    return { facts, borders: borderLikeness(borders) };
  }

  async #inspect(
    { id }: Sample,
    backboneId: string,
    signal: AbortSignal,
  ): Promise<InspectedPicture | null> {
    const key = `${backboneId} ${id}`;
    const known = this.#known.get(key);
    if (known) return known;
    signal.throwIfAborted();
    const jpeg = await this.#pictures.jpeg(id);
    if (!jpeg) return null;
    const seen = await this.#client.inspectJpeg({ jpeg, border: true }, { signal });
    // A picture that cannot be read has a message of its own elsewhere.
    if (!seen.ok) return null;
    this.#known.set(key, seen.value);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
    return seen.value;
  }
}

/** Some samples of the newest takes of each class, spread evenly over each take. */
export function chosenSamples(document: ProjectDocument): Sample[] {
  return learnableClasses(document)
    .slice(0, mostClasses)
    .flatMap(({ id }) =>
      takesOf(document.samples, id)
        .slice(-samplesOfClass / samplesOfTake)
        .flatMap(({ samples }) => spread(samples, samplesOfTake)),
    );
}

function spread(samples: readonly Sample[], most: number): Sample[] {
  const count = Math.min(most, samples.length);
  return Array.from({ length: count }, (_, i) => {
    return samples[Math.floor(((i + 0.5) * samples.length) / count)];
  }).filter((sample) => sample !== undefined);
}
