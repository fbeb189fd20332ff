// Window × kernel everywhere, eight sums at a time: the routine in which nearly all of the time goes.

import { i32, i32x4, repeatWhile, routine, times, v128 } from '#lib/core/assembler.ts';
import type { Code, Routine, ValueType } from '#lib/core/assembler.ts';

const side = 5;
const places = Array.from({ length: side }, (_, i) => i);
const pairs = [0, 1, 2];

export function sums(): Routine {
  const params = {
    levels: 'i32',
    width: 'i32',
    height: 'i32',
    weights: 'i32',
    sums: 'i32',
  } as const;
  const rows = places.map((row) => `row${row}`);
  const weightOf = (row: number, pair: number): string => `weight${row}${pair}`;
  const weights = places.flatMap((row) => pairs.map((pair) => weightOf(row, pair)));
  const locals: Readonly<Record<string, ValueType>> = {
    ...Object.fromEntries(weights.map((name) => [name, 'v128'])),
    ...Object.fromEntries(rows.map((name) => [name, 'i32'])),
    ...({
      rowBytes: 'i32',
      to: 'i32',
      end: 'i32',
      lastEnd: 'i32',
      even: 'v128',
      odd: 'v128',
    } as const),
  };
  return routine('sums', params, locals, ({ get, set, move }) => {
    // Pixels by twos times weights by twos: those from an even place on give every other sum, those from an odd place
    // on give the sums between them.
    const sumFrom = (start: number): Code =>
      places
        .flatMap((row) =>
          pairs.map((pair) =>
            i32x4.dot(v128.loadBytes(get(`row${row}`), 2 * pair + start), get(weightOf(row, pair))),
          ),
        )
        .reduce((a, b) => i32x4.add(a, b));
    return [
      ...weights.map((name, i) => set(name, v128.loadSplat(get('weights'), 4 * i))),
      set('rowBytes', times(i32.add(get('width'), i32.const(1 - side)), 4)),
      set('end', get('sums')),
      set(
        'lastEnd',
        i32.add(get('sums'), i32.mul(get('rowBytes'), i32.add(get('height'), i32.const(1 - side)))),
      ),
      repeatWhile(i32.less(get('end'), get('lastEnd')), [
        set('to', get('end')),
        move('end', get('rowBytes')),
        set('row0', get('levels')),
        ...places
          .slice(1)
          .map((row) => set(`row${row}`, i32.add(get(`row${row - 1}`), get('width')))),
        repeatWhile(i32.less(get('to'), get('end')), [
          set('even', sumFrom(0)),
          set('odd', sumFrom(1)),
          v128.store(get('to'), v128.words(get('even'), get('odd'), [0, 4, 1, 5])),
          v128.store(get('to'), v128.words(get('even'), get('odd'), [2, 6, 3, 7]), 16),
          move('to', i32.const(32)),
          ...rows.map((row) => move(row, i32.const(8))),
        ]),
        move('levels', get('width')),
      ]),
    ];
  });
}
