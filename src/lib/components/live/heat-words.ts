// Where the evidence for a class lies, in words: the heat-map's text equivalent. Pure.

/** Cells of one class [side × side], row by row → strength of each for drawing, 0 (none or against) to 1. */
export function heatStrengths(cells: Float32Array): Float32Array {
  let most = 0;
  for (const value of cells) most = Math.max(most, Math.abs(value));
  return cells.map((value) => (most > 0 ? Math.max(0, value) / most : 0));
}

/** One whole sentence. `mirror`: the picture is shown mirrored, and left is what people see as left. */
export function heatWords(cells: Float32Array, className: string, mirror: boolean): string {
  const side = Math.round(Math.sqrt(cells.length));
  const place = placeOf(cells, side, mirror);
  switch (place) {
    case null:
      return `Nothing in the picture speaks for “${className}”.`;
    case 'everywhere':
      return `What speaks for “${className}” is spread over the whole picture.`;
    default:
      return `Most of what speaks for “${className}” is ${place}.`;
  }
}

/** The fewest cells that hold half of the evidence say where most of it is; if they are more than this share, it is spread. */
const gathered = 1 / 3;
/** How far from the middle, as a share of the side, their centre must lie to be named. */
const offCentre = 0.1;

function placeOf(cells: Float32Array, side: number, mirror: boolean): string | null {
  const hot = cellsWithHalf(cells);
  if (hot.length === 0) return null;
  if (hot.length > gathered * cells.length) return 'everywhere';
  let sum = 0;
  let across = 0;
  let down = 0;
  for (const i of hot) {
    const value = cells[i] ?? 0;
    sum += value;
    across += value * (((i % side) + 0.5) / side - 0.5);
    down += value * ((Math.floor(i / side) + 0.5) / side - 0.5);
  }
  return placeName((mirror ? -across : across) / sum, down / sum);
}

/** A point by its distance from the middle, as shares of the side. */
function placeName(x: number, y: number): string {
  const column = x < -offCentre ? 'left' : x > offCentre ? 'right' : '';
  const row = y < -offCentre ? 'upper' : y > offCentre ? 'lower' : '';
  if (row === '' && column === '') return 'in the middle';
  if (column === '') return row === 'upper' ? 'at the top' : 'at the bottom';
  return row === '' ? `on the ${column}` : `in the ${row} ${column}`;
}

/** Indexes of the largest cells that together hold half of all that is positive. */
function cellsWithHalf(cells: Float32Array): number[] {
  const positive = Array.from(cells.keys()).filter((i) => (cells[i] ?? 0) > 0);
  positive.sort((a, b) => (cells[b] ?? 0) - (cells[a] ?? 0));
  const half = positive.reduce((sum, i) => sum + (cells[i] ?? 0), 0) / 2;
  let sum = 0;
  const count = positive.findIndex((i) => (sum += cells[i] ?? 0) >= half);
  return positive.slice(0, count + 1);
}
