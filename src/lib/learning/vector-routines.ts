// The dense sums of learning as WebAssembly with vectors; `vector-sums.ts` puts the numbers in and takes them out.

import {
  assemble,
  f32x4,
  f64x2,
  i32,
  repeatWhile,
  routine,
  v128,
  type Code,
  type Routine,
  type ValueType,
} from '#lib/core/assembler.ts';

/** What the module exports; addresses and lengths in bytes. */
export interface VectorRoutines {
  /**
   * The rows of a panel times those of all panels from `right` to `end`, two at a time: [4, width] float32 at `out`, rows
   * `rowBytes` apart. A panel holds 4 numbers of each sample; panels are `panelBytes` apart, of which `usedBytes` count.
   */
  readonly panelProducts: (
    own: number,
    right: number,
    end: number,
    panelBytes: number,
    usedBytes: number,
    out: number,
    rowBytes: number,
  ) => void;
  /** Products of four float64 rows with another, as pairs of sums at `out`. `end` is where the other's last pair ends. */
  readonly fourDots: (
    row0: number,
    row1: number,
    row2: number,
    row3: number,
    other: number,
    end: number,
    out: number,
  ) => void;
}

export function vectorRoutinesCode(): Uint8Array<ArrayBuffer> {
  return assemble([panelProducts(), fourDots()]);
}

const four = [0, 1, 2, 3];

function panelProducts(): Routine {
  const params = {
    own: 'i32',
    right: 'i32',
    end: 'i32',
    panelBytes: 'i32',
    usedBytes: 'i32',
    out: 'i32',
    rowBytes: 'i32',
  } as const;
  const sums = four.flatMap((row) => [`low${row}`, `high${row}`]);
  const locals: Readonly<Record<string, ValueType>> = {
    ...Object.fromEntries(sums.map((name) => [name, 'v128'])),
    ...({ a: 'i32', b: 'i32', c: 'i32', stop: 'i32', to: 'i32' } as const),
    ...({ x: 'v128', y: 'v128', own4: 'v128' } as const),
  };
  return routine('panelProducts', params, locals, ({ get, set, move }) => [
    set('stop', i32.add(get('own'), get('usedBytes'))),
    repeatWhile(i32.less(get('right'), get('end')), [
      ...sums.map((name) => set(name, f32x4.const(0))),
      set('a', get('own')),
      set('b', get('right')),
      set('c', i32.add(get('right'), get('panelBytes'))),
      repeatWhile(i32.less(get('a'), get('stop')), [
        set('x', v128.load(get('b'))),
        set('y', v128.load(get('c'))),
        ...four.flatMap((row) => [
          set('own4', v128.loadSplat(get('a'), 4 * row)),
          set(`low${row}`, f32x4.add(get(`low${row}`), f32x4.mul(get('own4'), get('x')))),
          set(`high${row}`, f32x4.add(get(`high${row}`), f32x4.mul(get('own4'), get('y')))),
        ]),
        ...['a', 'b', 'c'].map((name) => move(name, i32.const(16))),
      ]),
      set('to', get('out')),
      ...four.flatMap((row) => [
        v128.store(get('to'), get(`low${row}`)),
        v128.store(get('to'), get(`high${row}`), 16),
        move('to', get('rowBytes')),
      ]),
      move('out', i32.const(32)),
      move('right', i32.add(get('panelBytes'), get('panelBytes'))),
    ]),
  ]);
}

function fourDots(): Routine {
  const params = {
    row0: 'i32',
    row1: 'i32',
    row2: 'i32',
    row3: 'i32',
    other: 'i32',
    end: 'i32',
    out: 'i32',
  } as const;
  const locals: Readonly<Record<string, ValueType>> = {
    ...Object.fromEntries(four.map((row) => [`sum${row}`, 'v128'] as const)),
    pair: 'v128',
  };
  const rows = four.map((row) => `row${row}`);
  return routine('fourDots', params, locals, ({ get, set, move }) => {
    const add = (row: number): Code =>
      set(
        `sum${row}`,
        f64x2.add(get(`sum${row}`), f64x2.mul(get('pair'), v128.load(get(`row${row}`)))),
      );
    return [
      repeatWhile(i32.less(get('other'), get('end')), [
        set('pair', v128.load(get('other'))),
        ...four.map(add),
        ...['other', ...rows].map((name) => move(name, i32.const(16))),
      ]),
      ...four.map((row) => v128.store(get('out'), get(`sum${row}`), 16 * row)),
    ];
  });
}
