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
