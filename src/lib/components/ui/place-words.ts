// Places in a picture, in words. Pure.

/** A point by its distance from the middle, as shares of the side; nearer than `middle` to an axis it is of no side of it. */
export function placeName(x: number, y: number, middle = 1 / 6): string {
  const column = x < -middle ? 'left' : x > middle ? 'right' : '';
  const row = y < -middle ? 'upper' : y > middle ? 'lower' : '';
  if (row === '' && column === '') return 'in the middle';
  if (column === '') return row === 'upper' ? 'at the top' : 'at the bottom';
  return row === '' ? `on the ${column}` : `in the ${row} ${column}`;
}

/** Where the cell of index `i` of a [height × width] map lies. */
export function placeOfCell(i: number, width: number, height: number): string {
  const x = ((i % width) + 0.5) / width - 0.5;
  const y = (Math.floor(i / width) + 0.5) / height - 0.5;
  return placeName(x, y);
}

/** Index of the largest value. */
export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
