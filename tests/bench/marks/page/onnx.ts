// The embedded backbone, a tensor in and an embedding out: TensorFlow.js as the engine runs it, and ONNX Runtime on the graph
// that Handful exports. One thread each.
import * as ort from 'onnxruntime-web/wasm';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { onnxBytes } from '#lib/exchange/onnx-file.ts';
import { onnxModel } from '#lib/exchange/onnx-model.ts';
import type { DenseHead } from '#lib/learning/head.ts';
import { backboneSource } from './network.ts';
import { inTurns, type Times } from './turns.ts';

export interface BareTimes {
  readonly times: Times;
  /** Largest difference of the two embeddings, as a share of the largest number in them. */
  readonly difference: number;
}

export async function againstOnnxRuntime(rounds: number): Promise<BareTimes> {
  const source = await backboneSource();
  const folded = source.fold();
  if (!folded) throw new Error('the embedded backbone has no layers');
  const backbone = await source.build();
  const { inputSizePx: side, embeddingSize: dimension } = folded;
  const graph = onnxModel({
    folded,
    head: smallHead(folded.id, folded.sha256, dimension),
    whitening: null,
    samples: [],
    unknownThreshold: null,
    name: 'bench',
  });
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(onnxBytes(graph), {
    executionProviders: ['wasm'],
  });
  const random = seededRandom(3);
  const pixels = Float32Array.from({ length: side * side * 3 }, () => Math.floor(256 * random()));
  const [low, high] = folded.inputRange;
  const input = pixels.map((value) => low + (value / 255) * (high - low));
  const image = new ort.Tensor('float32', pixels, [1, side, side, 3]);
  const ask = async (): Promise<Float32Array> => {
    const { embedding } = await session.run({ image }, ['embedding']);
    return embedding?.data as Float32Array;
  };
  const times = await inTurns(
    [
      { name: 'ours', once: () => backbone.embed(input) },
      { name: 'peer', once: ask },
    ],
    rounds,
  );
  const [ours, peer] = [await backbone.embed(input), await ask()];
  const largest = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = ours.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (peer[i] ?? 0))),
    0,
  );
  backbone.dispose();
  await session.release();
  return { times, difference: apart / largest };
}

/** The graph wants a head; its one small layer is not asked for. */
function smallHead(backboneId: string, backboneSha256: string, dimension: number): DenseHead {
  const kernel = new Float32Array(2 * dimension);
  const layer = { kernel, bias: new Float32Array(2), units: 2, activation: 'softmax' } as const;
  return {
    kind: 'dense',
    spec: { ...defaultHeadSettings.dense, hiddenUnits: 0 },
    backboneId,
    backboneSha256,
    classIds: ['a', 'b'],
    labels: ['a', 'b'],
    dimension,
    sampleCount: 0,
    layers: [layer],
  };
}
