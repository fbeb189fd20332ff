// The same as `PlainPainter`, four or eight numbers at a time in WebAssembly: what a camera of 640 × 480 needs.

import type { Activation } from '#lib/convnet/convolve.ts';
import type { LevelPicture } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import { mapFacts, type SumExtent } from './map-facts.ts';
import { isHalved, kernelSide, type DrawnMap, type Painter } from './painter.ts';
import { routinesCode, spareBytes, type Routines } from './routines.ts';

const pageBytes = 65_536;

/** Where everything lies in the memory, in bytes. */
interface Places {
  readonly weights: number;
  readonly extent: number;
  /** A picture coming in, or a map going out. */
  readonly rgba: number;
  readonly levels: number;
  readonly sums: number;
  readonly halves: number;
  readonly end: number;
}

/** Null where the browser cannot compute with vectors, or may not compile. */
export function vectorPainter(): Painter | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(routinesCode());
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return new VectorPainter(memory, exports as unknown as Routines);
  } catch {
    // Whatever is missing: the plain painter does the same.
    return null;
  }
}

class VectorPainter implements Painter {
  readonly #memory: WebAssembly.Memory;
  readonly #routines: Routines;
  #width = kernelSide;
  #height = kernelSide;

  constructor(memory: WebAssembly.Memory, routines: Routines) {
    this.#memory = memory;
    this.#routines = routines;
    this.#makeRoom();
  }

  read(rgba: Uint8ClampedArray, width: number): LevelPicture {
    const count = rgba.length / 4;
    [this.#width, this.#height] = [width, count / width];
    this.#makeRoom();
    const places = this.#places();
    new Uint8ClampedArray(this.#memory.buffer).set(rgba, places.rgba);
    this.#routines.grey(places.rgba, places.levels, count);
    const levels = new Uint8Array(this.#memory.buffer, places.levels, count).slice();
    return { width, height: this.#height, levels };
  }

  draw(kernel: Kernel, activation: Activation, small: boolean): DrawnMap {
    const places = this.#places();
    const [width, height] = [this.#width - kernelSide + 1, this.#height - kernelSide + 1];
    this.#setWeights(kernel.weights);
    this.#routines.sums(places.levels, this.#width, this.#height, places.weights, places.sums);
    const facts = mapFacts(this.#extent(width * height), width, kernel, activation);
    const halved = isHalved(width, small);
    if (halved) this.#routines.halve(places.sums, width, height, places.halves);
    const [shownWidth, shownHeight] = halved ? [width >> 1, height >> 1] : [width, height];
    const { black, white } = facts.range;
    const scale = white > black ? 255 / (white - black) : 0;
    const from = halved ? places.halves : places.sums;
    const count = shownWidth * shownHeight;
    this.#routines.paint(from, count, black, scale, places.rgba);
    const rgba = new Uint8ClampedArray(this.#memory.buffer, places.rgba, 4 * count);
    return { facts, width: shownWidth, rgba };
  }

  /** Five rows of three pairs; the second of the last pair has no pixel of the window and stays 0. */
  #setWeights(weights: readonly number[]): void {
    const paired = new Int16Array(this.#memory.buffer, this.#places().weights, 6 * kernelSide);
    for (let i = 0; i < weights.length; i += 1) {
      paired[6 * Math.floor(i / kernelSide) + (i % kernelSide)] = weights[i] ?? 0;
    }
  }

  #extent(count: number): SumExtent {
    const places = this.#places();
    const sums = new Int32Array(this.#memory.buffer, places.sums, count + 3);
    // Whole vectors: what follows the last sum must not count.
    sums.fill(sums[0] ?? 0, count);
    this.#routines.extent(places.sums, count, places.extent);
    const ends = new Int32Array(this.#memory.buffer, places.extent, 8);
    const largest = Math.max(...ends.subarray(0, 4));
    return { largest, smallest: Math.min(...ends.subarray(4)), most: sums.indexOf(largest) };
  }

  #places(): Places {
    const count = this.#width * this.#height;
    const after = (start: number, bytes: number): number =>
      16 * Math.ceil((start + bytes + spareBytes) / 16);
    const weights = 0;
    const extent = after(weights, 12 * kernelSide);
    const rgba = after(extent, 32);
    const levels = after(rgba, 4 * count);
    const sums = after(levels, count);
    const halves = after(sums, 4 * count);
    return { weights, extent, rgba, levels, sums, halves, end: after(halves, count) };
  }

  #makeRoom(): void {
    const missing = this.#places().end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
  }
}
