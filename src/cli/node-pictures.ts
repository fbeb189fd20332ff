// Pictures in Node: decoded, cropped, shrunk and encoded by Skia, as Chromium does it.

import { createCanvas, loadImage, type Image, type SKRSContext2D } from '@napi-rs/canvas';
import { cropRect } from '#lib/core/crop.ts';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { CropFrame } from '#lib/core/project.ts';
import type { Pictures } from '#lib/engine/pictures.ts';
import type { Frame } from '#lib/engine/protocol.ts';

const jpegQuality = 92;

/** A decoded picture in the shape in which the engine carries pictures. */
export class NodePicture implements ImageBitmap {
  readonly width: number;
  readonly height: number;
  readonly image: Image;

  constructor(image: Image) {
    this.image = image;
    this.width = image.width;
    this.height = image.height;
  }

  /** Nothing to give back: the image goes when nobody holds it. */
  close(): void {
    return;
  }
}

/** Fails with `bad-picture`. */
export async function decodePicture(
  bytes: Uint8Array,
  fileName: string,
): Promise<Result<NodePicture>> {
  try {
    return succeed(new NodePicture(await loadImage(Buffer.from(bytes))));
  } catch (error) {
    return fail({ code: 'bad-picture', fileName, detail: messageOf(error) });
  }
}

export const nodePictures: Pictures = {
  pixels(image, crop, sidePx) {
    const context = drawn(image, crop, sidePx);
    const { data } = context.getImageData(0, 0, sidePx, sidePx);
    return Promise.resolve(new Uint8ClampedArray(data.buffer, data.byteOffset, data.length));
  },
  async encodeJpeg(image, crop, sidePx) {
    return new Uint8Array(await drawn(image, crop, sidePx).canvas.encode('jpeg', jpegQuality));
  },
  decode: (jpeg) => decodePicture(jpeg, 'sample'),
};

function drawn(source: Frame['image'], crop: CropFrame, sidePx: number): SKRSContext2D {
  if (!(source instanceof NodePicture)) throw new TypeError('a picture of another kind');
  const { xPx, yPx, sizePx } = cropRect(source.width, source.height, crop);
  const context = createCanvas(sidePx, sidePx).getContext('2d');
  // White, as the page has it under pictures with transparent parts.
  context.fillStyle = 'white';
  context.fillRect(0, 0, sidePx, sidePx);
  // Chromium copies pixel by pixel where nothing is scaled; this canvas would soften them.
  context.imageSmoothingEnabled = sizePx !== sidePx;
  // Measured on camera frames: Chromium shrinks at `high` as this canvas does at `medium`, within one step of 255.
  context.imageSmoothingQuality = sizePx > sidePx ? 'medium' : 'high';
  context.drawImage(source.image, xPx, yPx, sizePx, sizePx, 0, 0, sidePx, sidePx);
  return context;
}
