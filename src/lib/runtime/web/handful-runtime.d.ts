/**
 * handful-runtime: classifies pictures with a model exported from Handful, in browsers and in Node.
 * Nothing is fetched but the model's own files and the WebAssembly beside this module.
 */

/** Loads the model in the folder at `url` (the folder that holds `metadata.json`). Rejects with words for people. */
export declare function load(url: string | URL, options?: LoadOptions): Promise<Model>;

export interface LoadOptions {
  /** Folder of the two `.wasm` files; by default the one of this module. */
  wasmFolder?: string | URL;
  /** Makes canvases where there are none, for example `createCanvas` of the package `@napi-rs/canvas` in Node. */
  createCanvas?: (width: number, height: number) => CanvasLike;
  /** Gives the model's files by name instead of fetching them from `url`. */
  read?: (name: string) => Promise<Uint8Array>;
}

export interface Model {
  /** Names of the classes. */
  readonly labels: readonly string[];
  /** Side of the square that the network sees, in pixels. */
  readonly inputSize: number;
  /** Number of golden pictures that came with the model. */
  readonly goldenPictures: number;
  /** Classifies a picture. Pictures of `inputSize` squared need no canvas when they are `ImageData`. */
  classify(picture: Picture): Promise<Classification>;
  /**
   * Classifies a video, or anything else that changes, again and again and tells what is entered, held and left.
   * Throws a RangeError when a setting is out of its range.
   */
  watch(picture: Picture, options?: WatchOptions): Watch;
  /** The same for classifications that you hand over one by one, as in Node. Throws as `watch` does. */
  gestures(settings?: Partial<GestureSettings>): Gestures;
  /** Runs the golden pictures and compares with what Handful said about them. */
  selfTest(): Promise<SelfTest>;
  /** Frees the memory of the network. */
  dispose(): void;
}

export interface Classification {
  /** Name of the most probable class; null when the picture is none of these. */
  label: string | null;
  /** Probability of the most probable class, 0 to 1. */
  probability: number;
  /** Every class in the model's order. */
  classes: { label: string; probability: number }[];
  /** Cosine with the most similar sample, which tells *none of these*; null when the model came without samples. */
  similarity: number | null;
}

/** A class, or *none of these*, begins to be held, goes on, or ends. */
export interface GestureEvent {
  type: 'enter' | 'hold' | 'leave';
  /** Name of the class; null: none of these. */
  label: string | null;
  /** When, on the clock of `performance.now()`. */
  atMs: number;
  /** How long it has been held by now. */
  heldMs: number;
}

/** How calm events are. What is not given is as in the project that was exported. */
export interface GestureSettings {
  /** How probabilities are smoothed over time. */
  smoothing: 'median' | 'exponential';
  /** How far smoothing looks back, 0 to 2000 (300). */
  smoothingMs: number;
  /** A class is entered when its smoothed probability reaches this, 0.51 to 0.99 (0.6) … */
  enter: number;
  /** … and left when it falls below this, 0.05 to `enter` (0.4). */
  leave: number;
  /** How long it must stay there before it is entered, 0 to 5000 (150). */
  dwellMs: number;
  /** How long the same class cannot be entered again after it was left, 0 to 10000 (300). */
  coolDownMs: number;
}

export interface WatchOptions extends Partial<GestureSettings> {
  onEnter?: (event: GestureEvent) => void;
  /** Told with every picture while something is held. */
  onHold?: (event: GestureEvent) => void;
  onLeave?: (event: GestureEvent) => void;
  /** Told of every classification, before the events that come of it. */
  onFrame?: (classification: Classification) => void;
  /** An error, of a listener too, ends the watch. Without this it counts as uncaught. */
  onError?: (error: unknown) => void;
  /** Aborting it is as good as `stop()`. */
  signal?: AbortSignal;
}

export interface Watch {
  /** What is held now; null: nothing yet, or nothing any more. */
  readonly held: Held | null;
  /** Ends it. What is held is left. */
  stop(): void;
}

export interface Held {
  /** Name of the class; null: none of these. */
  label: string | null;
  /** When it began, on the clock of the events. */
  sinceMs: number;
}

export interface Gestures {
  readonly held: Held | null;
  /** Takes the next classification and when its picture was seen (now). Returns what happened: at most a leave and an enter, or a hold. */
  push(classification: Classification, atMs?: number): GestureEvent[];
  /** Nobody looks any more: what is held is left. */
  rest(atMs?: number): GestureEvent[];
}

export interface SelfTest {
  pictures: number;
  /** Of any probability; 0.0001 is allowed. */
  largestDifference: number;
  passed: boolean;
}

/** Anything with pixels: an image, a video, a canvas, an `ImageBitmap`, a `VideoFrame`, `ImageData`, or a picture of `@napi-rs/canvas`. */
export type Picture = PixelData | DrawableLike;

/** RGBA, four bytes a pixel, row by row; `ImageData` is one. */
export interface PixelData {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** What a canvas can draw. */
export type DrawableLike = object;

/** The part of a canvas that is used. */
export interface CanvasLike {
  getContext(kind: '2d', options?: object): unknown;
}
