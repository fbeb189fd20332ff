// Teachable Machine's models, made small by the tests themselves with tfjs layers: the same parts in the same order.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { createArchive } from '#lib/exchange/zip.ts';

export interface SmallModelOptions {
  readonly side?: number;
  readonly channels?: 1 | 3;
  readonly labels?: readonly string[];
  /** `config` of sequential models as a list, as older exports have it. */
  readonly listConfig?: boolean;
  /** Other names of the weights, as after several trainings. */
  readonly renamed?: boolean;
}

export interface SmallModel {
  readonly model: layers.LayersModel;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** MobileNetV2's parts: padded first convolution, a block with and one without a residual, average, two dense layers. */
export async function smallModel(options: SmallModelOptions = {}): Promise<SmallModel> {
  const { side = 32, channels = 3, labels = ['Ratón', 'Botella', 'b'] } = options;
  const input = layers.input({ shape: [side, side, channels] });
  const init = { kernelInitializer: 'heNormal' as const };
  const norm = (x: layers.SymbolicTensor): layers.SymbolicTensor =>
    layers.layers
      .batchNormalization({
        betaInitializer: 'randomNormal',
        gammaInitializer: 'randomUniform',
        movingMeanInitializer: 'randomNormal',
        movingVarianceInitializer: 'ones',
      })
      .apply(x) as layers.SymbolicTensor;
  const relu6 = (x: layers.SymbolicTensor): layers.SymbolicTensor =>
    layers.layers.reLU({ maxValue: 6 }).apply(x) as layers.SymbolicTensor;
  const conv = (x: layers.SymbolicTensor, filters: number, size = 1): layers.SymbolicTensor =>
    layers.layers
      .conv2d({ filters, kernelSize: size, padding: 'same', useBias: false, ...init })
      .apply(x) as layers.SymbolicTensor;
  const depthwise = (x: layers.SymbolicTensor, strides: 1 | 2): layers.SymbolicTensor => {
    const padding = strides === 2 ? 'valid' : 'same';
    const padded =
      strides === 2
        ? (layers.layers
            .zeroPadding2d({
              padding: [
                [0, 1],
                [0, 1],
              ],
            })
            .apply(x) as layers.SymbolicTensor)
        : x;
    return layers.layers
      .depthwiseConv2d({
        kernelSize: 3,
        strides,
        padding,
        useBias: false,
        depthwiseInitializer: 'heNormal',
      })
      .apply(padded) as layers.SymbolicTensor;
  };
  const padded = layers.layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [0, 1],
      ],
    })
    .apply(input) as layers.SymbolicTensor;
  let x = layers.layers
    .conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'valid', useBias: false, ...init })
    .apply(padded) as layers.SymbolicTensor;
  x = relu6(norm(x));
  x = norm(conv(relu6(norm(depthwise(x, 1))), 4));
  const start = x;
  x = norm(conv(relu6(norm(depthwise(relu6(norm(conv(x, 12))), 1))), 4));
  x = layers.layers.add().apply([start, x]) as layers.SymbolicTensor;
  x = norm(conv(relu6(norm(depthwise(relu6(norm(conv(x, 12))), 2))), 6));
  x = relu6(norm(conv(x, 20)));
  const backbone = layers.sequential({
    layers: [layers.model({ inputs: input, outputs: x }), layers.layers.globalAveragePooling2d({})],
  });
  const head = layers.sequential({
    layers: [
      layers.layers.dense({ units: 10, activation: 'relu', inputShape: [20] }),
      layers.layers.dense({ units: labels.length, activation: 'softmax', useBias: false }),
    ],
  });
  const model = layers.sequential({ layers: [backbone, head] });
  return { model, files: await filesOf(model, { ...options, labels, side, channels }) };
}

async function filesOf(
  model: layers.LayersModel,
  options: SmallModelOptions & { side: number; channels: 1 | 3; labels: readonly string[] },
): Promise<Record<string, string | Uint8Array>> {
  const kept: { artifacts?: tf.io.ModelArtifacts } = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      kept.artifacts = artifacts;
      const modelArtifactsInfo = { dateSaved: new Date(0), modelTopologyType: 'JSON' as const };
      return Promise.resolve({ modelArtifactsInfo });
    }),
  );
  const { modelTopology, weightSpecs, weightData } = kept.artifacts ?? {};
  const weights = (weightSpecs ?? []).map((spec, i) => {
    const [, kind = ''] = /([^/]*)$/.exec(spec.name) ?? [];
    const name = options.renamed === true ? `other_${i}/${kind}` : spec.name;
    return { name, shape: spec.shape, dtype: spec.dtype };
  });
  const topology = JSON.parse(JSON.stringify(modelTopology)) as unknown;
  const json = {
    modelTopology: options.listConfig === true ? withLists(topology) : topology,
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const metadata = {
    tfjsVersion: '1.3.1',
    packageName: '@teachablemachine/image',
    userMetadata: {},
    modelName: 'tm-my-image-model',
    labels: options.labels,
    imageSize: options.side,
    ...(options.channels === 1 && { grayscale: true }),
  };
  return {
    'model.json': JSON.stringify(json),
    'weights.bin': new Uint8Array(weightData as ArrayBuffer),
    'metadata.json': JSON.stringify(metadata),
  };
}

/** Sequential configs as lists. */
function withLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLists);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
    key,
    withLists(inner),
  ]);
  const changed = Object.fromEntries(entries) as Record<string, unknown>;
  const config = changed.config;
  const isSequential = changed.class_name === 'Sequential';
  return isSequential && typeof config === 'object' && config !== null && 'layers' in config
    ? { ...changed, config: config.layers }
    : changed;
}

export async function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Blob> {
  const archive = createArchive();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') await archive.text(name, content);
    else await archive.bytes(name, content);
  }
  return archive.finish();
}
