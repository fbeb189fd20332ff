// What the worker does to a picture, in plain TypeScript: the measure of its quicker brother, and what works without it.

import { coarser, levelPixels } from '#lib/charts/level-pixels.ts';
import type { Activation } from '#lib/convnet/convolve.ts';
import { greyLevels, levelSums, windowTotals, type LevelPicture } from '#lib/convnet/level-sums.ts';
import type { Kernel } from '#lib/convnet/plane.ts';
import { extentOf, mapFacts, type MapFacts } from './map-facts.ts';

export const kernelSide = 5;

export interface DrawnMap {
  readonly facts: MapFacts;
  readonly width: number;
  /** RGBA; good until the painter is asked for something else. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export interface Painter {
  /** Takes a picture, at least 5 × 5 pixels, from which the maps are made. The answer is the caller's. */
  read(rgba: Uint8ClampedArray, width: number): LevelPicture;
  /** The map of a kernel of 5 × 5 whole weights, cell by cell or for a small view. */
  draw(kernel: Kernel, activation: Activation, small: boolean): DrawnMap;
}

/** Whether a small view is made of the largest of each 2 × 2 cells. */
export function isHalved(mapWidth: number, small: boolean): boolean {
  return small && mapWidth >= 600;
}

export class PlainPainter implements Painter {
  #picture: LevelPicture = { width: kernelSide, height: kernelSide, levels: new Uint8Array(25) };
  #totals = windowTotals(this.#picture);

  read(rgba: Uint8ClampedArray, width: number): LevelPicture {
    const picture = greyLevels(rgba, width);
    this.#totals = windowTotals(picture);
    this.#picture = picture;
    return { ...picture, levels: picture.levels.slice() };
  }

  draw(kernel: Kernel, activation: Activation, small: boolean): DrawnMap {
    const width = this.#picture.width - kernelSide + 1;
    const sums = levelSums(this.#picture, kernel.weights, this.#totals);
    const facts = mapFacts(extentOf(sums), width, kernel, activation);
    const halved = isHalved(width, small);
    return {
      facts,
      width: halved ? Math.floor(width / 2) : width,
      rgba: levelPixels(halved ? coarser(sums, width, 2) : sums, facts.range),
    };
  }
}
