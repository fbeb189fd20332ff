// The whitening asset of a backbone: `whitening.json` and its binary, checked and turned into numbers.
// Binary: the mean as float32 little-endian [D], then the directions as int8 [components, D] with one scale each.

import { fail, succeed, type Result } from '#lib/core/failure.ts';

import { allFinite } from './features.ts';
import type { Whitening } from './head.ts';

export interface WhiteningAsset {
  /** Name of the backbone it was computed for. */
  readonly backbone: string;
  /** SHA-256 of that backbone's weights, hex. */
  readonly backboneSha256: string;
  /** SHA-256 of the binary, hex. Whoever can hash compares it; this room cannot. */
  readonly sha256: string;
  readonly whitening: Whitening;
}

const mostDimensions = 16_384;
const mostComponents = 1024;

/** Text of `whitening.json` and the bytes of its binary → the asset. Fails (`backbone-corrupt`) with what is wrong. */
export function parseWhitening(json: string, bytes: Uint8Array): Result<WhiteningAsset> {
  const facts = readFacts(json);
  if (typeof facts === 'string') return corrupt(facts);
  const { dimension, gains, vectorScales } = facts;
  const components = gains.length;
  const expected = 4 * dimension + components * dimension;
  if (bytes.byteLength !== expected) {
    return corrupt(`whitening.bin has ${bytes.byteLength} bytes instead of ${expected}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mean = Float32Array.from({ length: dimension }, (_, d) => view.getFloat32(4 * d, true));
  const vectors = Float32Array.from({ length: components * dimension }, (_, i) => {
    return view.getInt8(4 * dimension + i) * (vectorScales[Math.floor(i / dimension)] ?? 0);
  });
  if (!allFinite(mean)) return corrupt('whitening.bin holds a mean that is not a number');
  const { backbone, backboneSha256, sha256 } = facts;
  const whitening = { mean, vectors, gains: Float32Array.from(gains) };
  return succeed({ backbone, backboneSha256, sha256, whitening });
}

interface Facts {
  readonly backbone: string;
  readonly backboneSha256: string;
  readonly sha256: string;
  readonly dimension: number;
  readonly gains: readonly number[];
  readonly vectorScales: readonly number[];
}

/** The facts, or what is wrong with them. */
function readFacts(json: string): Facts | string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return `whitening.json is not JSON (${String(error)})`;
  }
  if (typeof value !== 'object' || value === null) return 'whitening.json holds no object';
  const { version, feature, backbone, backboneSha256, sha256 } = value as Record<string, unknown>;
  const { dimension, components, gains, vectorScales } = value as Record<string, unknown>;
  if (version !== 1) return `whitening.json has version ${String(version)}, not 1`;
  if (feature !== 'sqrt')
    return `whitening.json is for the feature “${String(feature)}”, not “sqrt”`;
  if (!isCount(dimension, mostDimensions)) return 'whitening.json has no usable dimension';
  if (!isCount(components, mostComponents)) return 'whitening.json has no usable components';
  if (!isNumbers(gains, components) || gains.some((gain) => gain < 0 || gain >= 1)) {
    return `whitening.json needs ${components} gains from 0 up to 1`;
  }
  if (!isNumbers(vectorScales, components))
    return `whitening.json needs ${components} vectorScales`;
  if (typeof backbone !== 'string' || typeof backboneSha256 !== 'string') {
    return 'whitening.json does not name its backbone';
  }
  if (typeof sha256 !== 'string') return 'whitening.json has no sha256';
  return { backbone, backboneSha256, sha256, dimension, gains, vectorScales };
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

function isNumbers(value: unknown, length: number): value is number[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((item) => typeof item === 'number' && Number.isFinite(Math.fround(item)))
  );
}

const corrupt = (detail: string): Result<never> =>
  fail({ code: 'backbone-corrupt', name: 'whitening', detail });
