// Every backbone that is known here on the same folds of the same samples. They run in an engine of their own, so that the
// live result goes on; embeddings that are computed for it are kept, so that taking one into use needs no second pass.

import type { BackboneFacts } from '#lib/core/backbone.ts';
import type { HeadCost } from '#lib/core/evaluation.ts';
import type { Failure } from '#lib/core/failure.ts';
import { selectedSpec } from '#lib/core/head-spec.ts';
import { learnableClasses, type BackboneId, type ProjectDocument } from '#lib/core/project.ts';
import { trainingSignature } from '#lib/core/signature.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import { compareOnFolds, type FoldComparison } from '#lib/learning/evaluation/compare.ts';
import { AskedWork, type WorkContext, type WorkProgress } from './asked-work.svelte.ts';
import { tryBackbone, type BackboneTrial } from './backbone-trial.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface ComparingParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly sources: Omit<EmbeddingSources, 'client'>;
  readonly notices: Notices;
  /** An engine beside the one in use; disposed after the comparison. */
  readonly createClient: () => EngineClient;
}

/** A backbone beside the one in use. */
export interface ComparedBackbone extends FoldComparison {
  readonly facts: BackboneFacts;
  readonly cost: HeadCost | null;
  readonly frameMs: number | null;
}

/** A backbone that could not be tried. */
export interface UntriedBackbone {
  readonly facts: BackboneFacts;
  readonly failure: Failure;
}

interface Tried {
  readonly signature: string;
  readonly trials: readonly BackboneTrial[];
  readonly untried: readonly UntriedBackbone[];
}

export class BackboneComparison {
  /** Of the backbone that is being tried. */
  at = $state('');
  readonly progress: WorkProgress | null = $derived.by(() => this.#asked.progress);
  #parts: ComparingParts;
  #asked = new AskedWork<'backbones'>();
  #askedAbout = '';
  #tried = $state.raw<Tried | null>(null);
  readonly candidates: readonly BackboneFacts[] = $derived.by(
    () => this.#parts.engine.ready?.catalogue ?? [],
  );
  readonly #current = $derived.by(() => {
    const { document } = this.#parts.open;
    return document && this.#tried?.signature === signatureOf(document) ? this.#tried : null;
  });
  /** null until asked for, and after a change of the samples or the head. */
  readonly compared: readonly ComparedBackbone[] | null = $derived.by(() => {
    const { project } = this.#parts.open;
    return project && this.#current && besides(this.#current.trials, project.backboneId);
  });
  readonly untried = $derived(this.#current?.untried ?? []);

  constructor(parts: ComparingParts) {
    this.#parts = parts;
    parts.open.onChange((_, document) => {
      if (this.progress && signatureOf(document) !== this.#askedAbout) this.#asked.restart();
    });
    parts.open.onShow(() => this.#asked.cancel());
  }

  compare(): Promise<void> {
    const { open, engine, notices } = this.#parts;
    return this.#asked.run('backbones', async (context) => {
      const { document } = open;
      if (!document || !engine.ready) return;
      const signature = (this.#askedAbout = signatureOf(document));
      if (learnableClasses(document).length < 2) return;
      const inUse = document.project.backboneId;
      const ids = this.candidates.map(({ id }) => id);
      const order = [inUse, ...ids.filter((id) => id !== inUse)];
      const options = await engine.startOptions(inUse);
      const client = this.#parts.createClient();
      try {
        // The same backend for all, without measuring again which is quickest.
        const { backend } = engine.ready;
        const started = await client.start({ ...options, backend }, { signal: context.signal });
        if (!started.ok) {
          notices.report(started.failure);
          return;
        }
        const tried = await this.#try(client, document, order, context);
        context.signal.throwIfAborted();
        this.#tried = { signature, ...tried };
      } finally {
        client.dispose();
      }
    });
  }

  cancel(): void {
    this.#asked.cancel();
  }

  /** Takes a backbone into use; undo brings the one before back. */
  adopt(backboneId: BackboneId): void {
    this.#parts.open.edit({ backboneId });
  }

  async #try(
    client: EngineClient,
    document: ProjectDocument,
    order: readonly BackboneId[],
    { signal, onProgress }: WorkContext,
  ): Promise<Omit<Tried, 'signature'>> {
    const trials: BackboneTrial[] = [];
    const untried: UntriedBackbone[] = [];
    for (const [done, id] of order.entries()) {
      signal.throwIfAborted();
      const facts = this.candidates.find((candidate) => candidate.id === id);
      if (!facts) continue;
      this.at = facts.name;
      onProgress(done, order.length);
      const context = {
        signal,
        onProgress: (read: number, total: number) => onProgress(done + read / total, order.length),
      };
      const trial = await tryBackbone(client, this.#parts.sources, document, id, context);
      if (trial.ok) trials.push(trial.value);
      else untried.push({ facts, failure: trial.failure });
    }
    return { trials, untried };
  }
}

/** Changes with the samples and the head's settings, but not with the backbone in use. */
function signatureOf({ project, samples }: ProjectDocument): string {
  const anyBackbone = { project: { ...project, backboneId: '' }, samples };
  return trainingSignature(anyBackbone, selectedSpec(project.heads));
}

function besides(trials: readonly BackboneTrial[], inUse: BackboneId): ComparedBackbone[] {
  const compared = compareOnFolds(
    trials.map(({ evaluation }) => evaluation),
    trials.findIndex(({ backbone }) => backbone.id === inUse),
  );
  return trials.flatMap(({ backbone, cost, frameMs }, i): ComparedBackbone[] => {
    const comparison = compared[i];
    return comparison ? [{ ...comparison, facts: backbone, cost, frameMs }] : [];
  });
}
