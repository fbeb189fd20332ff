// MobileNet V1 0.25 at 224 pixels as the hub's graph is written, with seeded random weights: for where the real ones are not.
import { seededRandom } from '#lib/core/random.ts';

export interface HubNetwork {
  readonly model: string;
  readonly weights: Uint8Array;
  /** Row of a catalogue for a folder `name`. */
  readonly row: Readonly<Record<string, unknown>>;
}

const width = 0.25;
/** Output channels at full width and stride, one a depthwise-separable pair. */
const pairs = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;
const prefix = 'module_apply_default/MobilenetV1';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export function hubNetwork(folder: string): HubNetwork {
  const random = seededRandom(1);
  const nodes: object[] = [
    { name: 'images', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' } } },
  ];
  const listed: Weight[] = [];
  const numbers: Buffer[] = [];
  const constant = (
    name: string,
    shape: readonly number[],
    values: Float32Array | Int32Array,
  ): void => {
    const whole = values instanceof Int32Array;
    const type = whole ? 'DT_INT32' : 'DT_FLOAT';
    nodes.push({ name, op: 'Const', attr: { dtype: { type } } });
    listed.push({ name, shape, dtype: whole ? 'int32' : 'float32' });
    numbers.push(Buffer.from(values.buffer));
  };
  let input = 'images';
  let parameters = 0;
  const convolve = (op: string, shape: readonly number[], out: number, stride: number): void => {
    const name = `${prefix}/layer_${nodes.length}`;
    const size = shape.reduce((product, n) => product * n, 1);
    const scale = Math.sqrt(24 / (size / out));
    constant(
      `${name}/weights`,
      shape,
      Float32Array.from({ length: size }, () => scale * (random() - 0.5)),
    );
    constant(`${name}/bias`, [out], new Float32Array(out));
    nodes.push({
      name,
      op,
      input: [input, `${name}/weights`, `${name}/bias`],
      attr: fused(stride),
    });
    input = name;
    parameters += size + out;
  };
  let channels = 32 * width;
  convolve('_FusedConv2D', [3, 3, 3, channels], channels, 2);
  for (const [out, stride] of pairs) {
    convolve('FusedDepthwiseConv2dNative', [3, 3, channels, 1], channels, stride);
    convolve('_FusedConv2D', [1, 1, channels, out * width], out * width, 1);
    channels = out * width;
  }
  constant(`${prefix}/places`, [2], Int32Array.of(1, 2));
  const pool = `${prefix}/Logits/global_pool`;
  const attr = { keep_dims: { b: true }, Tidx: { type: 'DT_INT32' }, T: { type: 'DT_FLOAT' } };
  nodes.push({ name: pool, op: 'Mean', input: [input, `${prefix}/places`], attr });
  const modelTopology = { node: nodes, versions: { producer: 38 } };
  const weightsManifest = [{ paths: ['weights.bin'], weights: listed }];
  const weights = new Uint8Array(Buffer.concat(numbers));
  return {
    model: JSON.stringify({ format: 'graph-model', modelTopology, weightsManifest }),
    weights,
    row: catalogueRow(folder, 'seeded random weights', channels, parameters),
  };
}

/** A row for any MobileNet V1 0.25 in `folder`. */
export function catalogueRow(
  folder: string,
  note: string,
  embeddingSize = 256,
  parameters = 218_544,
): Readonly<Record<string, unknown>> {
  return {
    kind: 'mobilenet',
    id: 'mobilenet-v1-0.25@bench',
    name: 'MobileNet V1 0.25',
    modelUrl: `${folder}/model.json`,
    version: 1,
    alpha: width,
    inputRange: [0, 1],
    sizePx: 224,
    embeddingSize,
    parameters,
    licence: 'Apache-2.0',
    note,
  };
}

const fused = (stride: number): object => ({
  strides: { list: { i: ['1', `${stride}`, `${stride}`, '1'] } },
  dilations: { list: { i: ['1', '1', '1', '1'] } },
  padding: { s: base64('SAME') },
  data_format: { s: base64('NHWC') },
  fused_ops: { list: { s: [base64('BiasAdd'), base64('Relu6')] } },
  num_args: { i: '1' },
  epsilon: { f: 0 },
  T: { type: 'DT_FLOAT' },
});
