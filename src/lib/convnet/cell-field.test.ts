import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldOfCell, fieldSide, type SlidingLayer } from './cell-field.ts';

function stackOf(side: number, steps: readonly { kernel: number; stride: number }[]) {
  const layers: SlidingLayer[] = [];
  let inputSide = side;
  for (const { kernel, stride } of steps) {
    const outputSide = Math.ceil(inputSide / stride);
    layers.push({ inputSide, outputSide, kernelHeight: kernel, kernelWidth: kernel, stride });
    inputSide = outputSide;
  }
  return layers;
}

/** Marks, by brute force, which pixels of a line reach a cell when every layer only passes on what is there. */
function reaching(layers: readonly SlidingLayer[], cell: number): number[] {
  let seen = new Set([cell]);
  for (const { inputSide, outputSide, kernelHeight, stride } of layers.toReversed()) {
    const before = Math.floor(
      Math.max(0, (outputSide - 1) * stride + kernelHeight - inputSide) / 2,
    );
    const wider = new Set<number>();
    for (const place of seen) {
      for (let k = 0; k < kernelHeight; k += 1) {
        const input = place * stride - before + k;
        if (input >= 0 && input < inputSide) wider.add(input);
      }
    }
    seen = wider;
  }
  return Array.from(seen).sort((a, b) => a - b);
}

const stacks = fc.record({
  side: fc.integer({ min: 4, max: 40 }),
  steps: fc.array(
    fc.record({ kernel: fc.constantFrom(1, 2, 3, 5), stride: fc.constantFrom(1, 2) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
});

describe('the field of a cell', () => {
  test('spans exactly the pixels that reach it, for any stack', () => {
    fc.assert(
      fc.property(stacks, ({ side, steps, at }) => {
        const layers = stackOf(side, steps);
        const cell = Math.floor(at * (layers.at(-1)?.outputSide ?? 1));
        const pixels = reaching(layers, cell);
        // A kernel smaller than its stride leaves gaps: the field still spans from the first to the last pixel.
        const { left, width } = fieldOfCell(layers, 0, cell);
        expect([left, left + width - 1]).toEqual([pixels[0], pixels.at(-1)]);
      }),
    );
  });

  test('is as large as the formula says, away from the edges, and never larger', () => {
    fc.assert(
      fc.property(stacks, ({ side, steps, at }) => {
        const layers = stackOf(side, steps);
        const cell = Math.floor(at * (layers.at(-1)?.outputSide ?? 1));
        // Windows with gaps between them may miss the edge without reaching it.
        fc.pre(steps.every(({ kernel, stride }) => kernel >= stride));
        const { width, left } = fieldOfCell(layers, 0, cell);
        expect(width).toBeLessThanOrEqual(fieldSide(layers));
        if (left > 0 && left + width < side) expect(width).toBe(fieldSide(layers));
      }),
    );
  });

  test('grows from layer to layer and stays inside the picture', () => {
    const layers = stackOf(160, [
      { kernel: 3, stride: 2 },
      { kernel: 3, stride: 1 },
      { kernel: 3, stride: 2 },
      { kernel: 1, stride: 1 },
    ]);
    const widths = layers.map((_, i) => fieldOfCell(layers.slice(0, i + 1), 20, 20).width);
    expect(widths).toEqual([3, 7, 11, 11]);
    expect(fieldOfCell(layers, 39, 39)).toEqual({ left: 154, top: 154, width: 6, height: 6 });
  });

  test('a cell outside the map is a bug of the caller', () => {
    const layers = stackOf(10, [{ kernel: 3, stride: 2 }]);
    expect(() => fieldOfCell(layers, 5, 0)).toThrow(RangeError);
    expect(() => fieldOfCell([], 0, 0)).toThrow(RangeError);
  });
});
