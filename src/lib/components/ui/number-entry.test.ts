import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headLimits } from '#lib/core/head-spec.ts';
import { digitsOf, readNumber, stepNumber } from './number-entry.ts';

const rate = headLimits.dense.learningRate;
const epochs = headLimits.dense.epochs;

test('reads points, commas and exponents', () => {
  expect(readNumber(' 0.001 ', rate)).toEqual({ ok: true, value: 0.001 });
  expect(readNumber('0,001', rate)).toEqual({ ok: true, value: 0.001 });
  expect(readNumber('1e-3', rate)).toEqual({ ok: true, value: 0.001 });
});

test.each(['', 'abc', '1.2.3', 'Infinity', '0x10', '1 2'])('“%s” is no number', (text) => {
  expect(readNumber(text, epochs).ok).toBe(false);
});

test('says the limits when they are passed', () => {
  expect(readNumber('501', epochs)).toEqual({ ok: false, words: 'Only 1 to 500 is possible.' });
  expect(readNumber('2.5', epochs)).toEqual({
    ok: false,
    words: 'Only whole numbers are possible.',
  });
});

test('every number within the limits is read back as itself', () => {
  fc.assert(
    fc.property(fc.double({ min: rate.min, max: rate.max, noNaN: true }), (value) => {
      expect(readNumber(String(value), rate)).toEqual({ ok: true, value });
    }),
  );
});

test('steps stay within the limits and without dust', () => {
  expect(stepNumber(0.1, 2, { min: 0, max: 1, step: 0.1 })).toBe(0.3);
  expect(stepNumber(500, 1, epochs)).toBe(500);
  expect(stepNumber(1, -1, epochs)).toBe(1);
});

test('counts the digits of a step', () => {
  expect([1, 0.05, 0.00001, 0.5].map(digitsOf)).toEqual([0, 2, 5, 1]);
});
