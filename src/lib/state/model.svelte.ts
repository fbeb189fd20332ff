// Learning as the page sees it: the head in use, fitted by itself whenever what it learns from has changed.
// Work on the engine happens one step at a time; several wishes become one step.

import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { selectedSpec, type HeadKind } from '#lib/core/head-spec.ts';
import { learnableClasses, type BackboneId, type ProjectDocument } from '#lib/core/project.ts';
import { trainingSignature } from '#lib/core/signature.ts';
import type { EngineState, EpochLog, FitReport } from '#lib/engine/protocol.ts';
import { isComplete, type FittedHead, type TrainedHead } from '#lib/learning/head.ts';
import type { EngineSamples } from './engine-samples.svelte.ts';
import { samplesOf } from './taken-samples.ts';
import type { Engine } from './engine.svelte.ts';
import type { KeptHeads } from './kept-heads.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export type ModelStatus =
  | { readonly kind: 'empty' }
  | { readonly kind: 'fitting'; readonly head: HeadKind }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A closed-form head is fitted after every sample while that is quicker than this; else after the take. */
const instantMs = 60;

export class Model {
  status = $state.raw<ModelStatus>({ kind: 'empty' });
  /** The head in use, and whether it was learned here or came from a file. */
  head = $state.raw<FittedHead | null>(null);
  source = $state<'samples' | 'file'>('samples');
  /** Limit of *none of these* that the takes tell; null while a class has fewer than three of them. */
  takesLimit = $state.raw<number | null>(null);
  /** What the last fit said; null for a head that was not fitted in this session. */
  report = $state.raw<FitReport | null>(null);
  /** Curve of the dense head that is being, or was last, trained. */
  history = $state.raw<readonly EpochLog[]>([]);
  #engine: Engine;
  #open: OpenProject;
  #samples: EngineSamples;
  #kept: KeptHeads;
  #notices: Notices;
  #recording = false;
  #signature: string | null = null;
  #backbone: BackboneId | null = null;
  #step: Promise<void> | null = null;
  #again = false;
  #stopFit = new AbortController();
  #headListeners: (() => void)[] = [];

