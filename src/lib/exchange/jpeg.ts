// What a JPEG's header says about whether the file can be kept as a sample just as it is.

import { statedSize } from './file-kind.ts';

const keptSidePx = { min: 32, max: 512 };

/** Side of a square JPEG of a sample's size without EXIF (which may turn it); null for any other picture. */
export function keepableSidePx(bytes: Uint8Array): number | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || hasExif(bytes)) return null;
  const size = statedSize(bytes);
  if (size?.widthPx !== size?.heightPx || !size) return null;
  const side = size.widthPx;
  return side >= keptSidePx.min && side <= keptSidePx.max ? side : null;
}

/** Looks for the letters “Exif” where the first segments are. */
function hasExif(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4096));
  return start.includes('Exif\0');
}
