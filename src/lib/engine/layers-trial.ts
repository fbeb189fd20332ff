// A layers model that was just written, run by TensorFlow.js' own layers as other programs will run it.

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { centreSquare } from '#lib/core/crop.ts';
import { fail, messageOf, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { closeImage } from './image.ts';
import type { Pictures } from './pictures.ts';
import { InputWriter } from './preprocess.ts';
import type { LayersTrialRequest } from './protocol.ts';

/** What Teachable Machine's library makes of a pixel: x / 127 − 1. */
const pixelRange = [-1, 255 / 127 - 1] as const;

/** Probabilities of each picture. Fails with `bad-file` when the model cannot be built, `bad-picture` as decoding does. */
export async function layersTrial(
  pictures: Pictures,
  { model: json, weights, inputSizePx, jpegs }: LayersTrialRequest,
  signal: AbortSignal,
): Promise<Result<readonly Float32Array[]>> {
  const loaded = await build(json, weights.slice().buffer);
  if (!loaded.ok) return loaded;
  const model = loaded.value;
  const variables = model.weights.map((weight) => weight.read());
  const writer = new InputWriter();
  const all: Float32Array[] = [];
  try {
    for (const jpeg of jpegs) {
      signal.throwIfAborted();
      const picture = await pictures.decode(jpeg);
      if (!picture.ok) return picture;
      const rgba = await pictures.pixels(picture.value, centreSquare, inputSizePx);
      closeImage(picture.value);
      const input = writer.write(rgba, pixelRange);
      const shape: [number, number, number, number] = [1, inputSizePx, inputSizePx, 3];
      const output = tf.tidy(() => model.predict(tf.tensor4d(input, shape)));
      if (Array.isArray(output)) return fail(notRunning('it has several outputs'));
      all.push(await output.data<'float32'>());
      output.dispose();
    }
    return succeed(all);
  } finally {
    model.dispose();
    // Models inside models are counted wrongly by tfjs-layers, and some of their weights would stay.
    tf.dispose(variables);
  }
}

const notRunning = (detail: string): Failure => ({
  code: 'bad-file',
  fileName: 'model.json',
  reason: `was written but does not run (${detail}).`,
  advice: 'Save the project file instead; it holds everything.',
});

async function build(json: string, weightData: ArrayBuffer): Promise<Result<LayersModel>> {
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  try {
    const { modelTopology, weightsManifest } = JSON.parse(json) as tf.io.ModelJSON;
    const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
    const handler = tf.io.fromMemory({ modelTopology, weightSpecs, weightData });
    return succeed(await loadLayersModel(handler));
  } catch (error) {
    return fail(notRunning(messageOf(error)));
  }
}
