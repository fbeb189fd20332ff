// UMAP (McInnes, Healy, Melville 2018) by umap-js, in slices. The neighbours are exact and come from the features;
// the layout begins as the plane of the two strongest directions and not at random, so that what lies left there
// tends to lie left here.

import { seededRandom } from '#lib/core/random.ts';
import { neighbourTable, type NeighbourTable } from '#lib/learning/projection/nearest.ts';

export interface LayoutContext {
  /** Lets other work through; called often. Rejects with AbortError when the layout is no longer wanted. */
  readonly pause: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** Neighbours that a sample is drawn to, itself among them: umap-js' and the paper's own default. */
const mostNeighbours = 15;
/** Width of the plane at the start. umap-js' random start is 20 wide; beginning so far apart, few samples stay in distant dots. */
const startWidth = 8;
/** Near-duplicates would begin on one point, and nothing pulls them apart there. */
const jitter = 0.01;
/** Share of the work that looking for neighbours is. */
const neighbourShare = 0.4;

/** Lays out `rows` [N, D] of unit length (N ≥ `leastForUmap`) from the places `start` [N, 2]: [N, 2], the same every time. */
export async function umapLayout(
  rows: Float32Array,
  dimension: number,
  start: Float32Array,
  { pause, onProgress }: LayoutContext,
): Promise<Float32Array> {
  const count = rows.length / dimension;
  const k = Math.min(mostNeighbours, count - 1);
  const table = await inSlices(neighbourTable(rows, dimension, k), pause, (done) =>
    onProgress((neighbourShare * done) / count, 1),
  );
  const { UMAP } = await import('umap-js');
  const random = seededRandom(1);
  const umap = new UMAP({ nNeighbors: k, random });
  umap.setPrecomputedKNN(...asLists(table, count, k));
  // With neighbours given, of these rows only their number is used.
  const epochs = umap.initializeFit(pairsOf(start));
  const places = umap.getEmbedding();
  placeAtStart(places, start, random);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    await pause();
    umap.step();
    onProgress(neighbourShare + ((1 - neighbourShare) * (epoch + 1)) / epochs, 1);
  }
  return Float32Array.from(places.flat());
}

async function inSlices<T>(
  work: Generator<number, T>,
  pause: () => Promise<void>,
  onStep: (done: number) => void,
): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    onStep(step.value);
    await pause();
  }
}

/** Indexes and distances: of unit vectors ‖a − b‖² = 2 − 2 a·b. */
function asLists(
  { indexes, cosines }: NeighbourTable,
  count: number,
  k: number,
): [number[][], number[][]] {
  const rowsOf = (values: ArrayLike<number>): number[][] =>
    Array.from({ length: count }, (_, n) =>
      Array.from({ length: k }, (__, i) => values[n * k + i] ?? 0),
    );
  const distances = Float64Array.from(cosines, (cosine) => Math.sqrt(Math.max(0, 2 - 2 * cosine)));
  return [rowsOf(indexes), rowsOf(distances)];
}

function pairsOf(places: Float32Array): number[][] {
  return Array.from({ length: places.length / 2 }, (_, n) => [
    places[2 * n] ?? 0,
    places[2 * n + 1] ?? 0,
  ]);
}

/** umap-js moves these very arrays; its random start is written over. */
function placeAtStart(places: number[][], start: Float32Array, random: () => number): void {
  const widest = start.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = widest > 0 ? startWidth / 2 / widest : 0;
  places.forEach((place, n) => {
    place[0] = scale * (start[2 * n] ?? 0) + jitter * (random() - 0.5);
    place[1] = scale * (start[2 * n + 1] ?? 0) + jitter * (random() - 0.5);
  });
}
