// The picture of the lessons: the live camera, one of the learner's own samples, or one that the product draws itself.
// Every frame it hands out is closed by whoever receives it.

import { drawnPictures, paintPicture, type DrawnPicture } from '#lib/charts/drawn-picture.ts';
import { centreSquare, cropRect } from '#lib/core/crop.ts';
import { isAbort } from '#lib/core/failure.ts';
import type { CropFrame, SampleId } from '#lib/core/project.ts';
import type { Camera } from './camera.svelte.ts';
import { delay } from './clock.ts';
import type { Pictures } from './pictures.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

export type PictureSource = 'camera' | 'sample' | 'drawn';

export interface LessonPictureParts {
  readonly camera: Camera;
  readonly open: OpenProject;
  readonly pictures: Pictures;
}

/** A picture on its way. The receiver closes `image`. */
export interface LessonFrame {
  readonly image: VideoFrame | ImageBitmap;
  /** The square of it that the project uses; the whole of it for samples and drawn pictures. */
  readonly crop: CropFrame;
  /** Whether people expect to see it the other way round, as in a mirror. */
  readonly mirror: boolean;
  readonly live: boolean;
}

export interface PixelWish {
  /** Side of the square that is read. */
  readonly sidePx: number;
  /** Turns a live picture round when the project's camera is mirrored: for the eye, not for a network. */
  readonly mirrored?: boolean;
}

const drawnSizePx = 480;
const restMs = 200;

