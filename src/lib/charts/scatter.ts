// A map of many marks: where they lie on the screen, which one is meant, and the shapes they have. Stateless.

export interface ScatterBox {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly paddingPx: number;
}

/** Place → pixels: px = place · scale + shift, the same scale both ways, so that distances keep their proportions. */
export interface ScatterFrame {
  readonly scale: number;
  readonly shiftXPx: number;
  readonly shiftYPx: number;
}

/** The frame in which all of `places` [N, 2] just fit, in the middle. Up is up. */
export function fitPlaces(places: Float32Array, box: ScatterBox): ScatterFrame {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < places.length; i += 2) {
    left = Math.min(left, places[i] ?? 0);
    right = Math.max(right, places[i] ?? 0);
    low = Math.min(low, places[i + 1] ?? 0);
    high = Math.max(high, places[i + 1] ?? 0);
  }
  if (left > right) [left, right, low, high] = [0, 0, 0, 0];
  const inside = (px: number): number => Math.max(1, px - 2 * box.paddingPx);
  const least = 1e-9;
  const scale = Math.min(
    inside(box.widthPx) / Math.max(least, right - left),
    inside(box.heightPx) / Math.max(least, high - low),
  );
  const held = right - left < least && high - low < least ? 1 : scale;
  return {
    scale: held,
    shiftXPx: box.widthPx / 2 - (held * (left + right)) / 2,
    shiftYPx: box.heightPx / 2 + (held * (low + high)) / 2,
  };
}

/** Places [N, 2] → pixels [N, 2]. */
export function toPixels(
  places: Float32Array,
  { scale, shiftXPx, shiftYPx }: ScatterFrame,
): Float32Array {
  return places.map((value, i) =>
    i % 2 === 0 ? shiftXPx + scale * value : shiftYPx - scale * value,
  );
}

/** The mark of `marks` [N, 2] nearest to a point, within a distance; null when none is. */
export function nearestMark(
  marks: Float32Array,
  xPx: number,
  yPx: number,
  withinPx: number,
): number | null {
  let nearest: number | null = null;
  let least = withinPx ** 2;
  for (let n = 0; n < marks.length / 2; n += 1) {
    const square = ((marks[2 * n] ?? 0) - xPx) ** 2 + ((marks[2 * n + 1] ?? 0) - yPx) ** 2;
    if (square > least || (square === least && nearest !== null)) continue;
    least = square;
    nearest = n;
  }
  return nearest;
}

const ways: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The nearest mark in the quarter of the map to which an arrow key points from mark `from`; null when there is none. */
export function markTowards(marks: Float32Array, from: number, key: string): number | null {
  const way = ways[key];
  if (!way) return null;
  const [wayX, wayY] = way;
  const x = marks[2 * from] ?? 0;
  const y = marks[2 * from + 1] ?? 0;
  let nearest: number | null = null;
  let least = Infinity;
  for (let n = 0; n < marks.length / 2; n += 1) {
    const [dx, dy] = [(marks[2 * n] ?? 0) - x, (marks[2 * n + 1] ?? 0) - y];
    const along = dx * wayX + dy * wayY;
    const aside = Math.abs(dx * wayY) + Math.abs(dy * wayX);
    if (along <= 0 || aside > along) continue;
    const square = dx * dx + dy * dy;
    if (square < least) [least, nearest] = [square, n];
  }
  return nearest;
}

