// The learner's own network: what it learns from, its training from nothing, and what it has become.

import { drawnClasses, drawnSet } from '#lib/convnet/drawn-pictures.ts';
import {
  defaultNetworkSpec,
  withOutputs,
  type InputSpec,
  type NetworkSpec,
  type PictureSet,
  type TrainedNetwork,
} from '#lib/convnet/network.ts';
import { untrainedNetwork } from '#lib/convnet/start-weights.ts';
import { isAbort, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { EpochLog, Progress } from '#lib/engine/protocol.ts';
import type { Engine } from './engine.svelte.ts';
import { NetworkBuilder } from './network-builder.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import type { SampleGrids } from './sample-grids.ts';
import { ownPictures } from './scratch-pictures.ts';

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
  /** Share of the pictures it learned from that the network as it is now names right; null: not asked. */
  readonly accuracy: number | null;
  readonly trainMs: number;
  readonly pictures: number;
  readonly stopped: boolean;
}

/** What belongs to one plan and to no other. */
interface Learned {
  readonly plan: string;
  /** Whose classes they were. */
  readonly owner: string;
  /** null: not even one epoch is over. */
  readonly network: TrainedNetwork | null;
  readonly history: readonly EpochLog[];
  readonly outcome: Outcome | null;
}

const drawnEach = 40;

export class ScratchNetwork {
  readonly builder = new NetworkBuilder(() => this.#checkPlan());
  spec = $state.raw<NetworkSpec>(defaultNetworkSpec);
  /** What the learner chose; null: the own classes when there are two. */
  wish = $state<LearningSource | null>(null);
  status = $state.raw<ScratchStatus>({ kind: 'idle' });
  /** The network or its classes changed during the last training, which ended it. */
  interrupted = $state(false);
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
  readonly history: readonly EpochLog[] = $derived.by(() => this.#fitting?.history ?? []);
  readonly outcome: Outcome | null = $derived.by(() => this.#fitting?.outcome ?? null);
  readonly learned = $derived.by(() => Boolean(this.#fitting?.network));
  /** Something was learned, but for another stack, seed or set of classes. */
  readonly outdated = $derived.by(
    () => Boolean(this.#learned?.network) && !this.#fitting && this.#learned?.owner === this.#owner,
  );
  #learned = $state.raw<Learned | null>(null);
  readonly #owner: string = $derived.by(() =>
    this.source === 'drawn' ? 'drawn' : (this.#parts.open.project?.id ?? ''),
  );
  /** Stack, seed, and whose classes in which order: with another one, what was learned is worthless. */
  readonly #plan = $derived.by(() => {
    const own = this.source === 'drawn' ? [] : this.#parts.open.learnable.map(({ id }) => id);
    return JSON.stringify([this.builder.stack, this.#owner, own, this.spec.seed]);
  });
  readonly #stack = $derived(withOutputs(this.builder.stack, this.labels.length));
  readonly #fitting = $derived.by(() =>
    this.#learned?.plan === this.#plan ? this.#learned : null,
  );
  readonly #untrained = $derived.by(() =>
    this.builder.facts.refusal ? null : untrainedNetwork(this.#stack, this.spec.seed),
  );
  #parts: ScratchNetworkParts;
  #stop = new AbortController();
  /** The plan that is being trained. */
  #running: string | null = null;

  constructor(parts: ScratchNetworkParts) {
    this.#parts = parts;
  }

  choose(source: LearningSource): void {
    this.stop();
    this.interrupted = false;
    this.wish = source;
  }

  changeSpec(part: Partial<NetworkSpec>): void {
    this.spec = { ...this.spec, ...part };
  }

  /** Trains from nothing. What it is on the way is in `network`, `history` and `status`. */
  async train(): Promise<void> {
    if (this.busy || this.builder.facts.refusal) return;
    this.#stop = new AbortController();
    this.interrupted = false;
    this.#learned = null;
    this.#running = this.#plan;
    try {
      const trained = await this.#train(this.#stop.signal, this.#running);
      this.status = trained.ok ? { kind: 'idle' } : { kind: 'failed', failure: trained.failure };
    } catch (error) {
      this.status = { kind: 'idle' };
      if (!isAbort(error)) throw error;
    } finally {
      this.#running = null;
    }
  }

  /** Ends the training now and keeps what was learned so far. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends a training whose network nobody wants any more, because it or its classes have changed since. */
  #checkPlan(): void {
    if (this.#running === null || this.#running === this.#plan || this.interrupted) return;
    this.stop();
    this.interrupted = true;
    this.#learned = null;
    this.#parts.notices.announce(
      'The network or its classes changed, so the training was stopped. Nothing of it is kept.',
    );
  }

  async #train(signal: AbortSignal, plan: string): Promise<Result<null>> {
    const stack = this.#stack;
    const learned: Learned = {
      plan,
      owner: this.#owner,
      network: null,
      history: [],
      outcome: null,
    };
    const { engine, notices } = this.#parts;
    const read = await this.#pictures(stack.input, signal);
    if (!read.ok) return read;
    this.status = { kind: 'training' };
    const train = read.value;
    this.#checkPlan();
    signal.throwIfAborted();
    this.#learned = learned;
    const report = await engine.client.trainNetwork(
      // Its own pictures again: what the network gets right when all is learned, not on the way.
      { stack, spec: this.spec, train, test: train.inputs },
      { signal, onProgress: (progress) => this.#follow(progress) },
    );
    if (!report.ok) return report;
    this.#checkPlan();
    if (this.interrupted) return succeed(null);
    const { network, history, trainMs, stopped, named } = report.value;
    const accuracy = shareRight(train.classIndexes, named);
    const outcome = { accuracy, trainMs, pictures: train.classIndexes.length, stopped };
    this.#learned = { ...learned, network, history, outcome };
    notices.announce(finishedWords(outcome));
    return succeed(null);
  }

  #pictures(
    input: InputSpec,
    signal: AbortSignal,
  ): Promise<Result<PictureSet>> | Result<PictureSet> {
    if (this.source === 'drawn') return succeed(drawnSet(input, drawnEach, this.spec.seed));
    const { open, grids } = this.#parts;
    const onProgress = (done: number, total: number): void => {
      this.status = { kind: 'reading', done, total };
    };
    return ownPictures(grids, open, { input, signal, onProgress });
  }

  #follow(progress: Progress): void {
    this.#checkPlan();
    const learned = this.#learned;
    if (!learned || this.interrupted) return;
    if (progress.kind === 'epoch') {
      this.#learned = { ...learned, history: [...learned.history, progress.log] };
    }
    if (progress.kind === 'network') this.#learned = { ...learned, network: progress.network };
  }
}

function finishedWords({ accuracy, stopped }: Outcome): string {
  const ended = `The network has ${stopped ? 'stopped' : 'finished'} learning`;
  return accuracy === null
    ? `${ended}.`
    : `${ended}: ${Math.round(accuracy * 100)} per cent right on its own pictures.`;
}

/** null when nothing was named. */
function shareRight(truth: Uint16Array, named: Uint16Array): number | null {
  if (truth.length === 0 || named.length !== truth.length) return null;
  return truth.filter((classIndex, i) => named[i] === classIndex).length / truth.length;
}