export class LessonPicture {
  /** What the learner chose; null: the best there is. */
  wish = $state<PictureSource | null>(null);
  /** What is drawn: the learner's choice, else what the lesson suggests. */
  readonly drawing: DrawnPicture = $derived.by(() => this.#chosenDrawing ?? this.#suggested);
  /** What is shown: the wish as far as it can be had. */
  readonly source: PictureSource = $derived.by(() => {
    const { camera } = this.#parts;
    const can = { camera: camera.on, sample: this.sampleId !== null, drawn: true };
    if (this.wish !== null && can[this.wish]) return this.wish;
    if (this.wish === null && can.camera) return 'camera';
    return this.wish === null && can.sample ? 'sample' : 'drawn';
  });
  /** The chosen sample; without a choice, the newest one; null when there is none. */
  readonly sampleId: SampleId | null = $derived.by(() => {
    const { samples } = this.#parts.open;
    const chosen = samples.find(({ id }) => id === this.#chosenId) ?? samples.at(-1);
    return chosen?.id ?? null;
  });
  /** Changes whenever another still picture is shown. */
  readonly still: string = $derived(
    this.source === 'sample' ? `sample ${this.sampleId ?? ''}` : `${this.source} ${this.drawing}`,
  );
  /** Whether it is shown the other way round, as in a mirror. */
  readonly mirrored: boolean = $derived.by(
    () => this.source === 'camera' && (this.#parts.open.project?.capture.mirror ?? true),
  );
  #chosenId = $state<SampleId | null>(null);
  #chosenDrawing = $state<DrawnPicture | null>(null);
  #suggested = $state<DrawnPicture>(drawnPictures[0]);
  #parts: LessonPictureParts;
  #reader = new PixelReader();

  constructor(parts: LessonPictureParts) {
    this.#parts = parts;
  }

  /** Chooses where the picture comes from; asks for the camera when it is off. */
  choose(source: PictureSource): void {
    this.wish = source;
    const { camera } = this.#parts;
    if (source === 'camera' && !camera.on) void camera.turnOn();
  }

  chooseSample(id: SampleId): void {
    this.#chosenId = id;
    this.wish = 'sample';
  }

  chooseDrawing(drawing: DrawnPicture): void {
    this.#chosenDrawing = drawing;
    this.wish = 'drawn';
  }

  /** Draws what shows best what a lesson is about, unless the learner chose something. Returns the way back. */
  suggest(drawing: DrawnPicture): () => void {
    this.#suggested = drawing;
    return () => (this.#suggested = drawnPictures[0]);
  }

  /** The picture now, to be closed by the caller; with the camera, the next frame it shows. Null when it just went away. */
  async frame(): Promise<LessonFrame | null> {
    const { camera, open } = this.#parts;
    if (this.source === 'camera') {
      const image = await camera.frame();
      const capture = open.project?.capture;
      const crop = capture?.crop ?? centreSquare;
      return image && { image, crop, mirror: capture?.mirror ?? true, live: true };
    }
    const image = await (this.source === 'sample' ? this.#sample() : this.#drawn());
    return image && { image, crop: centreSquare, mirror: false, live: false };
  }

  /**
   * Hands `onFrame` every picture until `signal` aborts: each frame of the camera, a still once and again when another
   * is chosen. Waits for `onFrame` before it fetches the next one, so frames are dropped, never queued.
   */
  async follow(
    onFrame: (frame: LessonFrame) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const wanted = (): boolean => !signal.aborted;
    let shown: string | null = null;
    while (wanted()) {
      const still = this.source === 'camera' ? null : this.still;
      const frame = still === null || still !== shown ? await this.frame() : null;
      if (frame && wanted()) {
        shown = still;
        await onFrame(frame);
      } else {
        frame?.image.close();
        await rest(signal);
      }
    }
  }

  /** Reads the square crop of the picture now as RGBA of `sidePx` × `sidePx`; null when it just went away. */
  async pixels(wish: PixelWish): Promise<ImageData | null> {
    const frame = await this.frame();
    return frame && this.#reader.read(frame, wish);
  }

  /** RGBA of a frame's square as `sidePx` × `sidePx`, the receiver's to keep. The frame is closed. */
  read(frame: LessonFrame, wish: PixelWish): ImageData {
    return this.#reader.read(frame, wish);
  }

  /** `follow` for those who want pixels: RGBA of `sidePx` × `sidePx`, theirs to keep. */
  followPixels(
    wish: PixelWish,
    onPixels: (pixels: ImageData) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.follow((frame) => onPixels(this.#reader.read(frame, wish)), signal);
  }

  async #sample(): Promise<ImageBitmap | null> {
    const jpeg = this.sampleId === null ? null : await this.#parts.pictures.jpeg(this.sampleId);
    return jpeg && createImageBitmap(new Blob([jpeg.slice()], { type: 'image/jpeg' }));
  }

  #drawn(): ImageBitmap {
    const canvas = new OffscreenCanvas(drawnSizePx, drawnSizePx);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser has no canvas');
    paintPicture(context, this.drawing, drawnSizePx);
    return canvas.transferToImageBitmap();
  }
}

/** Reads pixels through one small canvas that is used again. */
class PixelReader {
  #canvas = new OffscreenCanvas(1, 1);
  #context = this.#canvas.getContext('2d', { willReadFrequently: true });

  /** Closes the frame. */
  read({ image, crop, mirror }: LessonFrame, { sidePx, mirrored = false }: PixelWish): ImageData {
    const context = this.#context;
    if (!context) throw new Error('this browser has no canvas');
    if (this.#canvas.width !== sidePx) this.#canvas.width = this.#canvas.height = sidePx;
    const [widthPx, heightPx] =
      'displayWidth' in image
        ? [image.displayWidth, image.displayHeight]
        : [image.width, image.height];
    const { xPx, yPx, sizePx } = cropRect(widthPx, heightPx, crop);
    context.imageSmoothingQuality = 'high';
    context.setTransform(mirror && mirrored ? -1 : 1, 0, 0, 1, mirror && mirrored ? sidePx : 0, 0);
    context.drawImage(image, xPx, yPx, sizePx, sizePx, 0, 0, sidePx, sidePx);
    image.close();
    return context.getImageData(0, 0, sidePx, sidePx);
  }
}

/** A moment's rest between looks at a picture that stands still. */
async function rest(signal: AbortSignal): Promise<void> {
  try {
    await delay(restMs, signal);
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}
