// Convolutions as WebAssembly with vectors. Distances between pixels are part of the code, so that addresses cost nothing:
// every shape of layer gets routines of its own, by name.

import {
  assemble,
  f32x4,
  i32,
  repeatWhile,
  routine,
  times,
  v128,
  type Code,
  type Routine,
  type ValueType,
} from '#lib/core/assembler.ts';

/** Output pixels times output channels at once: what sixteen vector registers hold besides a weight and a pixel. */
export const tilePixels = 6;
export const tileChannels = 8;

/** What is part of a matrix routine's code. Distances in bytes, between neighbouring output pixels. */
export interface TileShape {
  readonly pixels: number;
  readonly inPixel: number;
  readonly outPixel: number;
  /** Sums begin with what lies there (a kept input, or what other rows of the kernel gave); null: with the bias alone. */
  readonly fromPixel: number | null;
  /** Weights of a channel in one go; divides the numbers of a kernel row. */
  readonly unrolled: 3 | 4;
}

/** What is part of a depthwise routine's code. */
export interface DepthwiseShape {
  readonly stride: 1 | 2;
  readonly inPixel: number;
  readonly outPixel: number;
}

/**
 * `tiles` tiles in each of `rows` rows, for all `blocks` of eight output channels; the numbers of a kernel row, `length`
 * bytes, lie side by side in the input. A block's weights [length / 4, 8] are `weightBlock` apart, its biases 32 bytes.
 */
export type TileRoutine = (
  input: number,
  inRow: number,
  length: number,
  weights: number,
  weightBlock: number,
  bias: number,
  from: number,
  fromRow: number,
  out: number,
  outRow: number,
  tiles: number,
  rows: number,
  blocks: number,
  low: number,
  high: number,
) => void;

/** `count` pixels of one row, 3 × 3, for all `blocks` of four channels: nine weights and the bias of each, 160 bytes. */
export type DepthwiseRoutine = (
  row0: number,
  row1: number,
  row2: number,
  weights: number,
  out: number,
  count: number,
  blocks: number,
  low: number,
  high: number,
) => void;

export function tileName({ pixels, inPixel, outPixel, fromPixel, unrolled }: TileShape): string {
  return `tile ${pixels} ${inPixel} ${outPixel} ${fromPixel ?? '-'} ${unrolled}`;
}

export function depthwiseName({ stride, inPixel, outPixel }: DepthwiseShape): string {
  return `depthwise ${stride} ${inPixel} ${outPixel}`;
}

/** The module's bytes; it wants `env.memory`. `relaxed`: with multiply-adds in one instruction. */
export function convRoutinesCode(
  tiles: readonly TileShape[],
  depthwise: readonly DepthwiseShape[],
  relaxed: boolean,
): Uint8Array<ArrayBuffer> {
  const multiplyAdd = relaxed
    ? f32x4.relaxedMultiplyAdd
    : (factor: Code, x: Code, sum: Code) => f32x4.add(f32x4.mul(factor, x), sum);
  return assemble([
    ...tiles.map((shape) => tileRoutine(shape, multiplyAdd)),
    ...depthwise.map((shape) => depthwiseRoutine(shape, multiplyAdd)),
  ]);
}

type MultiplyAdd = (factor: Code, x: Code, sum: Code) => Code;

const numberBytes = 4;
const vectorBytes = 16;
const blockBytes = tileChannels * numberBytes;

