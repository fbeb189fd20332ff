// The coach as the page sees it: advice on what to record next, found in the worker's spare time while somebody looks.
// Nothing changes while a take is being recorded.

import type { Advice } from '#lib/core/coaching.ts';
import type { Evaluation } from '#lib/core/evaluation.ts';
import { isAbort } from '#lib/core/failure.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { learnableClasses, type ProjectDocument } from '#lib/core/project.ts';
import { trainingSignature } from '#lib/core/signature.ts';
import { adviceOn } from '#lib/learning/coach.ts';
import type { Capture } from './capture.svelte.ts';
import { delay } from './clock.ts';
import type { Dismissals } from './dismissals.svelte.ts';
import type { Engine } from './engine.svelte.ts';
import { samplesOf } from './taken-samples.ts';
import { InspectedPictures, type Inspected } from './inspected-pictures.ts';
import type { Model } from './model.svelte.ts';
import type { Pictures } from './pictures.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface CoachParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly model: Model;
  readonly capture: Capture;
  readonly pictures: Pictures;
  readonly dismissals: Dismissals;
}

/** What was found out about the samples as they were then. */
interface Findings extends Inspected {
  readonly projectId: string;
  readonly evaluation: Evaluation | null;
}

const restMs = 400;
/** Enough to see what collides; more would keep the worker from the live picture. */
const mostEvaluated = 400;

export class Coach {
  #parts: CoachParts;
  #inspected: InspectedPictures;
  /** The document as it was when nothing was being recorded. */
  #rested = $state.raw<ProjectDocument | null>(null);
  #findings = $state.raw<Findings | null>(null);
  #done: string | null = null;
  #stop = new AbortController();
  /** Changes when the coach should look again; null while it must not. */
  readonly wished: string | null = $derived.by(() => {
    const { open, engine, capture, model } = this.#parts;
    if (!open.document || !engine.ready || capture.busy || model.status.kind === 'fitting')
      return null;
    return `${open.document.project.id} ${samplesSignature(open.document)}`;
  });
  /** All advice, the most useful first. */
  readonly advice: readonly Advice[] = $derived.by(() => {
    const { open, dismissals } = this.#parts;
    const now = open.document;
    if (!now) return [];
    const document = this.#rested?.project.id === now.project.id ? this.#rested : now;
    const findings = this.#findings?.projectId === now.project.id ? this.#findings : null;
    return adviceOn({
      document,
      evaluation: findings?.evaluation ?? null,
      pictures: findings?.facts ?? new Map(),
      borders: findings?.borders ?? new Map(),
      isRight: (sampleId, classId) => dismissals.isRight(sampleId, classId),
    }).filter((advice) => !dismissals.has(advice));
  });

  constructor(parts: CoachParts) {
    this.#parts = parts;
    this.#inspected = new InspectedPictures(parts.engine.client, parts.pictures);
  }

  /** Looks at the samples once they have stopped changing; gives up what was under way. */
  async refresh(): Promise<void> {
    const { open } = this.#parts;
    this.#stop.abort();
    if (this.wished === null || !open.document) return;
    this.#rested = open.document;
    if (this.wished === this.#done) return;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      await delay(restMs, signal);
      await this.#parts.model.settled();
      signal.throwIfAborted();
      await this.#look(open.document, signal);
    } catch (error) {
      if (!isAbort(error) || !signal.aborted) throw error;
    }
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#stop.abort();
  }

  async #look(document: ProjectDocument, signal: AbortSignal): Promise<void> {
    const wish = `${document.project.id} ${samplesSignature(document)}`;
    const evaluation = await this.#evaluate(document, signal);
    const inspected = await this.#inspected.of(document, signal);
    signal.throwIfAborted();
    this.#findings = { projectId: document.project.id, evaluation, ...inspected };
    this.#done = wish;
  }

  /** Always with the default head, which takes milliseconds, whichever is in use. */
  async #evaluate(document: ProjectDocument, signal: AbortSignal): Promise<Evaluation | null> {
    if (learnableClasses(document).length < 2) return null;
    const spec = defaultHeadSettings.ridge;
    const request = { spec, ...samplesOf(document), withCost: false, most: mostEvaluated };
    const answered = await this.#parts.engine.client.evaluate(request, { signal });
    return answered.ok ? answered.value.evaluation : null;
  }
}

function samplesSignature(document: ProjectDocument): string {
  return trainingSignature(document, defaultHeadSettings.ridge);
}
