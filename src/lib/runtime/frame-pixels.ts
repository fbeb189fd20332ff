// Any picture → the square that the network sees, as the app cuts and shrinks it.

import { cropRect } from '#lib/core/crop.ts';
import type { CropFrame } from '#lib/core/project.ts';
import type { CanvasLike, Picture, PixelData } from './web/handful-runtime.d.ts';

type MakeCanvas = (width: number, height: number) => CanvasLike;

/** The part of a 2d context that is used, in browsers and in Node alike. */
interface Context {
  imageSmoothingEnabled: boolean;
  imageSmoothingQuality: string;
  fillStyle: unknown;
  fillRect(x: number, y: number, width: number, height: number): void;
  drawImage(picture: object, ...places: number[]): void;
  putImageData(pixels: object, x: number, y: number): void;
  createImageData(width: number, height: number): { readonly data: Uint8ClampedArray };
  getImageData(x: number, y: number, width: number, height: number): PixelData;
}

export class FramePixels {
  readonly #sidePx: number;
  readonly #frame: CropFrame;
  readonly #makeCanvas: MakeCanvas;
  /** Whether the canvas is a browser's. */
  readonly #isOwn: boolean;
  #context: Context | null = null;

  constructor(sidePx: number, frame: CropFrame, makeCanvas: MakeCanvas | undefined) {
    this.#sidePx = sidePx;
    this.#frame = frame;
    this.#makeCanvas = makeCanvas ?? browserCanvas;
    this.#isOwn = makeCanvas === undefined;
  }

  /** RGBA [side, side, 4]. Throws with words when there is no canvas to shrink on. */
  of(picture: Picture): Uint8ClampedArray {
    const side = this.#sidePx;
    const isPixels = isPixelData(picture);
    const { widthPx, heightPx } = sizeOf(picture);
    if (widthPx < 1 || heightPx < 1) throw new Error('The picture is not there yet.');
    const square = cropRect(widthPx, heightPx, this.#frame);
    if (isPixels && widthPx === side && heightPx === side && square.sizePx === side) {
      return new Uint8ClampedArray(picture.data);
    }
    const context = (this.#context ??= this.#contextOf(side, side));
    // White, as paper, under pictures with transparent parts.
    context.fillStyle = 'white';
    context.fillRect(0, 0, side, side);
    const drawn = isPixels ? this.#drawable(picture) : picture;
    const { xPx, yPx, sizePx } = square;
    // As smooth as in the app, and pixel by pixel where nothing is scaled: some canvases would soften that too.
    context.imageSmoothingEnabled = sizePx !== side;
    // Node's canvas shrinks at `medium` as Chromium does at `high`, within one step of 255.
    context.imageSmoothingQuality = this.#isOwn || sizePx < side ? 'high' : 'medium';
    context.drawImage(drawn, xPx, yPx, sizePx, sizePx, 0, 0, side, side);
    return new Uint8ClampedArray(context.getImageData(0, 0, side, side).data);
  }

  /** A canvas with these pixels: pixels alone cannot be drawn smaller. */
  #drawable({ width, height, data }: PixelData): object {
    const canvas = this.#makeCanvas(width, height);
    const context = contextOf(canvas);
    const pixels = context.createImageData(width, height);
    pixels.data.set(data);
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  #contextOf(width: number, height: number): Context {
    return contextOf(this.#makeCanvas(width, height));
  }
}

function contextOf(canvas: CanvasLike): Context {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context) return context as Context;
  throw new Error('No canvas can be drawn on here.');
}

function browserCanvas(width: number, height: number): CanvasLike {
  if ('OffscreenCanvas' in globalThis) return new OffscreenCanvas(width, height);
  if ('document' in globalThis) {
    return Object.assign(document.createElement('canvas'), { width, height });
  }
  throw new Error(
    'There is no canvas here to shrink the picture on. Give load() the option createCanvas, for example that of @napi-rs/canvas, or hand over pixels of the model’s inputSize.',
  );
}

function isPixelData(picture: Picture): picture is PixelData {
  return 'data' in picture && ArrayBuffer.isView(picture.data);
}

/** Videos, images and frames say their size in words of their own. */
export function sizeOf(picture: Picture): { readonly widthPx: number; readonly heightPx: number } {
  const sizes = picture as Readonly<Record<string, unknown>>;
  for (const word of ['video', 'natural', 'display']) {
    const width = sizes[`${word}Width`];
    const height = sizes[`${word}Height`];
    if (typeof width === 'number' && typeof height === 'number') {
      return { widthPx: width, heightPx: height };
    }
  }
  const { width, height } = sizes;
  if (typeof width === 'number' && typeof height === 'number') {
    return { widthPx: width, heightPx: height };
  }
  throw new TypeError('That is no picture.');
}
