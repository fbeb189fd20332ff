import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { featuresOf } from './features.ts';
import { axisWhitening, largestDifference, valueOf } from './testing.ts';
import { parseWhitening } from './whitening.ts';

const facts = {
  version: 1,
  backbone: 'test',
  backboneSha256: 'ab',
  sha256: 'cd',
  dimension: 3,
  components: 2,
  feature: 'sqrt',
  gains: [0.5, 0.25],
  vectorScales: [0.01, 0.02],
};

function binary(): Uint8Array {
  const bytes = new Uint8Array(4 + 12 + 6);
  const view = new DataView(bytes.buffer);
  [1, 2, -3].forEach((value, d) => view.setFloat32(4 + 4 * d, value, true));
  [100, 0, -100, 0, 50, -128].forEach((value, i) => view.setInt8(16 + i, value));
  // A view that does not begin at the buffer's start, as a slice of a zip would be.
  return bytes.subarray(4);
}

describe('parseWhitening', () => {
  it('reads the mean, the scaled directions and the gains', () => {
    const asset = valueOf(parseWhitening(JSON.stringify(facts), binary()));
    expect(Array.from(asset.whitening.mean)).toEqual([1, 2, -3]);
    expect(largestDifference(asset.whitening.vectors, [1, 0, -1, 0, 1, -2.56])).toBeLessThan(1e-6);
    expect(Array.from(asset.whitening.gains)).toEqual([0.5, 0.25]);
    expect(asset).toMatchObject({ backbone: 'test', backboneSha256: 'ab', sha256: 'cd' });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['another version', JSON.stringify({ ...facts, version: 2 })],
    ['another feature', JSON.stringify({ ...facts, feature: 'plain' })],
    ['another dimension', JSON.stringify({ ...facts, dimension: 4 })],
    ['a dimension that is no number', JSON.stringify({ ...facts, dimension: '3' })],
    ['a huge dimension', JSON.stringify({ ...facts, dimension: 1e9 })],
    ['too few gains', JSON.stringify({ ...facts, gains: [0.5] })],
    ['a gain of 1', JSON.stringify({ ...facts, gains: [0.5, 1] })],
    ['a scale that is no number', JSON.stringify({ ...facts, vectorScales: [1, null] })],
    ['a scale beyond float32', JSON.stringify({ ...facts, vectorScales: [1, 1e300] })],
    ['no backbone', JSON.stringify({ ...facts, backbone: undefined })],
    ['no checksum', JSON.stringify({ ...facts, sha256: undefined })],
  ])('refuses %s', (_, json) => {
    expect(parseWhitening(json, binary())).toMatchObject({ failure: { code: 'backbone-corrupt' } });
  });

  it('refuses a binary that is short, long or not finite', () => {
    const json = JSON.stringify(facts);
    const broken = binary();
    new DataView(broken.buffer).setFloat32(4, NaN, true);
    for (const bytes of [binary().subarray(1), new Uint8Array(19), new Uint8Array(0), broken]) {
      expect(parseWhitening(json, bytes)).toMatchObject({ failure: { code: 'backbone-corrupt' } });
    }
  });
});

describe('featuresOf', () => {
  it('is the square root at unit length', () => {
    const features = featuresOf(Float32Array.of(9, 16, -4), null);
    expect(largestDifference(features, [3 / 5, 4 / 5, 0])).toBeLessThan(1e-6);
    expect(Array.from(featuresOf(new Float32Array(2), null))).toEqual([0, 0]);
  });

  it('takes away the mean and the gain’s share of each direction', () => {
    // s = [3, 2] − 0.25 = [2.75, 1.75]; 80 % of the second goes.
    const features = featuresOf(Float32Array.of(9, 4), axisWhitening(2, [1], 0.8));
    const length = Math.hypot(2.75, 0.35);
    expect(largestDifference(features, [2.75 / length, 0.35 / length])).toBeLessThan(1e-6);
  });

  it('writes where it is told', () => {
    const out = new Float32Array(5).fill(7);
    featuresOf(Float32Array.of(9, 16), null, out, 2);
    expect(largestDifference(out, [7, 7, 0.6, 0.8, 7])).toBeLessThan(1e-6);
  });
});

describe('the embedded backbone’s asset', () => {
  const folder = new URL('../../../static/models/', import.meta.url);

  it('parses, with directions of length 1', () => {
    const [name] =
      /handful-[a-z0-9.-]+/.exec(readFileSync(new URL('catalogue.json', folder), 'utf8')) ?? [];
    const json = readFileSync(new URL(`${name}/whitening.json`, folder), 'utf8');
    const bytes = new Uint8Array(readFileSync(new URL(`${name}/whitening.bin`, folder)));
    const { whitening } = valueOf(parseWhitening(json, bytes));
    const { mean, vectors, gains } = whitening;
    for (let i = 0; i < gains.length; i += 1) {
      expect(Math.hypot(...vectors.subarray(i * mean.length, (i + 1) * mean.length))).toBeCloseTo(
        1,
        2,
      );
    }
  });
});
