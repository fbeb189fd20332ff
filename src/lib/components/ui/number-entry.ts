// What a person typed into a number field: a number within its limits, or the words that say what is wrong.

import type { Limits } from '#lib/core/head-spec.ts';

export type NumberEntry =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly words: string };

/** Reads `text` (decimal point or comma, spaces around it allowed) and checks it against `limits`; whole steps ask for whole numbers. */
export function readNumber(text: string, limits: Limits): NumberEntry {
  const cleaned = text.trim().replace(',', '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cleaned)) {
    return { ok: false, words: `Type a number from ${limits.min} to ${limits.max}.` };
  }
  const value = Number(cleaned);
  if (value < limits.min || value > limits.max) {
    return { ok: false, words: `Only ${limits.min} to ${limits.max} is possible.` };
  }
  if (Number.isInteger(limits.step) && !Number.isInteger(value)) {
    return { ok: false, words: 'Only whole numbers are possible.' };
  }
  return { ok: true, value };
}

/** `value` moved by `steps` of `limits`, kept within them, without the dust of binary fractions. */
export function stepNumber(value: number, steps: number, limits: Limits): number {
  const moved = Math.min(limits.max, Math.max(limits.min, value + steps * limits.step));
  return Number(moved.toPrecision(12));
}

/** Digits after the point that `step` calls for. */
export function digitsOf(step: number): number {
  const [digits = '', exponent = '0'] = String(step).split('e');
  return Math.max(0, (digits.split('.')[1] ?? '').length - Number(exponent));
}
