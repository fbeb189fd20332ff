// An ONNX graph that was just read from a file, run operator by operator: every number the file will say elsewhere comes
// from its own nodes and weights. TensorFlow.js convolves NHWC, so each convolution is turned there and back.

import * as tf from '@tensorflow/tfjs-core';
import { centreSquare } from '#lib/core/crop.ts';
import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';
import type { OnnxGraph, OnnxNode } from '#lib/core/onnx-graph.ts';
import { closeImage } from './image.ts';
import type { Pictures } from './pictures.ts';
import { InputWriter } from './preprocess.ts';
import type { GraphTrialRequest } from './protocol.ts';

/** The graph's own input: pixels as they are. */
const pixelRange = [0, 255] as const;
const largestSidePx = 1024;

/** `probabilities` of each picture. Fails with `bad-file` when the graph cannot be run, `bad-picture` as decoding does. */
export async function graphTrial(
  pictures: Pictures,
  { graph, jpegs }: GraphTrialRequest,
  signal: AbortSignal,
): Promise<Result<readonly Float32Array[]>> {
  const [batch, side, width, channels] = graph.inputs[0]?.shape ?? [];
  if (batch !== 1 || side === undefined || side !== width || channels !== 3) {
    return notRunning('its input is no square picture');
  }
  if (side > largestSidePx) return notRunning('its input is too large');
  const writer = new InputWriter();
  const all: Float32Array[] = [];
  for (const jpeg of jpegs) {
    signal.throwIfAborted();
    const picture = await pictures.decode(jpeg);
    if (!picture.ok) return picture;
    const rgba = await pictures.pixels(picture.value, centreSquare, side);
    closeImage(picture.value);
    const input = writer.write(rgba, pixelRange);
    try {
      const output = tf.tidy(() => run(graph, tf.tensor4d(input, [1, side, side, 3])));
      all.push(await output.data<'float32'>());
      output.dispose();
    } catch (error) {
      // Shapes that do not fit, or an operator that is not ours: the file is wrong, not the caller.
      return notRunning(messageOf(error));
    }
  }
  return succeed(all);
}

const notRunning = (detail: string): Result<never> =>
  fail({
    code: 'bad-file',
    fileName: 'model.onnx',
    reason: `does not run (${detail}).`,
    advice: 'Save it again.',
  });

/** Call inside `tf.tidy`. */
function run({ inputs, nodes, initializers }: OnnxGraph, image: tf.Tensor): tf.Tensor {
  const values = new Map<string, tf.Tensor>([[inputs[0]?.name ?? '', image]]);
  for (const { name, shape, dtype, values: numbers } of initializers) {
    const type = dtype === 'int64' ? 'int32' : 'float32';
    values.set(name, tf.tensor(numbers, [...shape], type));
  }
  for (const node of nodes) {
    const read = node.inputs.map((name) => {
      const value = values.get(name);
      if (!value) throw new RangeError(`“${name}” comes from nowhere`);
      return value;
    });
    for (const [i, value] of outputsOf(node, read).entries()) {
      values.set(node.outputs[i] ?? '', value);
    }
  }
  const probabilities = values.get('probabilities');
  if (!probabilities) throw new RangeError('it has no output “probabilities”');
  return probabilities;
}

function outputsOf(node: OnnxNode, [a, b, c]: readonly tf.Tensor[]): tf.Tensor[] {
  if (!a) throw new RangeError(`${node.op} without input`);
  if (node.op !== 'TopK') return [oneOutput(node, a, b, c)];
  const [k = 1] = b ? b.dataSync() : [];
  const { values, indices } = tf.topk(a, k);
  return [values, indices];
}

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
const binary: Readonly<Record<string, Binary>> = {
  Mul: (a, b) => tf.mul(a, b),
  Add: (a, b) => tf.add(a, b),
  Sub: (a, b) => tf.sub(a, b),
  Div: (a, b) => tf.div(a, b),
  Max: (a, b) => tf.maximum(a, b),
  MatMul: (a, b) => tf.matMul(a, b),
};
type Unary = (a: tf.Tensor, node: OnnxNode) => tf.Tensor;
const unary: Readonly<Record<string, Unary>> = {
  Identity: (a) => tf.clone(a),
  Relu: (a) => tf.relu(a),
  Sqrt: (a) => tf.sqrt(a),
  Transpose: (a, node) => tf.transpose(a, ints(node, 'perm')),
  // One picture at a time.
  Flatten: (a) => tf.reshape(a, [1, -1]),
  // NCHW
  GlobalAveragePool: (a) => tf.mean(a, [2, 3], true),
  Softmax: (a) => tf.softmax(a, 1),
  ReduceL2: (a, node) => tf.euclideanNorm(a, ints(node, 'axes'), int(node, 'keepdims') === 1),
  ReduceL1: (a, node) => tf.sum(tf.abs(a), ints(node, 'axes'), int(node, 'keepdims') === 1),
  ReduceMean: (a, node) => tf.mean(a, ints(node, 'axes'), int(node, 'keepdims') === 1),
  ReduceMax: (a, node) => tf.max(a, ints(node, 'axes'), int(node, 'keepdims') === 1),
};

function oneOutput(node: OnnxNode, a: tf.Tensor, b?: tf.Tensor, c?: tf.Tensor): tf.Tensor {
  const one = unary[node.op];
  if (one) return one(a, node);
  const two = binary[node.op];
  if (two && b) return two(a, b);
  if (b && c && node.op === 'Conv') return convolved(node, a, b, c);
  if (b && c && node.op === 'Gemm') return tf.add(tf.matMul(a, b), c);
  if (b && c && node.op === 'Clip') return tf.minimum(tf.maximum(a, b), c);
  if (b && node.op === 'Gather') return tf.gather(a, tf.cast(b, 'int32'), int(node, 'axis'));
  throw new RangeError(`an operator “${node.op.slice(0, 40)}”`);
}

/** x [1, in, h, w], filter [out, in / group, kh, kw] → [1, out, h, w] */
function convolved(node: OnnxNode, x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const [top = 0, left = 0, bottom = 0, right = 0] = ints(node, 'pads');
  const [stride = 1] = ints(node, 'strides');
  const rows = tf.transpose(x, [0, 2, 3, 1]);
  const padded = tf.pad(rows, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]) as tf.Tensor4D;
  const depthwise = int(node, 'group') > 1;
  const turned = tf.transpose(filter, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]) as tf.Tensor4D;
  const sums = depthwise
    ? tf.depthwiseConv2d(padded, turned, stride, 'valid')
    : tf.conv2d(padded, turned, stride, 'valid');
  return tf.transpose(tf.add(sums, bias), [0, 3, 1, 2]);
}

function ints({ op, attributes }: OnnxNode, name: string): number[] {
  const value = attributes[name];
  if (typeof value !== 'object') throw new RangeError(`${op} without ${name}`);
  return [...value];
}

function int({ op, attributes }: OnnxNode, name: string): number {
  const value = attributes[name];
  if (typeof value !== 'number') throw new RangeError(`${op} without ${name}`);
  return value;
}
