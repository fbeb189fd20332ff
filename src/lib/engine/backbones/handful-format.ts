// Our own backbone format: `model.json` lists folded layers in order, `weights.bin` holds their float16 numbers.

import * as v from 'valibot';

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const offset = v.pipe(v.number(), v.integer(), v.minValue(0));

const layerSchema = v.object({
  name: v.string(),
  kind: v.picklist(['conv', 'depthwise']),
  /** conv: [height, width, in, out]; depthwise: [height, width, in, 1]. */
  kernel: v.strictTuple([positive, positive, positive, positive]),
  stride: v.picklist([1, 2]),
  activation: v.picklist(['relu', 'relu6', 'linear']),
  /** `start` keeps the layer's input, `add` adds what was kept to the layer's output. */
  residual: v.optional(v.picklist(['start', 'add'])),
  kernelOffset: offset,
  biasOffset: offset,
});

const manifestSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  version: v.pipe(v.string(), v.minLength(1)),
  architecture: v.string(),
  input: v.object({
    sizePx: v.pipe(positive, v.maxValue(1024)),
    range: v.strictTuple([v.number(), v.number()]),
    channels: v.literal('RGB'),
    crop: v.literal('centre square'),
    padding: v.literal('TensorFlow SAME'),
  }),
  embedding: positive,
  dtype: v.picklist(['float16 little-endian', 'float32 little-endian']),
  parameters: positive,
  weights: v.object({
    file: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
    bytes: positive,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  layers: v.pipe(v.array(layerSchema), v.minLength(1)),
});

export type HandfulLayer = v.InferOutput<typeof layerSchema>;
export type HandfulManifest = v.InferOutput<typeof manifestSchema>;

/** The manifest in `text`, or the reason why it is none. */
export function parseManifest(
  text: string,
): { ok: true; value: HandfulManifest } | { ok: false; reason: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'model.json is not JSON' };
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (!parsed.success) return { ok: false, reason: `model.json: ${issueText(parsed.issues[0])}` };
  const reason = layerProblem(parsed.output);
  return reason === null ? { ok: true, value: parsed.output } : { ok: false, reason };
}

export function bytesPerNumber({ dtype }: Pick<HandfulManifest, 'dtype'>): 2 | 4 {
  return dtype === 'float32 little-endian' ? 4 : 2;
}

/** Numbers of a layer's bias: one an output channel. */
export function outputChannels(layer: HandfulLayer): number {
  return layer.kind === 'conv' ? layer.kernel[3] : layer.kernel[2];
}

/** Where and what, in one line. */
export function issueText(issue: {
  readonly message: string;
  readonly path?: readonly { readonly key: unknown }[] | undefined;
}): string {
  const path = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Channels must chain, residuals must pair, and every layer's numbers must lie inside the file. */
function layerProblem(manifest: HandfulManifest): string | null {
  let channels = 3;
  let kept: number | null = null;
  for (const layer of manifest.layers) {
    const kernelSize = layer.kernel.reduce((product, side) => product * side, 1);
    const out = outputChannels(layer);
    if (layer.kernel[2] !== channels) return `layer ${layer.name} expects other channels`;
    if (layer.kind === 'depthwise' && layer.kernel[3] !== 1)
      return `layer ${layer.name} multiplies channels`;
    const size = bytesPerNumber(manifest);
    const end = Math.max(layer.kernelOffset + size * kernelSize, layer.biasOffset + size * out);
    if (end > manifest.weights.bytes) return `layer ${layer.name} lies outside the weights`;
    if (layer.residual === 'start') kept = channels;
    if (layer.residual === 'add' && kept !== out)
      return `layer ${layer.name} adds what was not kept`;
    channels = out;
  }
  return channels === manifest.embedding ? null : 'the last layer does not give the embedding';
}
