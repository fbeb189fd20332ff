// A trained head as named float32 tensors, the way tfjs layers stores them, and back again.
// Ridge: one Dense layer with the temperature folded in. Dense: its layers. KNN: its data set, a tensor a class.

import type { HeadSpec } from '#lib/core/head-spec.ts';
import type { DenseLayer, KnnHead, RidgeHead, TrainedHead } from '#lib/learning/head.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The facts about a head that its tensors do not carry. */
export interface HeadFacts {
  readonly backboneId: string;
  readonly backboneSha256: string;
  readonly classIds: readonly string[];
  readonly labels: readonly string[];
  readonly dimension: number;
  readonly sampleCount: number;
  readonly features: 'embedding' | 'sqrt' | 'sqrt-whitened' | 'unit-length';
  readonly spec: HeadSpec;
}

/** Tensors of a head in the order of `weights.bin`. */
export function tensorsOf(head: TrainedHead): NamedTensor[] {
  switch (head.kind) {
    case 'ridge':
      return denseTensors(1, scaledRidge(head), head.dimension);
    case 'dense': {
      let inputs = head.dimension;
      return head.layers.flatMap((layer, i) => {
        const tensors = denseTensors(i + 1, layer, inputs);
        inputs = layer.units;
        return tensors;
      });
    }
    case 'knn':
      return head.classIds.map((_, i) => classRows(head, i));
  }
}

/** `model.json` of a head: a tfjs layers model, or for KNN a list of tensors. */
export function modelJson(head: TrainedHead): object {
  const weights = tensorsOf(head).map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const weightsManifest = [{ paths: ['weights.bin'], weights }];
  if (head.kind === 'knn') {
    return { format: 'knn-dataset', generatedBy: 'Handful', weightsManifest };
  }
  const layers = head.kind === 'ridge' ? [scaledRidge(head)] : head.layers;
  const config = layers.map(({ units, activation }, i) => ({
    class_name: 'Dense',
    config: {
      name: `dense_${i + 1}`,
      units,
      activation,
      use_bias: true,
      trainable: true,
      dtype: 'float32',
      ...(i === 0 && { batch_input_shape: [null, head.dimension] }),
    },
  }));
  return {
    format: 'layers-model',
    generatedBy: 'Handful',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'head', layers: config },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest,
  };
}

/** The head whose tensors these are; null when they do not fit together. `validateHead` checks the rest. */
export function headFromTensors(
  facts: HeadFacts,
  tensors: readonly NamedTensor[],
): TrainedHead | null {
  const { spec, features, ...base } = facts;
  if (spec.kind === 'knn') return knnFromTensors(base, spec, tensors);
  const layers = layersFromTensors(tensors);
  if (!layers) return null;
  if (spec.kind === 'dense') return { ...base, kind: 'dense', spec, layers };
  const [only] = layers;
  if (!only || layers.length > 1 || (features !== 'sqrt' && features !== 'sqrt-whitened')) {
    return null;
  }
  const unscale = (values: Float32Array): Float32Array => values.map((x) => x / spec.temperature);
  const { kernel, bias } = only;
  return { ...base, kind: 'ridge', spec, features, kernel: unscale(kernel), bias: unscale(bias) };
}

function scaledRidge({ kernel, bias, spec, classIds }: RidgeHead): DenseLayer {
  const scale = (values: Float32Array): Float32Array => values.map((x) => x * spec.temperature);
  const units = classIds.length;
  return { kernel: scale(kernel), bias: scale(bias), units, activation: 'softmax' };
}

function denseTensors(number: number, layer: DenseLayer, inputs: number): NamedTensor[] {
  return [
    { name: `dense_${number}/kernel`, shape: [inputs, layer.units], values: layer.kernel },
    { name: `dense_${number}/bias`, shape: [layer.units], values: layer.bias },
  ];
}

/** [n, D] rows of one class, in the order in which the head holds them. */
function classRows(head: KnnHead, classIndex: number): NamedTensor {
  const { dimension, embeddings, classIndexes } = head;
  const rows = Array.from(classIndexes.keys()).filter((row) => classIndexes[row] === classIndex);
  const values = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) {
    values.set(embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  }
  return { name: `class_${classIndex}`, shape: [rows.length, dimension], values };
}

function knnFromTensors(
  base: Omit<HeadFacts, 'spec' | 'features'>,
  spec: KnnHead['spec'],
  tensors: readonly NamedTensor[],
): KnnHead | null {
  const { dimension, classIds } = base;
  if (tensors.length !== classIds.length) return null;
  if (tensors.some(({ shape }) => shape.length !== 2 || shape[1] !== dimension)) return null;
  const counts = tensors.map(({ shape }) => shape[0] ?? 0);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const embeddings = new Float32Array(total * dimension);
  const classIndexes = new Uint16Array(total);
  let row = 0;
  for (const [i, { values }] of tensors.entries()) {
    embeddings.set(values, row * dimension);
    classIndexes.fill(i, row, row + (counts[i] ?? 0));
    row += counts[i] ?? 0;
  }
  return { ...base, kind: 'knn', spec, embeddings, classIndexes };
}

function layersFromTensors(tensors: readonly NamedTensor[]): DenseLayer[] | null {
  if (tensors.length === 0 || tensors.length % 2 !== 0) return null;
  const layers: DenseLayer[] = [];
  for (let i = 0; i < tensors.length; i += 2) {
    const kernel = tensors[i];
    const bias = tensors[i + 1];
    const units = kernel?.shape[1];
    if (!kernel || !bias || units === undefined || bias.shape[0] !== units) return null;
    const last = i + 2 === tensors.length;
    const activation = last ? 'softmax' : 'relu';
    layers.push({ kernel: kernel.values, bias: bias.values, units, activation });
  }
  return layers;
}
