import fc from 'fast-check';
import { expect, test } from 'vitest';
import { centreSquare, cropRect, cropSizeLimits, moveCrop } from './crop.ts';

const sides = fc.integer({ min: 1, max: 4000 });
const fraction = fc.double({ min: -1, max: 2, noNaN: true });

test('the centre square of 640 × 480 is 480 wide and in the middle', () => {
  expect(cropRect(640, 480, centreSquare)).toEqual({ xPx: 80, yPx: 0, sizePx: 480 });
  expect(cropRect(480, 640, centreSquare)).toEqual({ xPx: 0, yPx: 80, sizePx: 480 });
});

test('a crop always lies inside the picture', () => {
  fc.assert(
    fc.property(sides, sides, fraction, fraction, fraction, (width, height, x, y, size) => {
      const rect = cropRect(width, height, { centreX: x, centreY: y, size });
      expect(rect.sizePx).toBeGreaterThanOrEqual(1);
      expect(rect.xPx).toBeGreaterThanOrEqual(0);
      expect(rect.yPx).toBeGreaterThanOrEqual(0);
      expect(rect.xPx + rect.sizePx).toBeLessThanOrEqual(width);
      expect(rect.yPx + rect.sizePx).toBeLessThanOrEqual(height);
    }),
  );
});

test('moving keeps the frame inside, and its size within limits', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      fraction,
      fraction,
      fraction,
      (aspect, x, y, size) => {
        const moved = moveCrop(centreSquare, aspect, { x, y, size });
        expect(moved.size).toBeGreaterThanOrEqual(cropSizeLimits.min);
        expect(moved.size).toBeLessThanOrEqual(cropSizeLimits.max);
        const halfX = (moved.size / 2) * Math.min(1, 1 / aspect);
        const halfY = (moved.size / 2) * Math.min(1, aspect);
        expect(moved.centreX - halfX).toBeGreaterThanOrEqual(-1e-9);
        expect(moved.centreX + halfX).toBeLessThanOrEqual(1 + 1e-9);
        expect(moved.centreY - halfY).toBeGreaterThanOrEqual(-1e-9);
        expect(moved.centreY + halfY).toBeLessThanOrEqual(1 + 1e-9);
      },
    ),
  );
});
