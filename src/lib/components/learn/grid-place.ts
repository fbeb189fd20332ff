// Places in a grid of pixels or neurons, and where arrow keys lead.

/** A place in a grid, counted from nought. On the screen rows and columns count from one. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** A rectangle of a grid. */
export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where a key leads from `place`, inside the grid; null for keys that mean nothing here. */
export function placeAfterKey(
  key: string,
  { row, column }: Place,
  { width, height }: Size,
): Place | null {
  const wanted: Record<string, Place> = {
    ArrowLeft: { row, column: column - 1 },
    ArrowRight: { row, column: column + 1 },
    ArrowUp: { row: row - 1, column },
    ArrowDown: { row: row + 1, column },
    Home: { row, column: 0 },
    End: { row, column: width - 1 },
    PageUp: { row: 0, column },
    PageDown: { row: height - 1, column },
  };
  const next = wanted[key];
  if (!next) return null;
  const inside = (at: number, count: number): number => Math.min(count - 1, Math.max(0, at));
  return { row: inside(next.row, height), column: inside(next.column, width) };
}
