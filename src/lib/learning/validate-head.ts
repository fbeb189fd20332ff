// A value from outside (a file, a message, storage) → a trained head whose every size and number is right.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { headLimits, type HeadKind, type Limits } from '#lib/core/head-spec.ts';

import { shotsOf } from './class-weights.ts';
import { allFinite } from './features.ts';
import type { TrainedHead } from './head.ts';

type Fields = Readonly<Record<string, unknown>>;

const mostClasses = 10_000;
const mostDimensions = 16_384;
const mostNumbers = 2 ** 28;
const mostLayers = 16;

/** `value` itself, when it is a trained head with right sizes; else `head-mismatch` with what is wrong. */
export function validateHead(value: unknown): Result<TrainedHead> {
  const reason = isFields(value) ? whatIsWrong(value) : 'it is not a head';
  if (reason !== null) return fail({ code: 'head-mismatch', reason });
  return succeed(value as TrainedHead);
}

/** The check of each kind's own numbers; a new kind of head is one line here, and the compiler asks for it. */
const ownChecks: Record<
  HeadKind,
  (head: Fields, dimension: number, classes: number) => string | null
> = {
  ridge: wrongRidge,
  knn: wrongKnn,
  dense: wrongDense,
};

function whatIsWrong(head: Fields): string | null {
  const { kind, spec, backboneId, backboneSha256, classIds, labels, dimension, sampleCount } = head;
  if (!isHeadKind(kind)) return 'it is of an unknown kind';
  if (typeof backboneId !== 'string' || typeof backboneSha256 !== 'string') {
    return 'it does not say which backbone it belongs to';
  }
  if (!isCount(dimension, mostDimensions)) return 'its dimension is missing or too large';
  // 0: a head from another program does not say.
  if (sampleCount !== 0 && !isCount(sampleCount, mostNumbers))
    return 'its number of samples is missing';
  if (!isStrings(classIds) || !isStrings(labels) || classIds.length !== labels.length) {
    return 'its classes and their names do not match';
  }
  if (classIds.length < 2 || classIds.length > mostClasses) {
    return `it has ${classIds.length} classes, where 2 to ${mostClasses} are possible`;
  }
  if (new Set(classIds).size !== classIds.length) return 'it names a class twice';
  if (dimension * classIds.length > mostNumbers) return 'it is too large';
  return wrongSpec(spec, kind) ?? ownChecks[kind](head, dimension, classIds.length);
}

function wrongSpec(spec: unknown, kind: HeadKind): string | null {
  if (!isFields(spec) || spec.kind !== kind) return 'its settings are missing';
  if (typeof spec.balanced !== 'boolean') return 'its setting “balanced” is missing';
  const limits: Readonly<Record<string, Limits>> = headLimits[kind];
  for (const [name, { min, max }] of Object.entries(limits)) {
    const value = spec[name];
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      return `its setting “${name}” is not between ${min} and ${max}`;
    }
  }
  return null;
}

function wrongRidge(
  { features, kernel, bias }: Fields,
  dimension: number,
  classes: number,
): string | null {
  if (features !== 'sqrt' && features !== 'sqrt-whitened') return 'its features are unknown';
  return wrongNumbers(kernel, dimension * classes, 'kernel') ?? wrongNumbers(bias, classes, 'bias');
}

function wrongKnn(head: Fields, dimension: number, classes: number): string | null {
  const { embeddings, classIndexes, sampleCount } = head;
  if (!(classIndexes instanceof Uint16Array) || classIndexes.length !== sampleCount) {
    return 'its samples and their classes do not match';
  }
  if (classIndexes.length * dimension > mostNumbers) return 'it is too large';
  if (classIndexes.some((index) => index >= classes)) return 'a sample belongs to no class';
  if (shotsOf(classIndexes, classes).includes(0)) return 'a class has no sample';
  return wrongNumbers(embeddings, classIndexes.length * dimension, 'samples');
}

function wrongDense({ layers }: Fields, dimension: number, classes: number): string | null {
  if (!Array.isArray(layers) || layers.length === 0 || layers.length > mostLayers) {
    return `it does not have 1 to ${mostLayers} layers`;
  }
  let inputs = dimension;
  for (const [index, layer] of layers.entries()) {
    const last = index === layers.length - 1;
    const number = index + 1;
    if (!isFields(layer) || !isCount(layer.units, mostDimensions)) {
      return `layer ${number} has no size`;
    }
    if (layer.activation !== (last ? 'softmax' : 'relu')) {
      return `layer ${number} has an unexpected activation`;
    }
    const { units, kernel, bias } = layer;
    if (inputs * units > mostNumbers) return 'it is too large';
    const wrong =
      wrongNumbers(kernel, inputs * units, `layer ${number}`) ??
      wrongNumbers(bias, units, `layer ${number}`);
    if (wrong !== null) return wrong;
    inputs = units;
  }
  return inputs === classes ? null : 'its last layer does not have one unit a class';
}

function wrongNumbers(value: unknown, length: number, name: string): string | null {
  if (!(value instanceof Float32Array) || value.length !== length) {
    return `its ${name} does not have ${length} numbers`;
  }
  return allFinite(value) ? null : `its ${name} holds a number that is not finite`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isHeadKind(value: unknown): value is HeadKind {
  return typeof value === 'string' && Object.hasOwn(ownChecks, value);
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
