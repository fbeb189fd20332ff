// Pooling as the lessons show it: one number for each 2 × 2 block, without overlap, and how much a moved picture changes.

import { valueAt, type Plane } from './plane.ts';

export type PoolKind = 'max' | 'average';

/** Side of a block. */
export const blockSide = 2;

/** One number a block. A row or column left over at the end belongs to no block. */
export function pooled(map: Plane, of: PoolKind): Plane {
  const width = Math.floor(map.width / blockSide);
  const height = Math.floor(map.height / blockSide);
  const values = Float32Array.from({ length: width * height }, (_, i) => {
    const block = blockValues(map, Math.floor(i / width), i % width);
    return of === 'max' ? Math.max(...block) : block.reduce((a, b) => a + b, 0) / block.length;
  });
  return { width, height, values };
}

/** The four values that a pooled cell stands for, row by row. */
export function blockValues(map: Plane, row: number, column: number): number[] {
  const top = row * blockSide;
  const left = column * blockSide;
  return [0, 1].flatMap((down) => [0, 1].map((across) => valueAt(map, top + down, left + across)));
}

/** Indices of the cells that differ by more than `tolerance`. */
export function changedCells(before: Plane, after: Plane, tolerance: number): number[] {
  return Array.from(before.values.keys()).filter(
    (i) => Math.abs((before.values[i] ?? 0) - (after.values[i] ?? 0)) > tolerance,
  );
}

/** Index of the largest value; the first of several. */
export function strongestCell({ values }: Plane): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0);
}
