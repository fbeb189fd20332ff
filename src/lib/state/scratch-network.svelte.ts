// The learner's own network: what it learns from, its training from nothing, and what it has become.

import { drawnClasses, drawnSet } from '#lib/convnet/drawn-pictures.ts';
import {
  defaultNetworkSpec,
  pictureSize,
  withOutputs,
  type InputSpec,
  type NetworkSpec,
  type PictureSet,
  type TrainedNetwork,
} from '#lib/convnet/network.ts';
import { untrainedNetwork } from '#lib/convnet/start-weights.ts';
import { fail, isAbort, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { EpochLog } from '#lib/engine/protocol.ts';
import type { Engine } from './engine.svelte.ts';
import { NetworkBuilder } from './network-builder.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import { spreadSamples, type SampleGrids } from './sample-grids.ts';

export interface ScratchNetworkParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly grids: SampleGrids;
  readonly notices: Notices;
}

/** The learner's classes, or two that the product draws itself. */
export type LearningSource = 'samples' | 'drawn';

export type ScratchStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  | { readonly kind: 'training' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the last training ended with. */
export interface Outcome {
  readonly accuracy: number;
  readonly trainMs: number;
  readonly pictures: number;
  readonly stopped: boolean;
}

interface Learned {
  readonly plan: string;
  readonly network: TrainedNetwork;
  readonly outcome: Outcome | null;
}

const drawnEach = 40;

export class ScratchNetwork {
  readonly builder = new NetworkBuilder();
  spec = $state.raw<NetworkSpec>(defaultNetworkSpec);
  /** What the learner chose; null: the own classes when there are two. */
  wish = $state<LearningSource | null>(null);
  status = $state.raw<ScratchStatus>({ kind: 'idle' });
  history = $state.raw<readonly EpochLog[]>([]);
  readonly canUseSamples = $derived.by(() => this.#parts.open.learnable.length >= 2);
  readonly source: LearningSource = $derived(
    this.wish === 'drawn' || !this.canUseSamples ? 'drawn' : 'samples',
  );
  readonly labels: readonly string[] = $derived.by(() =>
    this.source === 'drawn' ? drawnClasses : this.#parts.open.learnable.map(({ name }) => name),
  );
  /** Palette indexes of the classes. */
  readonly colours: readonly number[] = $derived.by(() =>
    this.source === 'drawn' ? [0, 1] : this.#parts.open.learnable.map(({ colour }) => colour),
  );
  readonly busy = $derived(this.status.kind === 'reading' || this.status.kind === 'training');
  /** The network as it is now: trained, in training, or as it began; null when the stack is impossible. */
  readonly network: TrainedNetwork | null = $derived.by(
    () => this.#fitting?.network ?? this.#untrained,
  );
  readonly outcome: Outcome | null = $derived.by(() => this.#fitting?.outcome ?? null);
  readonly learned = $derived.by(() => this.#fitting !== null);
  #learned = $state.raw<Learned | null>(null);
  /** Stack, seed and classes: another one makes what was learned worthless. */
  readonly #plan = $derived(
    JSON.stringify([this.builder.stack, this.source, this.labels.length, this.spec.seed]),
  );
  readonly #stack = $derived(withOutputs(this.builder.stack, this.labels.length));
  readonly #fitting = $derived.by(() =>
    this.#learned?.plan === this.#plan ? this.#learned : null,
  );
  readonly #untrained = $derived.by(() =>
    this.builder.facts.refusal ? null : untrainedNetwork(this.#stack, this.spec.seed),
  );
  #parts: ScratchNetworkParts;
  #stop = new AbortController();

  constructor(parts: ScratchNetworkParts) {
    this.#parts = parts;
  }

  choose(source: LearningSource): void {
    this.stop();
    this.wish = source;
  }

  changeSpec(part: Partial<NetworkSpec>): void {
    this.spec = { ...this.spec, ...part };
  }

  /** Trains from nothing. What it is on the way is in `network`, `history` and `status`. */
  async train(): Promise<void> {
    if (this.busy || this.builder.facts.refusal) return;
    this.#stop = new AbortController();
    this.history = [];
    this.#learned = null;
    try {
      const trained = await this.#train(this.#stop.signal, this.#plan);
      this.status = trained.ok ? { kind: 'idle' } : { kind: 'failed', failure: trained.failure };
    } catch (error) {
      this.status = { kind: 'idle' };
      if (!isAbort(error)) throw error;
    }
  }

  /** Ends the training now and keeps what was learned so far. */
  stop(): void {
    this.#stop.abort();
  }

  async #train(signal: AbortSignal, plan: string): Promise<Result<null>> {
    const stack = this.#stack;
    const { engine, notices } = this.#parts;
    const read = await this.#pictures(stack.input, signal);
    if (!read.ok) return read;
    this.status = { kind: 'training' };
    const report = await engine.client.trainNetwork(
      { stack, spec: this.spec, train: read.value, test: null },
      {
        signal,
        onProgress: (progress) => {
          if (progress.kind === 'epoch') this.history = [...this.history, progress.log];
          if (progress.kind !== 'network') return;
          this.#learned = { plan, network: progress.network, outcome: null };
        },
      },
    );
    if (!report.ok) return report;
    const { network, history, trainMs, stopped } = report.value;
    this.history = history;
    const accuracy = history.at(-1)?.accuracy ?? 0;
    const pictures = read.value.classIndexes.length;
    this.#learned = { plan, network, outcome: { accuracy, trainMs, pictures, stopped } };
    notices.announce(
      `The network has ${stopped ? 'stopped' : 'finished'} learning: ${Math.round(accuracy * 100)} per cent right on its own pictures.`,
    );
    return succeed(null);
  }

  async #pictures(input: InputSpec, signal: AbortSignal): Promise<Result<PictureSet>> {
    if (this.source === 'drawn') return succeed(drawnSet(input, drawnEach, this.spec.seed));
    const { open, grids } = this.#parts;
    const classIds = open.learnable.map(({ id }) => id);
    const chosen = spreadSamples(open.samples, classIds);
    const read = await grids.read({
      samples: chosen.map(({ sample }) => sample),
      input,
      signal,
      onProgress: (done, total) => (this.status = { kind: 'reading', done, total }),
    });
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
