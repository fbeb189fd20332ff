// How good it is, as the page sees it: evaluated in the worker while somebody looks, again after every change.

import type { Evaluation, HeadCost, LearningCurve } from '#lib/core/evaluation.ts';
import { isAbort, type Failure, type Result } from '#lib/core/failure.ts';
import { selectedSpec, type HeadKind } from '#lib/core/head-spec.ts';
import { learnableClasses, type ClassId, type ProjectDocument } from '#lib/core/project.ts';
import { trainingSignature } from '#lib/core/signature.ts';
import { compareOnFolds, type FoldComparison } from '#lib/learning/evaluation/compare.ts';
import {
  AskedWork,
  type AskedProgress,
  type WorkContext,
  type WorkProgress,
} from './asked-work.svelte.ts';
import { delay } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';
import { samplesOf } from './taken-samples.ts';

export interface EvaluatingParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly model: Model;
  readonly notices: Notices;
}

export type EvaluatingStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly progress: WorkProgress | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly failure: Failure };

interface HeadReport {
  readonly kind: HeadKind;
  readonly evaluation: Evaluation;
  readonly cost: HeadCost | null;
}

/** A head on the same folds as the head in use. */
export interface ComparedHead extends FoldComparison {
  readonly kind: HeadKind;
  readonly cost: HeadCost | null;
}

/** What was asked for by a button, and belongs to the samples as they were then. */
export interface Asked<T> {
  readonly signature: string;
  readonly value: T;
}

const restMs = 350;
const heads: readonly HeadKind[] = ['ridge', 'knn', 'dense'];

