// Features and heads as ONNX operators, each as `learning/` computes it.

import { shotsOf } from '#lib/learning/class-weights.ts';
import type { DenseHead, KnnHead, RidgeHead, TrainedHead, Whitening } from '#lib/learning/head.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/** A vector of zeros stays zeros. */
const smallestLength = 1e-12;

/** Embedding [1, D] → whitened square roots of unit length [1, D]; see `learning/features.ts`. */
export function onnxFeatures(
  builder: OnnxBuilder,
  embedding: string,
  whitening: Whitening | null,
): string {
  const roots = builder.node('Sqrt', [builder.node('Relu', [embedding])]);
  return unitLength(builder, whitening ? whitened(builder, roots, whitening) : roots);
}

/** Embedding and features → probabilities [1, C]. */
export function onnxHead(
  builder: OnnxBuilder,
  head: TrainedHead,
  { embedding, features }: { readonly embedding: string; readonly features: string },
): string {
  switch (head.kind) {
    case 'ridge':
      return ridge(builder, features, head);
    case 'dense':
      return dense(builder, embedding, head);
    case 'knn':
      return knn(builder, unitLength(builder, embedding), head);
  }
}

/** s − μ − Σ g v (v · (s − μ)) */
function whitened(
  builder: OnnxBuilder,
  roots: string,
  { mean, vectors, gains }: Whitening,
): string {
  const dimension = mean.length;
  const count = gains.length;
  const into = new Float32Array(dimension * count);
  const back = new Float32Array(count * dimension);
  for (let i = 0; i < count; i += 1) {
    for (let d = 0; d < dimension; d += 1) {
      const value = vectors[i * dimension + d] ?? 0;
      into[d * count + i] = value;
      back[i * dimension + d] = value * (gains[i] ?? 0);
    }
  }
  const centred = builder.node('Sub', [
    roots,
    builder.constant('whitening_mean', [1, dimension], mean),
  ]);
  const shares = builder.node('MatMul', [
    centred,
    builder.constant('whitening_directions', [dimension, count], into),
  ]);
  const taken = builder.node('MatMul', [
    shares,
    builder.constant('whitening_shares', [count, dimension], back),
  ]);
  return builder.node('Sub', [centred, taken]);
}

function unitLength(builder: OnnxBuilder, vector: string): string {
  const length = builder.node('ReduceL2', [vector], { axes: [1], keepdims: 1 });
  const least = builder.scalar(`least_${length}`, smallestLength);
  return builder.node('Div', [vector, builder.node('Max', [length, least])]);
}

function ridge(
  builder: OnnxBuilder,
  features: string,
  { kernel, bias, spec, dimension }: RidgeHead,
): string {
  const scaled = (values: Float32Array): Float32Array => values.map((x) => x * spec.temperature);
  const scores = builder.node('Gemm', [
    features,
    builder.constant('head_kernel', [dimension, bias.length], scaled(kernel)),
    builder.constant('head_bias', [bias.length], scaled(bias)),
  ]);
  return builder.node('Softmax', [scores], { axis: 1 });
}

function dense(builder: OnnxBuilder, embedding: string, { layers, dimension }: DenseHead): string {
  let x = embedding;
  let inputs = dimension;
  for (const [i, { kernel, bias, units, activation }] of layers.entries()) {
    const sums = builder.node('Gemm', [
      x,
      builder.constant(`head_kernel_${i}`, [inputs, units], kernel),
      builder.constant(`head_bias_${i}`, [units], bias),
    ]);
    x =
      activation === 'relu'
        ? builder.node('Relu', [sums])
        : builder.node('Softmax', [sums], { axis: 1 });
    inputs = units;
  }
  return x;
}

/** Cosines with every row, the k largest of them, and their votes. */
function knn(builder: OnnxBuilder, query: string, head: KnnHead): string {
  const { embeddings, classIndexes, classIds, dimension, spec } = head;
  const rows = classIndexes.length;
  const columns = new Float32Array(embeddings.length);
  for (let row = 0; row < rows; row += 1) {
    for (let d = 0; d < dimension; d += 1) {
      columns[d * rows + row] = embeddings[row * dimension + d] ?? 0;
    }
  }
  const shots = shotsOf(classIndexes, classIds.length);
  const fewest = shots.reduce((least, n) => Math.min(least, n), Infinity);
  const k = Math.max(1, Math.min(Math.round(spec.k), fewest));
  const votes = new Float32Array(rows * classIds.length);
  for (const [row, index] of classIndexes.entries()) {
    votes[row * classIds.length + index] = spec.balanced ? fewest / (shots[index] ?? 1) : 1;
  }
  const cosines = builder.node('MatMul', [
    query,
    builder.constant('rows', [dimension, rows], columns),
  ]);
  const nearest = builder.node(
    'TopK',
    [cosines, builder.whole('k', [k])],
    { axis: 1, largest: 1, sorted: 1 },
    ['nearest_cosines', 'nearest_rows'],
  );
  const table = builder.constant('votes', [rows, classIds.length], votes);
  const cast = builder.node('Gather', [table, nearest], { axis: 0 });
  const mean = builder.node('ReduceMean', [cast], { axes: [1], keepdims: 0 });
  const total = builder.node('ReduceL1', [mean], { axes: [1], keepdims: 1 });
  return builder.node('Div', [mean, total]);
}
