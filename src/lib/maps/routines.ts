// The feature maps' arithmetic, four or eight numbers at a time. Rows are worked off in whole vectors: what is written too
// much at a row's end is written over by the next row, so that every buffer needs room behind it.

import {
  assemble,
  f32x4,
  i32,
  i32x4,
  narrowToBytes,
  repeatWhile,
  routine,
  times,
  v128,
  type Code,
  type Routine,
} from '#lib/core/assembler.ts';
import { sums } from './sums-routine.ts';

/** Bytes that are read or written behind a buffer at most. */
export const spareBytes = 64;

/** Addresses are bytes into the memory; counts are at least 1. */
export interface Routines {
  /** RGBA → hundredths of white, as `greyLevels`. */
  readonly grey: (rgba: number, levels: number, count: number) => void;
  /** Window × kernel, as `levelSums`: `weights` are five rows of three pairs of 16 bits, the last one 0. */
  readonly sums: (
    levels: number,
    width: number,
    height: number,
    weights: number,
    sums: number,
  ) => void;
  /** Four of the largest and four of the smallest sums, among them the largest and the smallest. Count divisible by 4. */
  readonly extent: (sums: number, count: number, extent: number) => void;
  /** The largest of each 2 × 2 block, as `coarser`. Width and height at least 2. */
  readonly halve: (sums: number, width: number, height: number, halves: number) => void;
  /** Sums → RGBA: (sum − black) × scale is the grey, as `levelPixels` but for roundings. */
  readonly paint: (sums: number, count: number, black: number, scale: number, rgba: number) => void;
}

/** The module's bytes. It wants `env.memory` and exports `Routines`. */
export function routinesCode(): Uint8Array<ArrayBuffer> {
  return assemble([grey(), sums(), extent(), halve(), paint()]);
}

function grey(): Routine {
  const params = { rgba: 'i32', levels: 'i32', count: 'i32' } as const;
  const locals = { end: 'i32', pixels: 'v128' } as const;
  return routine('grey', params, locals, ({ get, set, move }) => {
    const channel = (bits: number): Code =>
      v128.and(i32x4.shiftRight(get('pixels'), bits), i32x4.const(0xff));
    const weighted = [299, 587, 114].map((weight, i) =>
      i32x4.mul(channel(8 * i), i32x4.const(weight)),
    );
    const lightness = weighted.reduce((a, b) => i32x4.add(a, b));
    // 0 to 255 000 → 0 to 100, rounded: exact, because no quotient lies nearer to a whole number than 1 / 2550.
    const level = i32x4.fromF32(
      f32x4.div(f32x4.fromI32(i32x4.add(lightness, i32x4.const(1275))), f32x4.const(2550)),
    );
    const four = (offset: number): Code => [
      ...set('pixels', v128.load(get('rgba'), offset)),
      ...level,
    ];
    return [
      set('end', i32.add(get('levels'), get('count'))),
      repeatWhile(i32.less(get('levels'), get('end')), [
        v128.storeHalf(get('levels'), narrowToBytes(i32x4.narrow(four(0), four(16)))),
        move('rgba', i32.const(32)),
        move('levels', i32.const(8)),
      ]),
    ];
  });
}

function extent(): Routine {
  const params = { sums: 'i32', count: 'i32', extent: 'i32' } as const;
  const locals = { end: 'i32', four: 'v128', most: 'v128', least: 'v128' } as const;
  return routine('extent', params, locals, ({ get, set, move }) => [
    set('end', i32.add(get('sums'), times(get('count'), 4))),
    set('most', v128.load(get('sums'))),
    set('least', get('most')),
    repeatWhile(i32.less(get('sums'), get('end')), [
      set('four', v128.load(get('sums'))),
      set('most', i32x4.max(get('most'), get('four'))),
      set('least', i32x4.min(get('least'), get('four'))),
      move('sums', i32.const(16)),
    ]),
    v128.store(get('extent'), get('most')),
    v128.store(get('extent'), get('least'), 16),
  ]);
}

function halve(): Routine {
  const params = { sums: 'i32', width: 'i32', height: 'i32', halves: 'i32' } as const;
  const locals = {
    ...({ rowBytes: 'i32', halfBytes: 'i32', upper: 'i32', lower: 'i32', to: 'i32' } as const),
    ...({ end: 'i32', lastEnd: 'i32', left: 'v128', right: 'v128' } as const),
  };
  const half = (count: Code): Code => i32.shiftRight(count, i32.const(1));
  return routine('halve', params, locals, ({ get, set, move }) => {
    const larger = (offset: number): Code =>
      i32x4.max(v128.load(get('upper'), offset), v128.load(get('lower'), offset));
    return [
      set('rowBytes', times(get('width'), 4)),
      set('halfBytes', times(half(get('width')), 4)),
      set('end', get('halves')),
      set('lastEnd', i32.add(get('halves'), i32.mul(get('halfBytes'), half(get('height'))))),
      repeatWhile(i32.less(get('end'), get('lastEnd')), [
        set('to', get('end')),
        move('end', get('halfBytes')),
        set('upper', get('sums')),
        set('lower', i32.add(get('sums'), get('rowBytes'))),
        repeatWhile(i32.less(get('to'), get('end')), [
          set('left', larger(0)),
          set('right', larger(16)),
          v128.store(
            get('to'),
            i32x4.max(
              v128.words(get('left'), get('right'), [0, 2, 4, 6]),
              v128.words(get('left'), get('right'), [1, 3, 5, 7]),
            ),
          ),
          move('upper', i32.const(32)),
          move('lower', i32.const(32)),
          move('to', i32.const(16)),
        ]),
        move('sums', times(get('rowBytes'), 2)),
      ]),
    ];
  });
}

function paint(): Routine {
  const params = { sums: 'i32', count: 'i32', black: 'f32', scale: 'f32', rgba: 'i32' } as const;
  const locals = { end: 'i32' } as const;
  return routine('paint', params, locals, ({ get, set, move }) => {
    const light = f32x4.mul(
      f32x4.sub(f32x4.fromI32(v128.load(get('sums'))), f32x4.splat(get('black'))),
      f32x4.splat(get('scale')),
    );
    const within = f32x4.min(f32x4.max(light, f32x4.const(0)), f32x4.const(255));
    const level = i32x4.fromF32(f32x4.add(within, f32x4.const(0.5)));
    return [
      set('end', i32.add(get('sums'), times(get('count'), 4))),
      repeatWhile(i32.less(get('sums'), get('end')), [
        // Opaque, and the same byte for red, green and blue.
        v128.store(
          get('rgba'),
          v128.or(i32x4.mul(level, i32x4.const(0x010101)), i32x4.const(-0x1000000)),
        ),
        move('sums', i32.const(16)),
        move('rgba', i32.const(16)),
      ]),
    ];
  });
}
