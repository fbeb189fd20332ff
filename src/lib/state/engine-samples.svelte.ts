// Keeps the engine's samples in step with a project: compares what the engine holds with what the document says.

import { isAbort, succeed, type Result } from '#lib/core/failure.ts';
import type { ClassId, ProjectDocument, Sample, SampleId } from '#lib/core/project.ts';
import { eachEmbeddings, type EmbeddingSources } from './embeddings.ts';
import type { BackboneChange, Engine } from './engine.svelte.ts';

export interface EmbeddingProgress {
  readonly done: number;
  readonly total: number;
}

export class EngineSamples {
  /** Not null while embeddings are computed anew from the pictures. */
  progress = $state.raw<EmbeddingProgress | null>(null);
  #engine: Engine;
  #sources: EmbeddingSources;
  #held = new Map<SampleId, ClassId>();
  #stop = new AbortController();

  constructor(engine: Engine, sources: EmbeddingSources) {
    this.#engine = engine;
    this.#sources = sources;
  }

  /** The engine holds nothing any more (another project, a new worker). */
  forget(): void {
    this.#held.clear();
  }

  /** Gives up loading a backbone or computing embeddings; `sync` answers `cancelled`. */
  cancel(): void {
    this.#stop.abort();
  }

  /**
   * Brings backbone and samples of the engine to what `document` says.
   * @returns `in-use`, or why the backbone is not: the person cancelled, or it could not be loaded (reported already).
   */
  async sync(document: ProjectDocument): Promise<Result<BackboneChange>> {
    this.#stop = new AbortController();
    try {
      const change = await this.#useBackbone(document);
      if (!change.ok || change.value !== 'in-use') return change;
      const cleared = await this.#removeGone(document);
      if (!cleared.ok) return cleared;
      const changed = document.samples.filter(({ id, classId }) => this.#held.get(id) !== classId);
      const put = await this.#put(document, changed);
      return put.ok ? change : put;
    } catch (error) {
      if (isAbort(error)) return succeed('cancelled');
      throw error;
    } finally {
      this.progress = null;
    }
  }

  async #useBackbone({ project }: ProjectDocument): Promise<Result<BackboneChange>> {
    if (this.#engine.ready?.backbone.id === project.backboneId) return succeed('in-use');
    this.#held.clear();
    const cleared = await this.#engine.client.clearSamples(null);
    if (!cleared.ok) return cleared;
    return succeed(await this.#engine.chooseBackbone(project.backboneId, this.#stop.signal));
  }

  async #removeGone({ samples }: ProjectDocument): Promise<Result<null>> {
    if (this.#held.size === 0) return succeed(null);
    const wanted = new Set(samples.map(({ id }) => id));
    const ids = [...this.#held.keys()].filter((id) => !wanted.has(id));
    if (ids.length === 0) return succeed(null);
    for (const id of ids) this.#held.delete(id);
    return this.#engine.client.removeSamples({ ids });
  }

  /** A batch is with the engine before the next one is read. */
  async #put({ project }: ProjectDocument, samples: readonly Sample[]): Promise<Result<null>> {
    const wanted = {
      projectId: project.id,
      backboneId: project.backboneId,
      samples,
      signal: this.#stop.signal,
      onProgress: (done: number, total: number) => (this.progress = { done, total }),
    };
    return eachEmbeddings(this.#sources, wanted, async (batch, embeddings) => {
      const known = batch.flatMap(({ id, classId }) => {
        const embedding = embeddings.get(id);
        return embedding ? [{ id, classId, embedding }] : [];
      });
      if (known.length === 0) return succeed(null);
      const answered = await this.#engine.client.putSamples({ samples: known });
      if (!answered.ok) return answered;
      for (const { id, classId } of known) this.#held.set(id, classId);
      return succeed(null);
    });
  }
}
