// Small pictures of a network in words: where a picture is light and dark, and what a kernel looks for. Pure.

import { indexOfLargest, placeOfCell } from '../../ui/place-words.ts';
import type { SmallPicture } from './layer-maps.ts';

/** Where the light is, by ninths of the picture: “lightest in the middle, darkest at the top; 34 % of it is light”. */
export function lightWords({ width, height, values }: SmallPicture): string {
  const ninths = new Float64Array(9);
  const counts = new Float64Array(9);
  let light = 0;
  values.forEach((value, i) => {
    const row = Math.floor((3 * Math.floor(i / width)) / height);
    const ninth = 3 * row + Math.floor((3 * (i % width)) / width);
    ninths[ninth] = (ninths[ninth] ?? 0) + value;
    counts[ninth] = (counts[ninth] ?? 0) + 1;
    if (value > 0.5) light += 1;
  });
  const means = ninths.map((sum, i) => sum / Math.max(1, counts[i] ?? 1));
  const share = Math.round((100 * light) / Math.max(1, values.length));
  if (Math.max(...means) - Math.min(...means) < 0.02) return `even; ${share} % of it is light`;
  const lightest = placeOfCell(indexOfLargest(means), 3, 3);
  const darkest = placeOfCell(indexOfLargest(means.map((mean) => -mean)), 3, 3);
  return `lightest ${lightest}, darkest ${darkest}; ${share} % of it is light`;
}

/** A share of all weights' strength from which on they lean to one side. */
const leaning = 0.12;
const onlyOne = 0.6;

/** What a kernel likes, from where its weights are positive; channels below each other count together. */
export function kernelWords({ width, height, values }: SmallPicture): string {
  let strength = 0;
  let sum = 0;
  let across = 0;
  let down = 0;
  let inner = 0;
  const middle = (width - 1) / 2;
  values.forEach((weight, i) => {
    const x = (i % width) - middle;
    const y = (Math.floor(i / width) % width) - middle;
    strength += Math.abs(weight);
    sum += weight;
    across += (weight * x) / Math.max(1, middle);
    down += (weight * y) / Math.max(1, middle);
    inner += weight * (Math.hypot(x, y) <= middle / 2 ? 1 : -1 / 3);
  });
  if (height === 0 || strength < 1e-6) return 'nothing';
  if (Math.abs(sum) > onlyOne * strength) return sum > 0 ? 'light' : 'dark';
  const [x, y] = [across / strength, down / strength];
  const column = x > leaning ? 'right' : x < -leaning ? 'left' : '';
  const row = y > leaning ? 'below' : y < -leaning ? 'above' : '';
  if (row !== '' || column !== '') return `light ${[row, column].filter(Boolean).join(' ')}`;
  if (Math.abs(inner) > leaning * strength) {
    return inner > 0 ? 'light in the middle' : 'dark in the middle';
  }
  return 'a mixed pattern';
}

/** What each of some kernels likes, counted from one. */
export function kernelsWords(kernels: readonly SmallPicture[]): string {
  return kernels.map((kernel, i) => `${i + 1} likes ${kernelWords(kernel)}`).join(', ');
}
