// What the lesson says about a pooled cell and about a moved picture. Rows and columns count from one.

import type { PoolKind } from '#lib/convnet/pooling.ts';
import type { Place, Rect } from '../grid-place.ts';
import { valueWords } from '../number-words.ts';

/** How far the picture is moved, in pixels. */
export interface Move {
  readonly right: number;
  readonly down: number;
}

export interface Changes {
  readonly cells: number;
  readonly changed: number;
}

const span = (from: number, length: number): string => `${from + 1} to ${from + length}`;
const cellName = ({ row, column }: Place): string => `row ${row + 1}, column ${column + 1}`;
const pixelCount = (count: number): string => (count === 1 ? '1 pixel' : `${count} pixels`);

/** What a pooled cell keeps of its four, and what it sees through them. */
export function pooledCellWords(
  cell: Place,
  of: PoolKind,
  {
    block,
    value,
    cells,
    pixels,
  }: { block: readonly number[]; value: number; cells: Rect; pixels: Rect },
): string {
  const kept = of === 'max' ? 'the largest' : 'the average';
  return (
    `Pooled cell ${cellName(cell)}: ${kept} of ${block.map((each) => valueWords(each, 1)).join(', ')} is ${valueWords(value, 1)}. ` +
    `It stands for 4 cells (rows ${span(cells.top, cells.height)}, columns ${span(cells.left, cells.width)}) ` +
    `and for the ${pixels.width * pixels.height} pixels that these see (rows ${span(pixels.top, pixels.height)}, columns ${span(pixels.left, pixels.width)}).`
  );
}

/** Where the picture is now. */
export function moveWords({ right, down }: Move): string {
  const ways = [
    right === 0 ? '' : `${pixelCount(Math.abs(right))} to the ${right > 0 ? 'right' : 'left'}`,
    down === 0 ? '' : `${pixelCount(Math.abs(down))} ${down > 0 ? 'down' : 'up'}`,
  ].filter((way) => way !== '');
  return ways.length === 0 ? 'The picture is where it was.' : `Moved ${ways.join(' and ')}.`;
}

/** How much changed before pooling and after it, and what that means. */
export function changeWords(map: Changes, pooled: Changes): { counts: string; meaning: string } {
  const counts = `Feature map: ${map.changed} of ${map.cells} cells changed. Pooled: ${pooled.changed} of ${pooled.cells}.`;
  if (map.changed === 0) {
    return { counts, meaning: 'The kernel sees no difference: there is nothing to lose.' };
  }
  if (pooled.changed === 0) {
    return {
      counts,
      meaning:
        'Pooling hides the move completely: everything moved inside its block. The exact place is lost, the rough place stays.',
    };
  }
  const calmer = pooled.changed / pooled.cells < map.changed / map.cells;
  return {
    counts,
    meaning: calmer
      ? 'Less changed after pooling: what moved inside its block is not seen, only what crossed into the next block.'
      : 'This time pooling hides nothing: what moved crossed into the next block.',
  };
}

/** Where the strongest pooled cell was, and where it is now. */
export function strongestWords(before: Place, after: Place): string {
  const down = after.row - before.row;
  const across = after.column - before.column;
  if (down === 0 && across === 0) {
    return `The strongest pooled cell is still at ${cellName(before)}.`;
  }
  const far = Math.max(Math.abs(down), Math.abs(across));
  return `The strongest pooled cell went from ${cellName(before)} to ${cellName(after)}: ${far === 1 ? 'one cell' : `${far} cells`} away.`;
}
