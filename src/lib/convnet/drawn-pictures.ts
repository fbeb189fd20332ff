// Pictures that the product draws itself, for a learner who has none: circles and crosses, anywhere, any size, any light.

import { seededRandom } from '#lib/core/random.ts';
import { pictureSize, type InputSpec, type PictureSet } from './network.ts';

export const drawnClasses = ['Circles', 'Crosses'] as const;
export type DrawnClass = 0 | 1;

/** One picture [side, side, channels] in [0, 1]. The same seed gives the same picture at any side. */
export function drawnPicture(
  drawn: DrawnClass,
  { side, channels }: InputSpec,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + random() * (high - low);
  const centreX = between(0.38, 0.62);
  const centreY = between(0.38, 0.62);
  const radius = between(0.2, 0.32);
  const half = between(0.035, 0.07);
  const turn = between(-0.35, 0.35);
  const paper = between(0.05, 0.3);
  const ink = between(0.7, 1);
  const grain = between(0.02, 0.08);
  const values = new Float32Array(pictureSize({ side, channels }));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const dx = (x + 0.5) / side - centreX;
      const dy = (y + 0.5) / side - centreY;
      const distance = drawn === 0 ? toCircle(dx, dy, radius) : toCross(dx, dy, radius, turn);
      // One pixel wide between ink and paper, so that no edge is jagged.
      const cover = Math.min(1, Math.max(0, (half - distance) * side + 0.5));
      const value = paper + cover * (ink - paper) + (random() - 0.5) * 2 * grain;
      const at = (y * side + x) * channels;
      values.fill(Math.min(1, Math.max(0, value)), at, at + channels);
    }
  }
  return values;
}

/** `each` pictures of both classes in turn. Seeds that differ share no picture. */
export function drawnSet(input: InputSpec, each: number, seed: number): PictureSet {
  const size = pictureSize(input);
  const inputs = new Float32Array(2 * each * size);
  const classIndexes = Uint16Array.from({ length: 2 * each }, (_, n) => n % 2);
  classIndexes.forEach((drawn, n) => {
    inputs.set(drawnPicture(drawn === 0 ? 0 : 1, input, seed * 100_003 + n), n * size);
  });
  return { inputs, classIndexes };
}

/** Distance from the circle's line. */
function toCircle(dx: number, dy: number, radius: number): number {
  return Math.abs(Math.hypot(dx, dy) - radius);
}

/** Distance from the nearer of two strokes at right angles, turned by 45° and `turn` radians. */
function toCross(dx: number, dy: number, radius: number, turn: number): number {
  const angle = Math.PI / 4 + turn;
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  const across = dy * Math.cos(angle) - dx * Math.sin(angle);
  return Math.min(toStroke(along, across, radius), toStroke(across, along, radius));
}

function toStroke(along: number, across: number, reach: number): number {
  return Math.hypot(Math.max(0, Math.abs(along) - reach), across);
}
