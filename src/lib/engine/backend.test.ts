import { expect, test } from 'vitest';
import { rankBackends } from './backend.ts';
import type { BackendTrial } from './protocol.ts';

function trials(wasm: number | null, webgl: number | null, webgpu: number | null): BackendTrial[] {
  return [
    { backend: 'wasm', medianMs: wasm, reason: null },
    { backend: 'webgl', medianMs: webgl, reason: null },
    { backend: 'webgpu', medianMs: webgpu, reason: null },
  ];
}

test('the quickest comes first, and what does not work never', () => {
  expect(rankBackends(trials(20, 4, 3))).toEqual(['webgpu', 'webgl', 'wasm']);
  expect(rankBackends(trials(7, 170, null))).toEqual(['wasm', 'webgl']);
  expect(rankBackends(trials(null, 170, null))).toEqual(['webgl']);
  expect(rankBackends(trials(null, null, null))).toEqual([]);
});

test('graphics that is hardly quicker leaves the frames to wasm', () => {
  expect(rankBackends(trials(7, 6, null))[0]).toBe('wasm');
  expect(rankBackends(trials(7, 4, null))[0]).toBe('webgl');
});
