// The map of the samples while somebody looks at it: brings their embeddings to a worker of its own, asks it where they
// lie, and where the live picture lies among them. With nobody looking there is no worker and no copy of the embeddings.

import { isAbort, succeed, type Result } from '#lib/core/failure.ts';
import type {
  BackboneId,
  ProjectDocument,
  ProjectId,
  Sample,
  SampleId,
} from '#lib/core/project.ts';
import { leastForUmap, type MapKind, type MapLayout, type MapPoint } from '#lib/core/sample-map.ts';
import { parseWhitening } from '#lib/learning/whitening.ts';
import { ProjectionClient } from '#lib/projection/client.ts';
import { delay } from './clock.ts';
import { eachEmbeddings, type EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { Model } from './model.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export interface SampleMapParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly model: Model;
  readonly sources: EmbeddingSources;
  readonly notices: Notices;
}

/** Which project's embeddings the worker holds, and by which backbone. */
interface Held {
  readonly projectId: ProjectId;
  readonly backboneId: BackboneId;
  readonly ids: Set<SampleId>;
}

const restMs = 150;

export class SampleMap {
  /** What is wanted; `layout` says what is shown. */
  kind = $state<MapKind>('pca');
  layout = $state.raw<MapLayout | null>(null);
  /** Share of UMAP's work that is done, in [0, 1]; null while it does not work. */
  progress = $state<number | null>(null);
  /** Where the live picture lies; null without one. */
  live = $state.raw<MapPoint | null>(null);
  /** Samples of classes that are not switched off. */
  readonly samples: readonly Sample[] = $derived.by(() => {
    const { open } = this.#parts;
    const enabled = new Set(open.classes.filter((each) => each.enabled).map(({ id }) => id));
    return open.samples.filter(({ classId }) => enabled.has(classId));
  });
  readonly canUmap = $derived(this.samples.length >= leastForUmap);
  #parts: SampleMapParts;
  #connect: () => ProjectionClient;
  #client: ProjectionClient | null = null;
  #held: Held | null = null;
  #hasUmap = false;
  #stop = new AbortController();
  #stopUmap = new AbortController();
  #placing = false;
  #waiting: Float32Array | null = null;

  constructor(parts: SampleMapParts, connect = (): ProjectionClient => new ProjectionClient()) {
    this.#parts = parts;
    this.#connect = connect;
  }