export class Evaluating {
  status = $state.raw<EvaluatingStatus>({ kind: 'idle' });
  /** The last evaluation; `current` tells whether it is of the samples as they are now. */
  evaluation = $state.raw<Evaluation | null>(null);
  evaluateMs = $state(0);
  /** The cell of the table that is open, by what was shown and what it was called. */
  cell = $state.raw<{ readonly from: ClassId; readonly to: ClassId } | null>(null);
  /** Progress of what a button asked for. */
  readonly asking: AskedProgress<'heads' | 'curve'> | null = $derived.by(
    () => this.#asked.progress,
  );
  readonly wished: string | null = $derived.by(() => {
    const { document } = this.#parts.open;
    return document && learnableClasses(document).length >= 2 ? signatureOf(document) : null;
  });
  #parts: EvaluatingParts;
  #evaluated = $state<string | null>(null);
  #reports = $state.raw<Asked<readonly HeadReport[]> | null>(null);
  #curve = $state.raw<Asked<LearningCurve | null> | null>(null);
  readonly current = $derived(this.wished !== null && this.#evaluated === this.wished);
  readonly #samples: string | null = $derived.by(() => {
    const { document } = this.#parts.open;
    return document && samplesSignature(document);
  });
  /** Every head on the same folds, beside the one in use; null until asked for and after a change. */
  readonly compared: readonly ComparedHead[] | null = $derived.by(() => {
    const { project } = this.#parts.open;
    if (!project || this.#reports?.signature !== this.#samples) return null;
    return besides(this.#reports.value, project.heads.selected);
  });
  /** null until asked for and after a change. */
  readonly curve = $derived(this.#curve?.signature === this.#samples ? this.#curve.value : null);
  #stop = new AbortController();
  #asked = new AskedWork<'heads' | 'curve'>();
  /** Samples and settings that the work under way is about. */
  #askedAbout = '';

  constructor(parts: EvaluatingParts) {
    this.#parts = parts;
    parts.open.onChange((_, document) => {
      if (this.asking && samplesSignature(document) !== this.#askedAbout) this.#asked.restart();
    });
    parts.open.onShow(() => this.#asked.cancel());
  }

  /** Evaluates the samples as they are, once they have stopped changing; gives up what was under way. */
  async refresh(): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const { open, model, engine } = this.#parts;
    // What was given up says nothing more: a change that was taken back leaves nothing to test.
    this.status = { kind: 'idle' };
    if (this.wished === null) {
      this.evaluation = null;
      this.#evaluated = null;
      return;
    }
    if (this.current || !engine.ready) return;
    await this.#guarded(signal, async () => {
      this.status = { kind: 'working', progress: null };
      await delay(restMs, signal);
      await model.settled();
      signal.throwIfAborted();
      const { document } = open;
      if (!document) return;
      const spec = selectedSpec(document.project.heads);
      const request = { spec, ...samplesOf(document), withCost: false };
      const answered = await engine.client.evaluate(request, {
        signal,
        onProgress: (p) => {
          if (p.kind !== 'count' || signal.aborted) return;
          this.status = { kind: 'working', progress: p };
        },
      });
      if (!answered.ok) {
        this.status = { kind: 'failed', failure: answered.failure };
        return;
      }
      this.evaluation = answered.value.evaluation;
      this.evaluateMs = answered.value.evaluateMs;
      this.#evaluated = signatureOf(document);
      this.status = { kind: 'idle' };
    });
  }

  /** Gives up the evaluation under way; the next change or `refresh` begins another. */
  cancel(): void {
    if (this.status.kind !== 'working') return;
    this.#stop.abort();
    this.status = { kind: 'cancelled' };
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#stop.abort();
    this.#asked.cancel();
    this.status = { kind: 'idle' };
  }

  openCell(from: ClassId, to: ClassId): void {
    this.cell = { from, to };
  }

  /** Evaluates every head on the same folds. */
  compare(): Promise<void> {
    return this.#ask('heads', async (document, { signal, onProgress }) => {
      const reports: HeadReport[] = [];
      for (const kind of heads) {
        onProgress(reports.length, heads.length);
        const spec = document.project.heads[kind];
        const request = { spec, ...samplesOf(document), withCost: true };
        const answered = await this.#parts.engine.client.evaluate(request, {
          signal,
          onProgress: (p) => {
            if (p.kind === 'count') onProgress(reports.length + p.done / p.total, heads.length);
          },
        });
        if (!answered.ok) return answered;
        reports.push({ kind, ...answered.value });
      }
      this.#reports = { signature: samplesSignature(document), value: reports };
      return { ok: true, value: null };
    });
  }

  /** Fits the ridge head on less than there is, again and again. */
  drawCurve(): Promise<void> {
    return this.#ask('curve', async (document, { signal, onProgress }) => {
      const request = { spec: document.project.heads.ridge, ...samplesOf(document) };
      const answered = await this.#parts.engine.client.learningCurve(request, {
        signal,
        onProgress: (p) => p.kind === 'count' && onProgress(p.done, p.total),
      });
      if (!answered.ok) return answered;
      this.#curve = { signature: samplesSignature(document), value: answered.value };
      return { ok: true, value: null };
    });
  }

  cancelAsked(): void {
    this.#asked.cancel();
  }

  /** Takes a head that was compared into use. */
  adopt(kind: HeadKind): void {
    const { open } = this.#parts;
    if (open.project) open.edit({ heads: { ...open.project.heads, selected: kind } });
  }

  #ask(
    what: 'heads' | 'curve',
    work: (document: ProjectDocument, context: WorkContext) => Promise<Result<null>>,
  ): Promise<void> {
    const { open, model, notices } = this.#parts;
    return this.#asked.run(what, async (context) => {
      this.#askedAbout = open.document ? samplesSignature(open.document) : '';
      await model.settled();
      context.signal.throwIfAborted();
      if (!open.document) return;
      const done = await work(open.document, context);
      if (!done.ok && !context.signal.aborted) notices.report(done.failure);
    });
  }

  async #guarded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isAbort(error) || !signal.aborted) throw error;
    }
  }
}

function signatureOf(document: ProjectDocument): string {
  return trainingSignature(document, selectedSpec(document.project.heads));
}

/** Changes with the samples and with any head's settings, but not with which head is in use. */
function samplesSignature(document: ProjectDocument): string {
  const { ridge, knn, dense } = document.project.heads;
  return `${trainingSignature(document, ridge)} ${JSON.stringify([knn, dense])}`;
}

function besides(reports: readonly HeadReport[], selected: HeadKind): ComparedHead[] {
  const compared = compareOnFolds(
    reports.map(({ evaluation }) => evaluation),
    reports.findIndex(({ kind }) => kind === selected),
  );
  return reports.flatMap(({ kind, cost }, i): ComparedHead[] => {
    const comparison = compared[i];
    return comparison ? [{ ...comparison, kind, cost }] : [];
  });
}
