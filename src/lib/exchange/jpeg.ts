// What a JPEG's header says about whether the file can be, or stay as it is as, a kept sample.

import { statedSize } from './file-kind.ts';

const keptSidePx = { min: 32, max: 512 };
const keptBytes = 1024 ** 2;
const largestSampleSidePx = 1024;

/** Why a file cannot be a kept sample, or null. Samples are shown as they are, hundreds at a time. */
export function sampleProblem(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return 'is no JPEG';
  const size = statedSize(bytes);
  if (!size || Math.min(size.widthPx, size.heightPx) < 1) return 'does not say how large it is';
  const { widthPx, heightPx } = size;
  return Math.max(widthPx, heightPx) > largestSampleSidePx
    ? `is too large for a sample: ${widthPx} × ${heightPx} pixels`
    : null;
}

/** Side of a square JPEG of a sample's size without EXIF (which may turn it); null for any other picture. */
export function keepableSidePx(bytes: Uint8Array): number | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || hasExif(bytes)) return null;
  if (bytes.length > keptBytes) return null;
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
