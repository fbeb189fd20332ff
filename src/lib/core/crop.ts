// From a crop frame in fractions to whole pixels of one picture.

import type { CropFrame } from './project.ts';

export interface SquareRect {
  readonly xPx: number;
  readonly yPx: number;
  readonly sizePx: number;
}

export const centreSquare: CropFrame = { centreX: 0.5, centreY: 0.5, size: 1 };
export const cropSizeLimits = { min: 0.2, max: 1, step: 0.05 } as const;

/** The square of a `widthPx` × `heightPx` picture that `crop` names; always inside the picture, at least one pixel wide. */
export function cropRect(widthPx: number, heightPx: number, crop: CropFrame): SquareRect {
  const shorter = Math.min(widthPx, heightPx);
  const sizePx = Math.max(1, Math.min(shorter, Math.round(shorter * crop.size)));
  const place = (centre: number, lengthPx: number): number =>
    Math.min(lengthPx - sizePx, Math.max(0, Math.round(centre * lengthPx - sizePx / 2)));
  return { xPx: place(crop.centreX, widthPx), yPx: place(crop.centreY, heightPx), sizePx };
}

/** `crop` moved by fractions of the picture and scaled, kept inside the picture. */
export function moveCrop(
  crop: CropFrame,
  aspect: number,
  move: { readonly x?: number; readonly y?: number; readonly size?: number },
): CropFrame {
  const { min, max } = cropSizeLimits;
  const size = Math.min(max, Math.max(min, crop.size + (move.size ?? 0)));
  // Half the square's side as a fraction of the width and of the height. aspect = width / height.
  const halfX = (size / 2) * Math.min(1, 1 / aspect);
  const halfY = (size / 2) * Math.min(1, aspect);
  const inside = (value: number, half: number): number => Math.min(1 - half, Math.max(half, value));
  return {
    centreX: inside(crop.centreX + (move.x ?? 0), halfX),
    centreY: inside(crop.centreY + (move.y ?? 0), halfY),
    size,
  };
}
