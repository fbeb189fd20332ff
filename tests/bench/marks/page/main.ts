// A page on which Handful and its peers do the same work in turns; the bench (`../run.ts`) drives it.
import * as tf from '@tensorflow/tfjs-core';
import { wasmDriver } from '#lib/engine/backends/wasm.ts';
import { ceiling } from './ceiling.ts';
import { againstMobileNetKnn, againstTeachableMachine } from './frames.ts';
import { againstKnnClassifier, againstTeachableRecipe, fitOf } from './learning.ts';
import { memoryRun } from './memory.ts';
import { backboneSource, roundTrip } from './network.ts';
import { againstOnnxRuntime } from './onnx.ts';

const marks = {
  againstTeachableMachine,
  againstMobileNetKnn,
  roundTrip,
  againstOnnxRuntime,
  ceiling,
  againstTeachableRecipe,
  againstKnnClassifier,
  fitOf,
  memoryRun,
  async multiplyAdds() {
    const backbone = await (await backboneSource()).build();
    const { layers } = backbone.inside ?? { layers: [] };
    backbone.dispose();
    return layers.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  },
};

export type Marks = typeof marks;

declare global {
  interface Window {
    marks: Marks;
    ready: Promise<void>;
  }
}

/** The peers compute on this page's own wasm, one thread, as the engine does in its worker. */
async function prepare(): Promise<void> {
  await wasmDriver.load();
  if (!(await tf.setBackend('wasm'))) throw new Error('no wasm backend');
  await tf.ready();
}

window.marks = marks;
window.ready = prepare();
