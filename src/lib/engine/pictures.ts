// Pictures in the worker: decode, crop, shrink, encode. The one file of the engine that needs OffscreenCanvas.

import { cropRect } from '#lib/core/crop.ts';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { CropFrame } from '#lib/core/project.ts';
import { closeImage, imageSize } from './image.ts';
import type { Frame } from './protocol.ts';

/** What the engine asks of its surroundings; tests bring their own where there is no canvas. */
export interface Pictures {
  /** The square `crop` of `image` as RGBA [sidePx, sidePx, 4]. The buffer may be used again by the next call. */
  pixels(image: Frame['image'], crop: CropFrame, sidePx: number): Promise<Uint8ClampedArray>;
  /** The square `crop` of `image` as a JPEG of sidePx × sidePx. */
  encodeJpeg(image: Frame['image'], crop: CropFrame, sidePx: number): Promise<Uint8Array>;
  /** The caller closes what it gets. Fails with `bad-picture`. */
  decode(jpeg: Uint8Array): Promise<Result<ImageBitmap>>;
}

const jpegQuality = 0.92;
/** A kept sample is a small square; anything beyond this is not one of ours. */
const largestJpegBytes = 40 * 1024 * 1024;
const largestSidePx = 16384;

export class CanvasPictures implements Pictures {
  /** By side: the backbone and a network of one's own take turns with pictures of different sizes. */
  readonly #inputCanvases = new Map<number, SquareCanvas>();
  readonly #sampleCanvas = new SquareCanvas(false);

  async pixels(image: Frame['image'], crop: CropFrame, sidePx: number): Promise<Uint8ClampedArray> {
    const canvas = this.#inputCanvases.get(sidePx) ?? new SquareCanvas(true);
    this.#inputCanvases.set(sidePx, canvas);
    const context = await canvas.draw(image, crop, sidePx);
    return context.getImageData(0, 0, sidePx, sidePx).data;
  }

  async encodeJpeg(image: Frame['image'], crop: CropFrame, sidePx: number): Promise<Uint8Array> {
    const { canvas } = await this.#sampleCanvas.draw(image, crop, sidePx);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality });
    return new Uint8Array(await blob.arrayBuffer());
  }

  async decode(jpeg: Uint8Array): Promise<Result<ImageBitmap>> {
    const refuse = (detail: string): Result<never> =>
      fail({ code: 'bad-picture', fileName: 'sample', detail });
    if (jpeg.length > largestJpegBytes) return refuse('more than 40 MB');
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(new Blob([new Uint8Array(jpeg)]));
    } catch (error) {
      return refuse(messageOf(error));
    }
    if (Math.max(bitmap.width, bitmap.height) <= largestSidePx) return succeed(bitmap);
    bitmap.close();
    return refuse('larger than 16384 pixels');
  }
}

/** A square canvas that is kept between frames. */
class SquareCanvas {
  readonly #willReadFrequently: boolean;
  #context: OffscreenCanvasRenderingContext2D | null = null;

  constructor(willReadFrequently: boolean) {
    this.#willReadFrequently = willReadFrequently;
  }

  async draw(
    image: Frame['image'],
    crop: CropFrame,
    sidePx: number,
  ): Promise<OffscreenCanvasRenderingContext2D> {
    // A canvas cannot draw ImageData scaled; a bitmap of it can be.
    const source = image instanceof ImageData ? await createImageBitmap(image) : image;
    const { widthPx, heightPx } = imageSize(source);
    const square = cropRect(widthPx, heightPx, crop);
    const context = this.#ofSide(sidePx);
    const { xPx, yPx, sizePx } = square;
    context.drawImage(source, xPx, yPx, sizePx, sizePx, 0, 0, sidePx, sidePx);
    if (source !== image) closeImage(source);
    return context;
  }

  #ofSide(sidePx: number): OffscreenCanvasRenderingContext2D {
    if (this.#context?.canvas.width === sidePx) return this.#blank(this.#context);
    const options = { willReadFrequently: this.#willReadFrequently };
    const context = new OffscreenCanvas(sidePx, sidePx).getContext('2d', options);
    if (!context) throw new Error('no 2d context');
    context.imageSmoothingQuality = 'high';
    this.#context = context;
    return this.#blank(context);
  }

  /** White, as paper: a picture with transparent parts shows neither black nor the last picture through them. */
  #blank(context: OffscreenCanvasRenderingContext2D): OffscreenCanvasRenderingContext2D {
    const { width, height } = context.canvas;
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    return context;
  }
}
