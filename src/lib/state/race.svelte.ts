// The race: the learner's network, trained from nothing, against the frozen backbone with a new head, on the same samples.

import { withOutputs } from '#lib/convnet/network.ts';
import { isAbort, type Failure, type Result } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import type { ProjectDocument, ProjectId, Sample } from '#lib/core/project.ts';
import { raceLength, runRace, type RacePoint } from '#lib/learning/race-run.ts';
import {
  drawRace,
  spreadOf,
  takeCounts,
  type RaceSample,
  type Spread,
} from '#lib/learning/race.ts';
import { collectEmbeddings, type EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import { contestantsOf, type Racer } from './race-contestants.ts';
import { lookMs, settingOf, type RaceSetting } from './race-setting.ts';
import { spreadSamples, type SampleGrids } from './sample-grids.ts';
import type { ScratchNetwork } from './scratch-network.svelte.ts';

export interface RaceParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly sources: EmbeddingSources;
  readonly grids: SampleGrids;
  readonly scratch: ScratchNetwork;
  readonly notices: Notices;
}

export type RaceStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  | { readonly kind: 'racing'; readonly done: number; readonly total: number }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What one racer reached at one number of shots. */
export interface RaceResult {
  readonly shots: number;
  readonly accuracy: Spread;
  readonly learnMs: Spread;
}

/** A class that has too few takes, and how many it lacks. */
export interface LackingTakes {
  readonly name: string;
  readonly takes: number;
  readonly missing: number;
  readonly samples: number;
  /** All of its samples came from files. */
  readonly imported: boolean;
}

/** A race and what it was run on. */
interface Run {
  readonly projectId: ProjectId;
  /** Classes, samples, backbone and networks. */
  readonly key: string;
  readonly points: readonly RacePoint<Racer>[];
  readonly setting: RaceSetting | null;
}

export const takesNeeded = 2;
export const drawLimits = { min: 1, max: 5, step: 1 } as const;

