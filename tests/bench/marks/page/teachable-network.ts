// The network that Teachable Machine exports, MobileNetV2 0.35 at 224 pixels and two dense layers, with seeded random weights:
// the real ones may not be in this project, and time does not depend on them.
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { createArchive, openArchive, type Archive } from '#lib/exchange/zip.ts';

export interface TeachableFiles {
  readonly model: File;
  readonly weights: File;
  readonly metadata: File;
  /** The same three as Handful opens them. */
  readonly archive: Archive;
}

type Tensor = layers.SymbolicTensor;

const side = 224;
const width = 0.35;
/** Expansion, channels, repeats, first stride: the paper's table. */
const blocks = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

const slim = (channels: number): number => Math.max(8, Math.floor((channels * width + 4) / 8) * 8);

class Stack {
  #seed = 0;

  #next(): number {
    this.#seed += 1;
    return this.#seed;
  }

  conv(x: Tensor, filters: number, kernelSize: number, strides: number): Tensor {
    const kernelInitializer = layers.initializers.heNormal({ seed: this.#next() });
    const padding = strides === 2 ? 'valid' : 'same';
    const settings = { filters, kernelSize, strides, padding, useBias: false } as const;
    const layer = layers.layers.conv2d({ ...settings, kernelInitializer });
    return this.#norm(layer.apply(strides === 2 ? padded(x) : x) as Tensor);
  }

  depthwise(x: Tensor, strides: number): Tensor {
    // Nine weights a channel, which the library's own He initialiser does not know of.
    const stddev = Math.sqrt(2 / 9);
    const seed = this.#next();
    const depthwiseInitializer = layers.initializers.randomNormal({ mean: 0, stddev, seed });
    const padding = strides === 2 ? 'valid' : 'same';
    const settings = { kernelSize: 3, strides, padding, useBias: false } as const;
    const layer = layers.layers.depthwiseConv2d({ ...settings, depthwiseInitializer });
    return this.#norm(layer.apply(strides === 2 ? padded(x) : x) as Tensor);
  }

  dense(units: number, inputs: number | null, activation: 'relu' | 'softmax'): layers.layers.Layer {
    const kernelInitializer = layers.initializers.glorotNormal({ seed: this.#next() });
    const settings = { units, activation, kernelInitializer } as const;
    return layers.layers.dense(inputs === null ? settings : { ...settings, inputShape: [inputs] });
  }

  #norm(x: Tensor): Tensor {
    return layers.layers.batchNormalization({}).apply(x) as Tensor;
  }
}

const padded = (x: Tensor): Tensor =>
  layers.layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
    })
    .apply(x) as Tensor;

const relu6 = (x: Tensor): Tensor => layers.layers.reLU({ maxValue: 6 }).apply(x) as Tensor;

/** A model of three classes as Teachable Machine's export writes it. */
export async function teachableFiles(labels: readonly string[]): Promise<TeachableFiles> {
  const stack = new Stack();
  const input = layers.input({ shape: [side, side, 3] });
  let x = relu6(stack.conv(input, slim(32), 3, 2));
  let channels = slim(32);
  for (const [expansion, filters, repeats, firstStride] of blocks) {
    for (let i = 0; i < repeats; i += 1) {
      const strides = i === 0 ? firstStride : 1;
      const start = x;
      let inner = expansion === 1 ? x : relu6(stack.conv(x, expansion * channels, 1, 1));
      inner = relu6(stack.depthwise(inner, strides));
      inner = stack.conv(inner, slim(filters), 1, 1);
      const adds = strides === 1 && channels === slim(filters);
      x = adds ? (layers.layers.add().apply([start, inner]) as Tensor) : inner;
      channels = slim(filters);
    }
  }
  x = relu6(stack.conv(x, 1280, 1, 1));
  const trunk = layers.model({ inputs: input, outputs: x });
  const backbone = layers.sequential({
    layers: [trunk, layers.layers.globalAveragePooling2d({})],
  });
  const head = layers.sequential({
    layers: [stack.dense(100, 1280, 'relu'), stack.dense(labels.length, null, 'softmax')],
  });
  const model = layers.sequential({ layers: [backbone, head] });
  const files = await filesOf(model, labels);
  model.dispose();
  return files;
}

async function filesOf(
  model: layers.LayersModel,
  labels: readonly string[],
): Promise<TeachableFiles> {
  let kept: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      kept = artifacts;
      const modelArtifactsInfo = { dateSaved: new Date(0), modelTopologyType: 'JSON' as const };
      return Promise.resolve({ modelArtifactsInfo });
    }),
  );
  const { modelTopology, weightSpecs, weightData } = kept;
  const topology: unknown = JSON.parse(JSON.stringify(modelTopology));
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  const json = JSON.stringify({ modelTopology: topology, weightsManifest });
  const metadata = JSON.stringify({
    tfjsVersion: '1.3.1',
    packageName: '@teachablemachine/image',
    packageVersion: '0.8.4',
    userMetadata: {},
    modelName: 'bench',
    labels,
    imageSize: side,
  });
  const bytes = new Uint8Array(weightData as ArrayBuffer);
  const archive = createArchive();
  await archive.text('model.json', json);
  await archive.bytes('weights.bin', bytes);
  await archive.text('metadata.json', metadata);
  const opened = await openArchive(await archive.finish(), 'bench.zip');
  if (!opened.ok) throw new Error('the archive does not open');
  return {
    model: new File([json], 'model.json'),
    weights: new File([bytes], 'weights.bin'),
    metadata: new File([metadata], 'metadata.json'),
    archive: opened.value,
  };
}
