import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#lib/core/random.ts';
import { wasmDriver } from '#tests/engine/node-engine.ts';
import { vectorNetwork } from '../vectors/vector-network.ts';
import { foldedGraph, type GraphNode, type GraphWeight } from './graph-fold.ts';

const sidePx = 20;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Written as the hub's graph of MobileNetV2 is: scales, offsets and activations are nodes, a sum's offset comes after it. */
class Graph {
  readonly nodes: (GraphNode & { op: string })[] = [];
  readonly weights: GraphWeight[] = [];
  readonly #numbers: Float32Array[] = [];
  readonly #random = seededRandom(5);

  constructor() {
    this.node('images', 'Placeholder', [], { dtype: { type: 'DT_FLOAT' } });
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.#numbers.map(({ buffer }) => Buffer.from(buffer))));
  }

  constant(name: string, shape: readonly number[], value?: number): string {
    const size = shape.reduce((product, side) => product * side, 1);
    this.node(name, 'Const', [], { dtype: { type: 'DT_FLOAT' } });
    this.weights.push({ name, shape, dtype: 'float32' });
    this.#numbers.push(Float32Array.from({ length: size }, () => value ?? this.#random() - 0.4));
    return name;
  }

  node(name: string, op: string, input: readonly string[], attr: object = {}): string {
    const type = op === 'Const' || op === 'Placeholder' ? {} : { T: { type: 'DT_FLOAT' } };
    this.nodes.push({ name, op, input, attr: { ...type, ...attr } });
    return name;
  }

  convolve(name: string, op: string, from: string, shape: readonly number[], stride = 1): string {
    const kernel = this.constant(`${name}/weights`, shape);
    return this.node(name, op, [from, kernel], {
      strides: { list: { i: ['1', `${stride}`, `${stride}`, '1'] } },
      dilations: { list: { i: ['1', '1', '1', '1'] } },
      padding: { s: base64('SAME') },
      data_format: { s: base64('NHWC') },
    });
  }

  moved(from: string, op: string, channels: number): string {
    return this.node(`${from}/${op}`, op, [from, this.constant(`${from}/${op}/y`, [channels])]);
  }
}

function blockGraph(): Graph {
  const graph = new Graph();
  const half = graph.node('mul', 'Mul', ['images', graph.constant('mul/y', [], 2)]);
  const input = graph.node('sub', 'Sub', [half, graph.constant('sub/y', [], 1)]);
  const relu = (from: string): string => graph.node(`${from}/relu`, 'Relu6', [from]);
  const first = graph.convolve('first', 'Conv2D', input, [3, 3, 3, 8], 2);
  const kept = graph.moved(first, 'Add', 8);
  const wide = relu(
    graph.moved(graph.convolve('wide', 'Conv2D', kept, [1, 1, 8, 12]), 'BiasAdd', 12),
  );
  const deep = graph.convolve('deep', 'DepthwiseConv2dNative', wide, [3, 3, 12, 1]);
  const scaled = relu(graph.moved(graph.moved(deep, 'Mul', 12), 'AddV2', 12));
  const narrow = graph.convolve('narrow', 'Conv2D', scaled, [1, 1, 12, 8]);
  const sum = graph.moved(graph.node('sum', 'AddN', [narrow, kept], { N: { i: '2' } }), 'Add', 8);
  const last = relu(graph.convolve('last', 'Conv2D', sum, [1, 1, 8, 10]));
  const places = { strides: ['1', '1', '1', '1'], ksize: ['1', '10', '10', '1'] };
  graph.node('pool', 'AvgPool', [last], {
    strides: { list: { i: places.strides } },
    ksize: { list: { i: places.ksize } },
    padding: { s: base64('VALID') },
    data_format: { s: base64('NHWC') },
  });
  return graph;
}

beforeAll(async () => {
  await tf.setBackend(wasmDriver.registered);
});

describe('a graph as layers', () => {
  test('says what the graph says', async () => {
    const { nodes, weights, bytes } = blockGraph();
    const folded = foldedGraph(nodes, weights, bytes, 'pool');
    expect(folded).toMatchObject({ scale: 2, offset: -1 });
    expect(folded?.layers.map(({ kind, residual }) => [kind, residual])).toEqual([
      ['conv', null],
      ['conv', 'start'],
      ['depthwise', null],
      ['conv', 'add'],
      ['conv', null],
    ]);
    const random = seededRandom(8);
    const pixels = Float32Array.from({ length: sidePx * sidePx * 3 }, () => random());
    const model = loadGraphModelSync([
      JSON.parse(
        JSON.stringify({
          format: 'graph-model',
          modelTopology: { node: nodes, versions: { producer: 38 } },
          weightsManifest: [{ paths: ['weights.bin'], weights }],
        }),
      ) as tf.io.ModelJSON,
      bytes.buffer,
    ]);
    const expected = tf.tidy(() =>
      (model.execute(tf.tensor4d(pixels, [1, sidePx, sidePx, 3]), 'pool') as tf.Tensor).dataSync(),
    );
    model.dispose();
    const about = { id: 'x', sha256: '', inputRange: [-1, 1] as const, embeddingSize: 10 };
    const network = await vectorNetwork({
      ...about,
      inputSizePx: sidePx,
      layers: folded?.layers ?? [],
    });
    const ours = network?.run(pixels.map((value) => 2 * value - 1)) ?? [];
    const largest = Math.max(...expected);
    expect(largest).toBeGreaterThan(0);
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(value - (ours[i] ?? NaN)) / largest).toBeLessThan(1e-5);
    }
  });

  test.each<[string, (graph: Graph) => void]>([
    [
      'another operation',
      ({ nodes }) =>
        Object.assign(nodes.find(({ name }) => name === 'wide/BiasAdd') ?? {}, { op: 'Swish' }),
    ],
    [
      'another padding',
      ({ nodes }) =>
        Object.assign(nodes.find(({ name }) => name === 'deep')?.attr ?? {}, {
          padding: { s: base64('VALID') },
        }),
    ],
    [
      'a step of three',
      ({ nodes }) =>
        Object.assign(nodes.find(({ name }) => name === 'first')?.attr ?? {}, {
          strides: { list: { i: ['1', '3', '3', '1'] } },
        }),
    ],
    [
      'weights kept in bytes',
      ({ weights }) =>
        Object.assign(weights[2] ?? {}, { quantization: { dtype: 'uint8', min: 0, scale: 1 } }),
    ],
    [
      'a missing node',
      ({ nodes }) =>
        nodes.splice(
          nodes.findIndex(({ name }) => name === 'sum'),
          1,
        ),
    ],
    [
      'a sum of the picture',
      ({ nodes }) =>
        Object.assign(nodes.find(({ name }) => name === 'sum') ?? {}, { input: ['narrow', 'sub'] }),
    ],
  ])('%s is left to the graph', (_, change) => {
    const graph = blockGraph();
    change(graph);
    expect(foldedGraph(graph.nodes, graph.weights, graph.bytes, 'pool')).toBeNull();
  });

  test('a file that is too short is left to the graph', () => {
    const { nodes, weights, bytes } = blockGraph();
    expect(foldedGraph(nodes, weights, bytes.slice(0, -4), 'pool')).toBeNull();
  });
});
