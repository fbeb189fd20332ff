import { expect, test } from 'vitest';
import { kernelPresets } from '#lib/convnet/kernels.ts';
import { extentOf, mapFacts } from './map-facts.ts';

const { kernel } = kernelPresets[0];

test('the strongest cell with its value, and white where the strongest is', () => {
  const facts = mapFacts(extentOf(Int32Array.of(0, 300, 1200, -500, 100, 0)), 3, kernel, 'relu');
  expect(facts.strongest).toEqual({ row: 0, column: 2, value: 12 });
  expect(facts).toMatchObject({ black: 0, white: 12, range: { black: 0, white: 1200 } });
});

test('a weak map stays dark: white is at least a quarter of what the kernel could reach', () => {
  const facts = mapFacts(extentOf(Int32Array.of(0, 100, 0, 0)), 2, kernel, 'relu');
  expect(facts.strongest.value).toBe(1);
  expect(facts.white).toBe(5);
});

test('the bias moves value and range alike', () => {
  const facts = mapFacts(extentOf(Int32Array.of(0, 1200)), 2, { ...kernel, bias: -2 }, 'relu');
  expect(facts.strongest.value).toBe(10);
  expect(facts.range).toEqual({ black: 200, white: 1200 });
  expect(
    mapFacts(extentOf(Int32Array.of(0, 0)), 2, { ...kernel, bias: -9 }, 'relu').strongest.value,
  ).toBe(0);
});

test('what passes everything on shows nought in the middle', () => {
  const facts = mapFacts(extentOf(Int32Array.of(-1600, 800)), 2, kernel, 'linear');
  expect([facts.black, facts.white, facts.strongest.value]).toEqual([-16, 16, 8]);
});