  /** Lays out these samples, once they have stopped changing; gives up what was under way. */
  refresh(samples: readonly Sample[]): Promise<void> {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    return this.#guarded(signal, async () => {
      if (this.layout) await delay(restMs, signal);
      await this.#parts.model.settled();
      signal.throwIfAborted();
      const { document } = this.#parts.open;
      if (!document || !this.#parts.engine.ready) return;
      const brought = await this.#bring(document, samples, signal);
      if (brought.ok) await this.#layOut(signal);
      else this.#parts.notices.report(brought.failure);
    });
  }

  /** Shows the other kind of map; UMAP is worked out the first time. */
  async choose(kind: MapKind): Promise<void> {
    this.#stopUmap.abort();
    this.progress = null;
    this.kind = kind;
    this.live = null;
    const { signal } = this.#stop;
    if (kind === 'umap' && !this.#hasUmap) await this.workOut();
    else await this.#guarded(signal, () => this.#layOut(signal));
  }

  /** Works UMAP out for the samples as they are now. Cancelled, what was shown before stays. */
  async workOut(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    this.#stopUmap.abort();
    this.#stopUmap = new AbortController();
    const { signal } = this.#stopUmap;
    this.kind = 'umap';
    this.progress = 0;
    const onProgress = (done: number, total: number): void => {
      if (!signal.aborted) this.progress = done / total;
    };
    try {
      const answered = await client.ask('umap', null, { signal, onProgress });
      if (signal.aborted) return;
      if (answered.ok) {
        this.#hasUmap = true;
        this.layout = answered.value;
      } else this.#parts.notices.report(answered.failure);
      this.progress = null;
      this.kind = this.layout?.kind ?? 'pca';
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }

  /** Gives UMAP up; what was shown before stays, with the samples as they are now. */
  cancel(): Promise<void> {
    return this.choose(this.layout?.kind ?? 'pca');
  }

  /** The newest embedding of the camera, or null when there is none. While one is being placed the newest waits. */
  follow(embedding: Float32Array | null): void {
    this.#waiting = embedding;
    if (!embedding) this.live = null;
    else if (!this.#placing) void this.#place();
  }

  /** Nobody looks any more: frees the worker. */
  leave(): void {
    this.#stop.abort();
    this.#stopUmap.abort();
    this.#client?.dispose();
    this.#client = null;
    this.#held = null;
    this.#hasUmap = false;
    this.layout = null;
    this.live = null;
    this.progress = null;
    this.kind = 'pca';
  }

  async #place(): Promise<void> {
    this.#placing = true;
    try {
      while (this.#waiting && this.#client && this.layout) {
        const embedding = this.#waiting;
        this.#waiting = null;
        const { kind } = this.layout;
        const answered = await this.#client.ask('place', { kind, embedding });
        if (!answered.ok) return;
        if (this.layout.kind === kind) this.live = answered.value;
      }
    } catch (error) {
      if (!isAbort(error)) throw error;
    } finally {
      this.#placing = false;
    }
  }

  /** Brings the worker to these samples of `document`: what it lacks goes over, what is gone leaves. */
  async #bring(
    document: ProjectDocument,
    samples: readonly Sample[],
    signal: AbortSignal,
  ): Promise<Result<null>> {
    const begun = await this.#begin(document, signal);
    if (!begun.ok) return begun;
    const { client, held } = begun.value;
    const wanted = new Set(samples.map(({ id }) => id));
    const removed = Array.from(held.ids).filter((id) => !wanted.has(id));
    if (removed.length > 0) {
      const done = await client.ask('change', { put: [], removed });
      if (!done.ok) return done;
      for (const id of removed) held.ids.delete(id);
    }
    const request = {
      projectId: held.projectId,
      backboneId: held.backboneId,
      samples: samples.filter(({ id }) => !held.ids.has(id)),
      signal,
      onProgress: () => undefined,
    };
    return eachEmbeddings(this.#parts.sources, request, async (batch, embeddings) => {
      const put = batch.flatMap(({ id, takeId }) => {
        const embedding = embeddings.get(id);
        return embedding ? [{ id, takeId, embedding }] : [];
      });
      const done = await client.ask('change', { put, removed: [] });
      if (done.ok) for (const { id } of put) held.ids.add(id);
      return done;
    });
  }

  /** The worker, empty when it held another project's embeddings or another backbone's. */
  async #begin(
    { project }: ProjectDocument,
    signal: AbortSignal,
  ): Promise<Result<{ client: ProjectionClient; held: Held }>> {
    const { engine } = this.#parts;
    const held = this.#held;
    this.#client ??= this.#connect();
    const client = this.#client;
    if (held?.backboneId === project.backboneId && held.projectId === project.id) {
      return succeed({ client, held });
    }
    const asset = await engine.client.whiteningAsset(null);
    if (!asset.ok) return asset;
    const parsed = asset.value && parseWhitening(asset.value.json, asset.value.bytes);
    if (parsed?.ok === false) return parsed;
    signal.throwIfAborted();
    const dimension = engine.ready?.backbone.embeddingSize ?? 0;
    const whitening = parsed?.value.whitening ?? null;
    const begun = await client.ask('begin', { dimension, whitening });
    if (!begun.ok) return begun;
    const fresh = {
      projectId: project.id,
      backboneId: project.backboneId,
      ids: new Set<SampleId>(),
    };
    this.#held = fresh;
    this.#hasUmap = false;
    this.kind = 'pca';
    return succeed({ client, held: fresh });
  }

  async #layOut(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    if (!client || this.progress !== null) return;
    const answered =
      this.kind === 'umap' && this.#hasUmap
        ? await client.ask('umapAgain', null, { signal })
        : await client.ask('pca', null, { signal });
    if (signal.aborted) return;
    if (answered.ok) this.layout = answered.value;
    else this.#parts.notices.report(answered.failure);
  }

  async #guarded(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isAbort(error) || !signal.aborted) throw error;
    }
  }
}
