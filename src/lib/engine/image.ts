// What page and worker both do with a frame's picture.

import type { Frame } from './protocol.ts';

/** Frees a frame's picture. `ImageData` needs no closing. */
export function closeImage(image: Frame['image']): void {
  if ('close' in image) image.close();
}

/** Width and height as displayed. */
export function imageSize(image: Frame['image']): { widthPx: number; heightPx: number } {
  return 'displayWidth' in image
    ? { widthPx: image.displayWidth, heightPx: image.displayHeight }
    : { widthPx: image.width, heightPx: image.height };
}