/** Whether a point lies inside a polygon of corners [M, 2], by the number of its edges that lie to the right. */
export function insidePolygon(corners: ArrayLike<number>, xPx: number, yPx: number): boolean {
  let inside = false;
  const count = corners.length / 2;
  for (let i = 0, j = count - 1; i < count; j = i, i += 1) {
    const [x1, y1] = [corners[2 * i] ?? 0, corners[2 * i + 1] ?? 0];
    const [x2, y2] = [corners[2 * j] ?? 0, corners[2 * j + 1] ?? 0];
    if (y1 > yPx !== y2 > yPx && xPx < ((x2 - x1) * (yPx - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** Marks inside the polygon. */
export function marksInside(marks: Float32Array, corners: ArrayLike<number>): number[] {
  const found: number[] = [];
  for (let n = 0; n < marks.length / 2; n += 1) {
    if (insidePolygon(corners, marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0)) found.push(n);
  }
  return found;
}

/** Neighbours that are asked which group a mark lies in: one alone would mostly be its own near-duplicate. */
const askedNeighbours = 3;

/**
 * By group: how many of its marks lie in the midst of each group, told by most of their three nearest marks, or as many
 * as the group has others; equally many: by the nearest. [groups][groups] counts. Marks alone on the map count nowhere.
 */
export function neighbourCounts(
  marks: Float32Array,
  groupOf: ArrayLike<number>,
  groups: number,
): number[][] {
  const counts = Array.from({ length: groups }, () => new Array<number>(groups).fill(0));
  const sizes = new Array<number>(groups).fill(0);
  const count = marks.length / 2;
  for (let n = 0; n < count; n += 1) sizes[groupOf[n] ?? 0] = (sizes[groupOf[n] ?? 0] ?? 0) + 1;
  // Sorted by x, only those nearer in x than the best so far need a look.
  const order = Array.from({ length: count }, (_, n) => n).sort(
    (a, b) => (marks[2 * a] ?? 0) - (marks[2 * b] ?? 0),
  );
  order.forEach((n, place) => {
    const own = groupOf[n] ?? 0;
    const asked = Math.max(1, Math.min(askedNeighbours, (sizes[own] ?? 0) - 1));
    const nearest = nearestInOrder(marks, order, place, asked).map((m) => groupOf[m] ?? 0);
    const row = counts[own];
    const most = mostCommon(nearest);
    if (row && most !== null) row[most] = (row[most] ?? 0) + 1;
  });
  return counts;
}

/** The `most` marks nearest to the one at `place` of `order`, which is sorted by x; nearest first. */
function nearestInOrder(
  marks: Float32Array,
  order: readonly number[],
  place: number,
  most: number,
): number[] {
  const n = order[place] ?? 0;
  const [x, y] = [marks[2 * n] ?? 0, marks[2 * n + 1] ?? 0];
  const found: { readonly mark: number; readonly square: number }[] = [];
  /** False when neither this mark nor any further on can be near enough. */
  const look = (other: number): boolean => {
    const mark = order[other] ?? 0;
    const dx = (marks[2 * mark] ?? 0) - x;
    const limit = found.length < most ? Infinity : (found.at(-1)?.square ?? Infinity);
    if (dx * dx >= limit) return false;
    const square = dx * dx + ((marks[2 * mark + 1] ?? 0) - y) ** 2;
    if (square >= limit) return true;
    const behind = found.findIndex((each) => square < each.square);
    found.splice(behind < 0 ? found.length : behind, 0, { mark, square });
    if (found.length > most) found.pop();
    return true;
  };
  let [left, right] = [place - 1, place + 1];
  while (left >= 0 && look(left)) left -= 1;
  while (right < order.length && look(right)) right += 1;
  return found.map(({ mark }) => mark);
}

/** Of equally common ones the first; null of none. */
function mostCommon(groups: readonly number[]): number | null {
  const times = (group: number): number => groups.filter((each) => each === group).length;
  return groups.reduce<number | null>(
    (best, group) => (best === null || times(group) > times(best) ? group : best),
    null,
  );
}

/** In the order of takes; the seventh take has the first shape again. */
export const markShapes = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star'] as const;
export type MarkShape = (typeof markShapes)[number];

/** Corners of each shape around nought, about as large as a circle of radius 1; the circle has none. */
const outlines: Record<MarkShape, readonly (readonly [number, number])[]> = {
  circle: [],
  square: ring(4, 1.2, 1.2, 45),
  triangle: ring(3, 1.35, 1.35, -90),
  diamond: ring(4, 1.3, 1.3, 0),
  cross: crossOutline(1.2, 0.45),
  star: ring(10, 1.45, 0.6, -90),
};

type Path = Pick<CanvasPath, 'moveTo' | 'lineTo' | 'closePath' | 'arc'>;

/** Adds a mark's outline to a path. */
export function traceMark(
  path: Path,
  shape: MarkShape,
  xPx: number,
  yPx: number,
  radiusPx: number,
): void {
  if (shape === 'circle') {
    path.moveTo(xPx + radiusPx, yPx);
    path.arc(xPx, yPx, radiusPx, 0, 2 * Math.PI);
    return;
  }
  outlines[shape].forEach(([x, y], i) => {
    const to = i === 0 ? path.moveTo.bind(path) : path.lineTo.bind(path);
    to(xPx + radiusPx * x, yPx + radiusPx * y);
  });
  path.closePath();
}

/** Corners on two circles in turn. */
function ring(
  corners: number,
  outer: number,
  inner: number,
  startDegrees: number,
): readonly (readonly [number, number])[] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = ((startDegrees + (360 * i) / corners) * Math.PI) / 180;
    const radius = i % 2 === 0 ? outer : inner;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
}

function crossOutline(long: number, half: number): readonly (readonly [number, number])[] {
  const quarter = [
    [half, -long],
    [half, -half],
    [long, -half],
  ] as const;
  // The same three corners turned by 90 degrees, four times.
  return [0, 1, 2, 3].flatMap((turns) =>
    quarter.map(([x, y]): [number, number] => {
      let [a, b]: [number, number] = [x, y];
      for (let i = 0; i < turns; i += 1) [a, b] = [-b, a];
      return [a, b];
    }),
  );
}