  constructor(
    engine: Engine,
    open: OpenProject,
    samples: EngineSamples,
    kept: KeptHeads,
    notices: Notices,
  ) {
    this.#engine = engine;
    this.#open = open;
    this.#samples = samples;
    this.#kept = kept;
    this.#notices = notices;
    open.onChange(() => this.#wish());
    engine.client.onRestart(() => this.#reload());
  }

  /** Told whenever another head predicts from now on, or none. */
  onHead(listener: () => void): void {
    this.#headListeners.push(listener);
  }

  /** Takes another project's samples and head into the engine. Resolves when its head is ready. */
  async load(): Promise<void> {
    this.#stopFit.abort();
    await this.#step;
    await this.#engine.client.clearSamples(null);
    await this.#engine.client.setHead({ head: null });
    this.#use(null, 'samples', null);
    this.takesLimit = null;
    this.history = [];
    this.#reload();
    await this.#step;
  }

  /** Resolves when the engine holds the document's samples and nothing is being learned. */
  async settled(): Promise<void> {
    while (this.#step) await this.#step;
  }

  /** The head in use with all its numbers. Fails with `too-few-classes` when there is none. */
  async whole(): Promise<Result<TrainedHead>> {
    if (this.head && isComplete(this.head)) return succeed(this.head);
    const whole = await this.#engine.client.wholeHead(null);
    if (!whole.ok) return whole;
    return whole.value ? succeed(whole.value) : fail({ code: 'too-few-classes' });
  }

  /** Trains the chosen head again from the start. */
  fitAgain(): void {
    this.#signature = null;
    this.#wish();
  }

  /** Ends a dense head's training now and keeps what it has learned so far. */
  stop(): void {
    this.#stopFit.abort();
  }

  takeBegan(): void {
    this.#recording = true;
  }

  /** The take is complete: heads that waited for it learn now. */
  takeEnded(): void {
    this.#recording = false;
    this.#wish();
  }

  /** Gives up loading another backbone or reading the samples with it, and returns to the one before. */
  cancelBackbone(): void {
    this.#samples.cancel();
  }

  #reload(): void {
    this.#samples.forget();
    this.#signature = null;
    this.#wish();
  }

  #wish(): void {
    if (this.#step) {
      this.#again = true;
      if (this.status.kind === 'fitting' && this.#outdated()) this.#stopFit.abort();
      return;
    }
    this.#step = this.#run().finally(() => (this.#step = null));
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      if (!this.#engine.ready) return;
      this.#adoptBackbone(this.#engine.ready);
      const { document } = this.#open;
      if (!document) return;
      const done = await this.#bringUpToDate(document);
      if (!done.ok) this.status = { kind: 'failed', failure: done.failure };
    } while (this.#wishedAgain());
  }

  #wishedAgain(): boolean {
    return this.#again;
  }

  async #bringUpToDate(document: ProjectDocument): Promise<Result<null>> {
    const synced = await this.#samples.sync(document);
    if (!synced.ok) return synced;
    if (synced.value !== 'in-use') {
      this.#returnToBackbone(document, synced.value);
      return succeed(null);
    }
    this.#backbone = document.project.backboneId;
    if (!this.#outdated() || this.#waitsForTake(document)) return succeed(null);
    if (learnableClasses(document).length < 2) return this.#withoutSamples(document);
    const learned = await this.#learn(document);
    return learned.ok ? this.#fitLimit(document) : learned;
  }

  async #fitLimit(document: ProjectDocument): Promise<Result<null>> {
    const answered = await this.#engine.client.unknownLimit(samplesOf(document));
    if (!answered.ok) return answered;
    this.takesLimit = answered.value;
    return succeed(null);
  }

  async #learn(document: ProjectDocument): Promise<Result<null>> {
    const spec = selectedSpec(document.project.heads);
    const signature = trainingSignature(document, spec);
    if (spec.kind === 'dense' && this.#signature === null) {
      const kept = await this.#kept.trained(document.project.id, signature);
      if (kept) return this.#setHead(kept, 'samples', signature);
    }
    this.status = { kind: 'fitting', head: spec.kind };
    this.#stopFit = new AbortController();
    if (spec.kind === 'dense') this.history = [];
    const classes = learnableClasses(document).map(({ id, name }) => ({ id, name }));
    const fitted = await this.#engine.client.fit(
      { spec, classes },
      {
        signal: this.#stopFit.signal,
        onProgress: (p) => p.kind === 'epoch' && (this.history = [...this.history, p.log]),
      },
    );
    if (!fitted.ok) return fitted;
    this.#signature = signature;
    this.report = fitted.value;
    this.#use(fitted.value.head, 'samples', signature);
    // An out-of-date head is not worth keeping: the next step fits again.
    const { head } = fitted.value;
    if (head.kind === 'dense' && !this.#again) {
      return this.#kept.keepTrained(document.project.id, signature, head);
    }
    return succeed(null);
  }

  /** With fewer than two classes to learn, a head that came from a file predicts; else none does. */
  async #withoutSamples(document: ProjectDocument): Promise<Result<null>> {
    const imported = await this.#kept.imported(document.project.id);
    const signature = this.#currentSignature(document);
    this.report = null;
    this.takesLimit = null;
    const fits = imported?.backboneSha256 === this.#engine.ready?.backbone.sha256;
    return this.#setHead(fits ? imported : null, fits && imported ? 'file' : 'samples', signature);
  }

  async #setHead(
    head: FittedHead | null,
    source: 'samples' | 'file',
    signature: string,
  ): Promise<Result<null>> {
    const answered = await this.#engine.client.setHead({ head });
    if (answered.ok) this.#use(head, source, signature);
    return answered;
  }

  #use(head: FittedHead | null, source: 'samples' | 'file', signature: string | null): void {
    this.head = head;
    this.source = source;
    this.#signature = signature;
    this.status = head ? { kind: 'ready' } : { kind: 'empty' };
    for (const listener of this.#headListeners) listener();
  }

  #outdated(): boolean {
    const { document } = this.#open;
    return document !== null && this.#currentSignature(document) !== this.#signature;
  }

  #currentSignature(document: ProjectDocument): string {
    return trainingSignature(document, selectedSpec(document.project.heads));
  }

  #waitsForTake({ project }: ProjectDocument): boolean {
    const slow = project.heads.selected === 'dense' || (this.report?.fitMs ?? 0) > instantMs;
    return this.#recording && slow && this.head !== null;
  }

  /** A project that names no backbone, or one that is not installed, is read with the one in use. */
  #adoptBackbone({ backbone, catalogue }: EngineState): void {
    const { project, samples } = this.#open;
    if (!project || catalogue.some(({ id }) => id === project.backboneId)) return;
    this.#open.adoptBackbone(backbone.id);
    if (samples.length === 0) return;
    this.#notices.toast(
      `This project was made with a network that is not installed here. Its samples are read with ${backbone.name} now.`,
    );
  }

  #returnToBackbone(document: ProjectDocument, why: 'cancelled' | 'failed'): void {
    const before = this.#backbone;
    if (before === null || before === document.project.backboneId) return;
    this.#samples.forget();
    const words = 'The backbone from before is in use again.';
    this.#notices.toast(why === 'cancelled' ? `Cancelled. ${words}` : words);
    this.#open.edit({ backboneId: before });
  }
}
