// The fuzzer's short run, always the same cases; `npm run fuzz` draws twenty thousand others.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { drawRecipes } from './recipe.ts';
import { runFuzz } from './run-fuzz.ts';

const cases = 400;
const seed = 4;

test(`${cases} hostile files, seed ${seed}, each come in whole or are refused in words`, async () => {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
  const { judged, outcomes, failures } = await runFuzz({
    cases,
    seed,
    mostCpuMs: 15_000,
    mostMs: 120_000,
  });
  expect(failures).toEqual([]);
  expect(judged).toBe(cases);
  // It tries both: files that are refused and, of each kind, files that still come in.
  const kinds = ['refused', 'project', 'head', 'tm-model', 'tm-project', 'folders', 'pictures'];
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(kinds));
}, 600_000);

test('the same seed draws the same cases', () => {
  expect(drawRecipes(60, 7)).toEqual(drawRecipes(60, 7));
  expect(drawRecipes(60, 7)).not.toEqual(drawRecipes(60, 8));
});
