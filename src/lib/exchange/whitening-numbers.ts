// The whitening asset that the engine hands out, as numbers.

import type { Whitening } from '#lib/learning/head.ts';
import { parseWhitening } from '#lib/learning/whitening.ts';
import type { HeadFileInput } from './head-file.ts';

/** Throws when the engine gave what cannot be read: a bug. */
export function whiteningNumbers(asset: HeadFileInput['whitening']): Whitening | null {
  if (!asset) return null;
  const parsed = parseWhitening(asset.json, asset.bytes);
  if (!parsed.ok) throw new Error('the engine gave a whitening that cannot be read');
  return parsed.value.whitening;
}
