// Lays out the samples it holds. It runs in a worker of its own and, without one, in tests.

import type { SampleId } from '#lib/core/project.ts';
import type { MapKind, MapLayout, MapPoint } from '#lib/core/sample-map.ts';
import { groupBy, thinned } from '#lib/learning/evaluation/evaluation-set.ts';
import { principalPlane, projectRow, type PrincipalPlane } from '#lib/learning/projection/pca.ts';
import { meanPlace, nearestRows } from '#lib/learning/projection/nearest.ts';
import { HeldFeatures } from './held-features.ts';
import type { ProjectionVerbs } from './protocol.ts';
import { umapLayout, type LayoutContext } from './umap-layout.ts';

/** A layout of some samples, with their features, so that others can be placed among them. */
interface Laid {
  readonly rows: Float32Array;
  readonly places: Float32Array;
  readonly placeOf: ReadonlyMap<SampleId, readonly [number, number]>;
}

/** More samples than this are laid out by UMAP only in part, evenly over the takes: neighbours take N² products. */
export const mostLaidOut = 2000;
const neighbours = 5;
const shownNearest = 3;

export class Projector {
  #held = new HeldFeatures(2, null);
  #plane: PrincipalPlane | null = null;
  #laid: Laid | null = null;

  begin({ dimension, whitening }: ProjectionVerbs['begin']['request']): void {
    this.#held = new HeldFeatures(dimension, whitening);
    this.#plane = null;
    this.#laid = null;
  }

  change({ put, removed }: ProjectionVerbs['change']['request']): void {
    for (const id of removed) this.#held.remove(id);
    for (const { id, takeId, embedding } of put) this.#held.put(id, takeId, embedding);
  }

  pca(): MapLayout {
    const { ids, rows, dimension, size } = this.#held;
    if (size === 0)
      return { kind: 'pca', ids: [], places: new Float32Array(0), shown: null, laidOut: 0 };
    const plane = principalPlane(rows, dimension);
    this.#plane = plane;
    const places = placesOn(plane, rows);
    const [first, second] = plane.variances;
    const shown = plane.total > 0 ? Math.min(1, (first + second) / plane.total) : 1;
    return { kind: 'pca', ids: ids.slice(), places, shown, laidOut: size };
  }

  /** Rejects with AbortError when `pause` does; the layout before stays then. */
  async umap(context: LayoutContext): Promise<MapLayout> {
    const { ids, takeIds, dimension } = this.#held;
    const groups = groupBy(Array.from(ids.keys()), (n) => takeIds[n] ?? '');
    // By id: the same samples give the same map in whatever order they came.
    const chosen = thinned(groups, mostLaidOut).sort((a, b) =>
      (ids[a] ?? '') < (ids[b] ?? '') ? -1 : 1,
    );
    const chosenIds = chosen.map((n) => ids[n] ?? '');
    const rows = this.#held.gather(chosen);
    const start = placesOn(principalPlane(rows, dimension), rows);
    const places = await umapLayout(rows, dimension, start, context);
    const placeOf = new Map(
      chosenIds.map((id, n) => [id, [places[2 * n] ?? 0, places[2 * n + 1] ?? 0] as const]),
    );
    this.#laid = { rows, places, placeOf };
    return this.#again(this.#laid, context.pause);
  }

  /** What is held now in the layout of the last `umap`; null before there is one. */
  async umapAgain(pause: LayoutContext['pause']): Promise<MapLayout | null> {
    return this.#laid && this.#again(this.#laid, pause);
  }

  place({ kind, embedding }: ProjectionVerbs['place']['request']): MapPoint | null {
    const { rows, dimension, ids, size } = this.#held;
    if (size === 0 || embedding.length !== dimension) return null;
    const features = this.#held.features(embedding);
    const nearest = nearestRows(rows, dimension, features, 0, shownNearest).map(
      ({ index }) => ids[index] ?? '',
    );
    const place = this.#placeOf(kind, features);
    return place && { x: place[0], y: place[1], nearest };
  }

  #placeOf(kind: MapKind, features: Float32Array): readonly [number, number] | null {
    if (kind === 'umap') return this.#laid && this.#among(this.#laid, features, 0);
    if (!this.#plane) return null;
    const place = new Float32Array(2);
    projectRow(this.#plane, features, 0, place, 0);
    return [place[0] ?? 0, place[1] ?? 0];
  }

  async #again(laid: Laid, pause: LayoutContext['pause']): Promise<MapLayout> {
    const ids = this.#held.ids.slice();
    const rows = this.#held.rows.slice();
    const places = new Float32Array(2 * ids.length);
    let laidOut = 0;
    for (const [n, id] of ids.entries()) {
      const own = laid.placeOf.get(id);
      if (own) laidOut += 1;
      else await pause();
      places.set(own ?? this.#among(laid, rows, n * this.#held.dimension), 2 * n);
    }
    return { kind: 'umap', ids, places, shown: null, laidOut };
  }

  #among({ rows, places }: Laid, features: Float32Array, at: number): [number, number] {
    const { dimension } = this.#held;
    return meanPlace(places, nearestRows(rows, dimension, features, at, neighbours));
  }
}

/** Where the rows [N, D] lie on the plane: [N, 2]. */
function placesOn(plane: PrincipalPlane, rows: Float32Array): Float32Array {
  const dimension = plane.mean.length;
  const places = new Float32Array((2 * rows.length) / dimension);
  for (let n = 0; n < places.length / 2; n += 1) {
    projectRow(plane, rows, n * dimension, places, 2 * n);
  }
  return places;
}
