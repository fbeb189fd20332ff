// The worker of the feature maps: a frame comes in, its maps go out as pictures that the page only has to show.

import { levelPixels } from '#lib/charts/level-pixels.ts';
import { whiteLevel, type LevelPicture } from '#lib/convnet/level-sums.ts';
import { messageOf } from '#lib/core/failure.ts';
import { kernelSide, PlainPainter, type Painter } from './painter.ts';
import type { FromMapsWorker, PaintedMap, PaintRequest, PictureToMap } from './protocol.ts';
import { vectorPainter } from './vector-painter.ts';

const painter: Painter = vectorPainter() ?? new PlainPainter();
const reading = new OffscreenCanvas(1, 1);
const readingContext = reading.getContext('2d', { willReadFrequently: true });
const painting = new OffscreenCanvas(1, 1);
const paintingContext = painting.getContext('2d');

let seen: LevelPicture | null = null;

self.onmessage = ({ data }: MessageEvent<PaintRequest>) => {
  try {
    answer(data);
  } catch (error) {
    post({ kind: 'failed', message: messageOf(error) }, []);
  }
};

function answer({ picture, kernels, activation, chosen }: PaintRequest): void {
  if (picture) seen = read(picture);
  if (!seen) {
    post({ kind: 'painting', painting: null }, []);
    return;
  }
  const { width, height, levels } = seen;
  const maps: PaintedMap[] = kernels.map((kernel, index) => {
    const { facts, width, rgba } = painter.draw(kernel, activation, index !== chosen);
    const { strongest, black, white } = facts;
    return { strongest, black, white, image: paint(rgba, width) };
  });
  const image = paint(levelPixels(levels, { black: 0, white: whiteLevel }), width);
  const images = [image, ...maps.map((map) => map.image)];
  // The page gets a copy of the levels: the next request may be about the same picture.
  post({ kind: 'painting', painting: { picture: { width, height, levels }, image, maps } }, images);
}

/** Closes the image. */
function read({ image, mirror, longPx }: PictureToMap): LevelPicture {
  if (!readingContext) throw new Error('this browser has no canvas');
  const [widthPx, heightPx] =
    'displayWidth' in image
      ? [image.displayWidth, image.displayHeight]
      : [image.width, image.height];
  const scale = Math.min(
    longPx / Math.max(widthPx, heightPx),
    (0.75 * longPx) / Math.min(widthPx, heightPx),
  );
  const width = Math.max(kernelSide, Math.round(widthPx * scale));
  const height = Math.max(kernelSide, Math.round(heightPx * scale));
  if (reading.width !== width) reading.width = width;
  if (reading.height !== height) reading.height = height;
  readingContext.imageSmoothingQuality = 'high';
  readingContext.setTransform(mirror ? -1 : 1, 0, 0, 1, mirror ? width : 0, 0);
  readingContext.drawImage(image, 0, 0, width, height);
  image.close();
  return painter.read(readingContext.getImageData(0, 0, width, height).data, width);
}

function paint(rgba: Uint8ClampedArray<ArrayBuffer>, width: number): ImageBitmap {
  if (!paintingContext) throw new Error('this browser has no canvas');
  const height = rgba.length / 4 / width;
  if (painting.width !== width) painting.width = width;
  if (painting.height !== height) painting.height = height;
  paintingContext.putImageData(new ImageData(rgba, width, height), 0, 0);
  return painting.transferToImageBitmap();
}

function post(message: FromMapsWorker, transfer: Transferable[]): void {
  self.postMessage(message, { transfer });
}