function tileRoutine(shape: TileShape, multiplyAdd: MultiplyAdd): Routine {
  const { pixels, inPixel, outPixel, fromPixel, unrolled } = shape;
  const params = {
    ...({ input: 'i32', inRow: 'i32', length: 'i32', weights: 'i32', weightBlock: 'i32' } as const),
    ...({ bias: 'i32', from: 'i32', fromRow: 'i32', out: 'i32', outRow: 'i32' } as const),
    ...({ tiles: 'i32', rows: 'i32', blocks: 'i32', low: 'f32', high: 'f32' } as const),
  };
  const each = Array.from({ length: pixels }, (_, pixel) => pixel);
  const sums = each.flatMap((pixel) => [`left${pixel}`, `right${pixel}`]);
  const locals: Readonly<Record<string, ValueType>> = {
    ...({ a: 'i32', w: 'i32', stop: 'i32', f: 'i32', o: 'i32', tile: 'i32', row: 'i32' } as const),
    ...({ aRow: 'i32', fRow: 'i32', oRow: 'i32' } as const),
    ...Object.fromEntries([...sums, 'x', 'left', 'right'].map((name) => [name, 'v128'] as const)),
  };
  return routine(tileName(shape), params, locals, ({ get, set, move }) => {
    const less = (name: string): Code => set(name, i32.add(get(name), i32.const(-1)));
    const some = (name: string): Code => i32.less(i32.const(0), get(name));
    const step = (k: number): Code => [
      ...set('left', v128.load(get('w'), k * blockBytes)),
      ...set('right', v128.load(get('w'), k * blockBytes + vectorBytes)),
      ...each.flatMap((pixel) => [
        ...set('x', v128.loadSplat(get('a'), pixel * inPixel + k * numberBytes)),
        ...['left', 'right'].flatMap((side) =>
          set(`${side}${pixel}`, multiplyAdd(get('x'), get(side), get(`${side}${pixel}`))),
        ),
      ]),
    ];
    const steps = [
      ...Array.from({ length: unrolled }, (_, k) => step(k)).flat(),
      ...move('a', i32.const(unrolled * numberBytes)),
      ...move('w', i32.const(unrolled * blockBytes)),
    ];
    const begin = each.flatMap((pixel) =>
      [0, vectorBytes].flatMap((side) => {
        const bias = v128.load(get('bias'), side);
        const sum =
          fromPixel === null
            ? bias
            : f32x4.add(bias, v128.load(get('f'), pixel * fromPixel + side));
        return set(`${side === 0 ? 'left' : 'right'}${pixel}`, sum);
      }),
    );
    const within = (sum: Code): Code =>
      f32x4.lesser(f32x4.greater(sum, f32x4.splat(get('low'))), f32x4.splat(get('high')));
    const end = each.flatMap((pixel) => [
      ...v128.store(get('o'), within(get(`left${pixel}`)), pixel * outPixel),
      ...v128.store(get('o'), within(get(`right${pixel}`)), pixel * outPixel + vectorBytes),
    ]);
    const whole = pixels * inPixel;
    return [
      repeatWhile(some('blocks'), [
        set('row', get('rows')),
        set('aRow', get('input')),
        set('fRow', get('from')),
        set('oRow', get('out')),
        repeatWhile(some('row'), [
          set('tile', get('tiles')),
          set('a', get('aRow')),
          set('f', get('fRow')),
          set('o', get('oRow')),
          repeatWhile(some('tile'), [
            begin,
            set('w', get('weights')),
            set('stop', i32.add(get('a'), get('length'))),
            repeatWhile(i32.less(get('a'), get('stop')), [steps]),
            end,
            set('a', i32.add(i32.sub(get('a'), get('length')), i32.const(whole))),
            move('f', i32.const(pixels * (fromPixel ?? 0))),
            move('o', i32.const(pixels * outPixel)),
            less('tile'),
          ]),
          move('aRow', get('inRow')),
          move('fRow', get('fromRow')),
          move('oRow', get('outRow')),
          less('row'),
        ]),
        move('weights', get('weightBlock')),
        move('bias', i32.const(blockBytes)),
        move('from', i32.const(blockBytes)),
        move('out', i32.const(blockBytes)),
        less('blocks'),
      ]),
    ];
  });
}

/** Two output pixels at a time, which share columns; a last one alone writes a second that is written over or never read. */
function depthwiseRoutine(shape: DepthwiseShape, multiplyAdd: MultiplyAdd): Routine {
  const { stride, inPixel, outPixel } = shape;
  const params = {
    ...({ row0: 'i32', row1: 'i32', row2: 'i32', weights: 'i32', out: 'i32' } as const),
    ...({ count: 'i32', blocks: 'i32', low: 'f32', high: 'f32' } as const),
  };
  const taps = Array.from({ length: 9 }, (_, tap) => tap);
  const locals: Readonly<Record<string, ValueType>> = {
    ...({ a0: 'i32', a1: 'i32', a2: 'i32', o: 'i32', stop: 'i32' } as const),
    ...Object.fromEntries(taps.map((tap) => [`w${tap}`, 'v128'] as const)),
    ...({ x: 'v128', bias: 'v128', one: 'v128', two: 'v128' } as const),
  };
  const columns = Array.from({ length: 3 + stride }, (_, column) => column);
  return routine(depthwiseName(shape), params, locals, ({ get, set, move }) => {
    const within = (sum: Code): Code =>
      f32x4.lesser(f32x4.greater(sum, f32x4.splat(get('low'))), f32x4.splat(get('high')));
    const add = (sum: string, row: number, column: number): Code =>
      column < 0 || column > 2
        ? []
        : set(sum, multiplyAdd(get('x'), get(`w${3 * row + column}`), get(sum)));
    return [
      set('stop', i32.add(get('out'), times(get('count'), outPixel))),
      repeatWhile(i32.less(i32.const(0), get('blocks')), [
        ...taps.map((tap) => set(`w${tap}`, v128.load(get('weights'), tap * vectorBytes))),
        set('bias', v128.load(get('weights'), 9 * vectorBytes)),
        ...[0, 1, 2].map((row) => set(`a${row}`, get(`row${row}`))),
        set('o', get('out')),
        repeatWhile(i32.less(get('o'), get('stop')), [
          set('one', get('bias')),
          set('two', get('bias')),
          ...[0, 1, 2].flatMap((row) =>
            columns.flatMap((column) => [
              set('x', v128.load(get(`a${row}`), column * inPixel)),
              add('one', row, column),
              add('two', row, column - stride),
            ]),
          ),
          v128.store(get('o'), within(get('one'))),
          v128.store(get('o'), within(get('two')), outPixel),
          ...[0, 1, 2].map((row) => move(`a${row}`, i32.const(2 * stride * inPixel))),
          move('o', i32.const(2 * outPixel)),
        ]),
        move('weights', i32.const(10 * vectorBytes)),
        ...[0, 1, 2].map((row) => move(`row${row}`, i32.const(vectorBytes))),
        move('out', i32.const(vectorBytes)),
        move('stop', i32.const(vectorBytes)),
        set('blocks', i32.add(get('blocks'), i32.const(-1))),
      ]),
    ];
  });
}
