// Which marks belong to a mark on the map.

/** Indexes of the `count` marks nearest to mark `index` on the map of `places` [N, 2], nearest first. */
export function nearestOnMap(places: Float32Array, index: number, count: number): number[] {
  const square = (n: number): number =>
    ((places[2 * n] ?? 0) - (places[2 * index] ?? 0)) ** 2 +
    ((places[2 * n + 1] ?? 0) - (places[2 * index + 1] ?? 0)) ** 2;
  return Array.from({ length: places.length / 2 }, (_, n) => n)
    .filter((n) => n !== index)
    .sort((a, b) => square(a) - square(b))
    .slice(0, count);
}
