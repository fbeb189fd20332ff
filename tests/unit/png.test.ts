import { createCanvas, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statedSize } from '#lib/exchange/file-kind.ts';
import { pixelsOfPng, pngOf } from '#lib/exchange/png.ts';

test('another program reads exactly the pixels that were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.nat(), async (side, seed) => {
      const rgba = Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) =>
        i % 4 === 3 ? 255 : (seed + i * i * 7) % 256,
      );
      const png = await pngOf(rgba, side);
      expect(statedSize(png)).toEqual({ widthPx: side, heightPx: side });
      expect(await pixelsOfPng(png)).toEqual({ rgba, sidePx: side });
      const context = createCanvas(side, side).getContext('2d');
      context.drawImage(await loadImage(Buffer.from(png)), 0, 0);
      const read = context.getImageData(0, 0, side, side).data;
      expect(Array.from(read)).toEqual(Array.from(rgba));
    }),
    { numRuns: 20 },
  );
});