export class Race {
  status = $state.raw<RaceStatus>({ kind: 'idle' });
  drawCount = $state(3);
  readonly busy = $derived(this.status.kind === 'reading' || this.status.kind === 'racing');
  /** The last race of this project, as far as it got. */
  readonly points: readonly RacePoint<Racer>[] = $derived.by(() => this.#own?.points ?? []);
  readonly setting: RaceSetting | null = $derived.by(() => this.#own?.setting ?? null);
  /** Its classes, samples or networks are no longer those of now. */
  readonly old = $derived.by(() => this.#own !== null && this.#own.key !== this.#key);
  readonly lacking: readonly LackingTakes[] = $derived.by(() => {
    const { learnable } = this.#parts.open;
    const takes = takeCounts(this.#samples.map(asRacing), learnable.length);
    return learnable.flatMap(({ id, name }, c) => {
      const own = takes[c] ?? 0;
      if (own >= takesNeeded) return [];
      const samples = this.#parts.open.samples.filter(({ classId }) => classId === id);
      const imported = samples.length > 0 && samples.every(({ source }) => source === 'file');
      const missing = takesNeeded - own;
      return [{ name, takes: own, missing, samples: samples.length, imported }];
    });
  });
  readonly classesMissing = $derived.by(() => Math.max(0, 2 - this.#parts.open.learnable.length));
  /** Enough takes, but shared between classes in such a way that none can be held back. */
  readonly tangled = $derived.by(
    () =>
      this.classesMissing === 0 &&
      this.lacking.length === 0 &&
      drawRace(this.#samples.map(asRacing), this.#parts.open.learnable.length, 1) === null,
  );
  readonly able = $derived.by(
    () =>
      this.classesMissing === 0 &&
      this.lacking.length === 0 &&
      !this.tangled &&
      this.#parts.scratch.builder.facts.refusal === null,
  );
  readonly #samples = $derived.by(() =>
    spreadSamples(
      this.#parts.open.samples,
      this.#parts.open.learnable.map(({ id }) => id),
    ),
  );
  readonly #key = $derived.by(() => {
    const { open, scratch } = this.#parts;
    return JSON.stringify([
      open.learnable.map(({ id }) => id),
      open.project?.backboneId,
      scratch.builder.stack,
      scratch.spec,
      this.#samples.map(({ sample }) => sample.id),
    ]);
  });
  #run = $state.raw<Run | null>(null);
  readonly #own = $derived.by(() =>
    this.#run?.projectId === this.#parts.open.project?.id ? this.#run : null,
  );
  #parts: RaceParts;
  #stop = new AbortController();

  constructor(parts: RaceParts) {
    this.#parts = parts;
  }

  /** Results of one racer so far, by shots. */
  resultsOf(racer: Racer): RaceResult[] {
    const own = this.points.filter(({ contestant }) => contestant === racer);
    const shots = [...new Set(own.map((point) => point.shots))].sort((a, b) => a - b);
    return shots.flatMap((count) => {
      const some = own.filter((point) => point.shots === count);
      const accuracy = spreadOf(some.map((point) => point.accuracy));
      const learnMs = spreadOf(some.map((point) => point.learnMs));
      return accuracy && learnMs ? [{ shots: count, accuracy, learnMs }] : [];
    });
  }

  async run(): Promise<void> {
    const { document } = this.#parts.open;
    if (this.busy || !this.able || !document) return;
    this.#stop = new AbortController();
    const { id: projectId } = document.project;
    this.#run = { projectId, key: this.#key, points: [], setting: null };
    try {
      const raced = await this.#race(document, this.#stop.signal);
      this.status = raced.ok ? { kind: 'idle' } : { kind: 'failed', failure: raced.failure };
      if (raced.ok) this.#parts.notices.announce('The race is over.');
    } catch (error) {
      this.status = { kind: 'idle' };
      if (!isAbort(error)) throw error;
    }
  }

  /** Ends the race; what was computed stays. */
  cancel(): void {
    this.#stop.abort();
  }

  async #race(document: ProjectDocument, signal: AbortSignal): Promise<Result<null>> {
    const { engine, scratch } = this.#parts;
    const classCount = this.#parts.open.learnable.length;
    const stack = withOutputs(scratch.builder.stack, classCount);
    const chosen = this.#samples;
    const onProgress = (done: number, total: number): void => {
      this.status = { kind: 'reading', done, total };
    };
    const samples = chosen.map(({ sample }) => sample);
    const grids = await this.#parts.grids.read({ samples, input: stack.input, signal, onProgress });
    if (!grids.ok) return grids;
    const embeddings = await this.#embeddings(document, samples, signal, onProgress);
    if (!embeddings.ok) return embeddings;
    const runners = chosen.flatMap(({ sample, classIndex }) => {
      const grid = grids.value.get(sample.id);
      const embedding = embeddings.value.get(sample.id);
      return grid && embedding ? [{ ...asRacing({ sample, classIndex }), grid, embedding }] : [];
    });
    const draws = Array.from({ length: this.drawCount }, (_, n) =>
      drawRace(runners, classCount, n + 1),
    ).filter((draw) => draw !== null);
    const looked = await lookMs(this.#parts, samples, signal);
    if (!looked.ok) return looked;
    const setting = settingOf(scratch.builder.stack, engine.ready?.backbone, {
      classCount,
      lookMs: looked.value,
    });
    this.#run = this.#run && { ...this.#run, setting };
    const total = raceLength(draws, 2);
    this.status = { kind: 'racing', done: 0, total };
    const spec = defaultHeadSettings.ridge;
    return runRace({
      samples: runners,
      classCount,
      draws,
      contestants: contestantsOf(engine.client, {
        runners,
        spec,
        stack,
        network: scratch.spec,
        signal,
      }),
      signal,
      onPoint: (point) => {
        // Another project is open: nobody waits for this race.
        if (!this.#own) this.cancel();
        const points = [...(this.#run?.points ?? []), point];
        this.#run = this.#run && { ...this.#run, points };
        this.status = { kind: 'racing', done: points.length, total };
      },
    });
  }

  #embeddings(
    { project }: ProjectDocument,
    samples: readonly Sample[],
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ) {
    const { id: projectId, backboneId } = project;
    const wanted = { projectId, backboneId, samples, signal, onProgress };
    return collectEmbeddings(this.#parts.sources, wanted);
  }
}

function asRacing({ sample, classIndex }: { sample: Sample; classIndex: number }): RaceSample {
  return { classIndex, takeId: sample.takeId };
}
