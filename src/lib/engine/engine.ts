// The engine: its verbs, one after the other, on one runtime, one training store and one head.
// It runs in the worker and, with other surroundings, in tests.

import * as tf from '@tensorflow/tfjs-core';
import { succeed, type Result } from '#lib/core/failure.ts';
import type { Prediction } from '#lib/core/prediction.ts';
import { sampleSizePx } from '#lib/core/project.ts';
import { TrainingStore, type StoreOrigin } from '#lib/learning/training-store.ts';
import { Embedder, type Embedded } from './embedder.ts';
import type { EvaluateContext } from './evaluate.ts';
import { EvidenceOfHead, explanationOf } from './explain.ts';
import { fitHead } from './fit.ts';
import { HeadInUse } from './head-in-use.ts';
import { headTrial } from './head-trial.ts';
import { layersTrial } from './layers-trial.ts';
import type { Pictures } from './pictures.ts';
import type { EngineState, VerbName, Verbs } from './protocol.ts';
import { Runtime, type RuntimeSurroundings, type SlowContext } from './runtime.ts';
import { Turns } from './turns.ts';

export interface Surroundings extends RuntimeSurroundings {
  readonly pictures: Pictures;
  /** The engine changed by itself. */
  readonly onStateChange: (state: EngineState, reason: string) => void;
}

type Ask<V extends VerbName> = Verbs[V]['request'];
type Answer<V extends VerbName> = Promise<Result<Verbs[V]['answer']>>;
type EngineVerbs = {
  [V in VerbName]: (request: Ask<V>, context: SlowContext) => Answer<V>;
};

// What the first frame and the first lesson can do without comes when it is asked for.
const evaluation = () => import('./evaluate.ts');
const lessonNetwork = () => import('./network-verbs.ts');

export class Engine implements EngineVerbs {
  readonly #surroundings: Surroundings;
  readonly #runtime: Runtime;
  readonly #turns: Turns;
  readonly #embedder: Embedder;
  readonly #evidence = new EvidenceOfHead();
  readonly #inUse = new HeadInUse();
  #store: TrainingStore | null = null;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#turns = new Turns(surroundings.now);
    this.#runtime = new Runtime(surroundings);
    this.#embedder = new Embedder(this.#runtime, surroundings.pictures, surroundings.now);
    this.#runtime.onLost = () => void this.#turns.runAnyway(() => this.#runtime.recover());
    this.#runtime.onRecovered = (reason) => surroundings.onStateChange(this.#runtime.state, reason);
  }

  /** A fresh start: no samples and no head. */
  start(options: Ask<'start'>, context: SlowContext): Answer<'start'> {
    return this.#slowly(context, async () => {
      const started = await this.#runtime.start(options, context);
      this.#inUse.head = null;
      if (started.ok) this.#store = null;
      return started;
    });
  }

  useBackend({ backend }: Ask<'useBackend'>, context: SlowContext): Answer<'useBackend'> {
    return this.#slowly(context, () => this.#runtime.useBackend(backend, context));
  }

  installBackbone(
    { backbone }: Ask<'installBackbone'>,
    { signal }: SlowContext,
  ): Answer<'installBackbone'> {
    return this.#turns.run(signal, () => {
      const installed = this.#runtime.install(backbone);
      return Promise.resolve(installed.ok ? succeed(this.#runtime.state) : installed);
    });
  }

  uninstallBackbone(
    { backboneId }: Ask<'uninstallBackbone'>,
    { signal }: SlowContext,
  ): Answer<'uninstallBackbone'> {
    return this.#turns.run(signal, () => {
      this.#runtime.uninstall(backboneId);
      return Promise.resolve(succeed(this.#runtime.state));
    });
  }

  /** Another backbone's embeddings do not fit: samples and head are dropped. */
  useBackbone({ backboneId }: Ask<'useBackbone'>, context: SlowContext): Answer<'useBackbone'> {
    return this.#slowly(context, () => this.#runtime.useBackbone(backboneId, context));
  }

  capture({ frame }: Ask<'capture'>, { signal }: SlowContext): Answer<'capture'> {
    return this.#turns.withImage(frame.image, signal, async () => {
      const jpeg = await this.#pictures.encodeJpeg(frame.image, frame.crop, sampleSizePx);
      const embedded = await this.#embedder.jpeg(jpeg);
      return embedded.ok
        ? succeed({ jpeg, sizePx: sampleSizePx, embedding: embedded.value.embedding })
        : embedded;
    });
  }

  embedJpeg({ jpeg }: Ask<'embedJpeg'>, { signal }: SlowContext): Answer<'embedJpeg'> {
    return this.#turns.run(signal, async () => {
      const embedded = await this.#embedder.jpeg(jpeg);
      return embedded.ok ? succeed({ embedding: embedded.value.embedding }) : embedded;
    });
  }

  inspectJpeg(
    { jpeg, border }: Ask<'inspectJpeg'>,
    { signal }: SlowContext,
  ): Answer<'inspectJpeg'> {
    return this.#turns.run(signal, () => this.#embedder.inspect(jpeg, border));
  }

  inputPixels({ jpeg }: Ask<'inputPixels'>, { signal }: SlowContext): Answer<'inputPixels'> {
    return this.#turns.run(signal, () => this.#embedder.input(jpeg));
  }

  classify({ frame, withEmbedding }: Ask<'classify'>, { signal }: SlowContext): Answer<'classify'> {
    return this.#turns.withImage(frame.image, signal, async () => {
      if (!this.#inUse.head) return succeed(null);
      const embedded = await this.#embedder.image(frame.image, frame.crop);
      return embedded.ok ? succeed(this.#predict(embedded.value, withEmbedding)) : embedded;
    });
  }

  explain(
    { frame, layer, withEmbedding }: Ask<'explain'>,
    { signal }: SlowContext,
  ): Answer<'explain'> {
    return this.#turns.withImage(frame.image, signal, async () => {
      const seen = await this.#embedder.look(frame, layer?.layer ?? null);
      if (!seen.ok) return seen;
      const evidence = this.#evidence.of(this.#inUse.head, this.#runtime.source.whitening);
      const layers = this.#runtime.state.layers ?? [];
      const prediction = this.#predict(seen.value, withEmbedding);
      return succeed({ prediction, ...explanationOf(seen.value.look, evidence, layers, layer) });
    });
  }

  classifyJpeg({ jpeg }: Ask<'classifyJpeg'>, { signal }: SlowContext): Answer<'classifyJpeg'> {
    return this.#turns.run(signal, async () => {
      const embedded = await this.#embedder.jpeg(jpeg);
      if (!embedded.ok) return embedded;
      const { embedding } = embedded.value;
      return succeed({ embedding, prediction: this.#predict(embedded.value) });
    });
  }

  /** Stops at the first sample that does not fit; those before it are kept. */
  putSamples({ samples }: Ask<'putSamples'>, { signal }: SlowContext): Answer<'putSamples'> {
    return this.#turns.run(signal, () => {
      const store = this.#requiredStore();
      for (const { id, classId, embedding } of samples) {
        const put = store.put(id, classId, embedding);
        if (!put.ok) return Promise.resolve(put);
      }
      return Promise.resolve(succeed(null));
    });
  }

  removeSamples({ ids }: Ask<'removeSamples'>, { signal }: SlowContext): Answer<'removeSamples'> {
    return this.#turns.run(signal, () => {
      for (const id of ids) this.#store?.remove(id);
      return Promise.resolve(succeed(null));
    });
  }

  clearSamples(_request: null, { signal }: SlowContext): Answer<'clearSamples'> {
    return this.#turns.run(signal, () => {
      this.#store?.clear();
      return Promise.resolve(succeed(null));
    });
  }

  /** Aborting stops a dense training, and the answer holds what was learned so far; a fit never rejects with AbortError. */
  fit(request: Ask<'fit'>, context: SlowContext): Answer<'fit'> {
    return this.#turns.runAnyway(async () => {
      const store = this.#requiredStore();
      const training = this.#turns.training(context);
      const fitted = await this.#runtime.withRecovery(() => fitHead(store, request, training));
      if (!fitted.ok) return fitted;
      this.#inUse.head = fitted.value.head;
      return succeed(fitted.value.report);
    });
  }

  evaluate(request: Ask<'evaluate'>, context: SlowContext): Answer<'evaluate'> {
    return this.#evaluate(context, async (store, slow) => {
      const { evaluate } = await evaluation();
      return evaluate(store, request, slow);
    });
  }

  learningCurve(request: Ask<'learningCurve'>, context: SlowContext): Answer<'learningCurve'> {
    return this.#evaluate(context, async (store, slow) => {
      const { curve } = await evaluation();
      return curve(store, request, slow);
    });
  }

  unknownLimit(request: Ask<'unknownLimit'>, { signal }: SlowContext): Answer<'unknownLimit'> {
    return this.#turns.run(signal, async () => {
      const { takesLimit } = await evaluation();
      return takesLimit(this.#requiredStore(), request);
    });
  }

  /** Aborting stops the training; it never rejects with AbortError. */
  trainNetwork(request: Ask<'trainNetwork'>, context: SlowContext): Answer<'trainNetwork'> {
    return this.#turns.runAnyway(async () => {
      const { trainedNetwork } = await lessonNetwork();
      const slow = this.#turns.training(context);
      return this.#runtime.withRecovery(() => trainedNetwork(request, slow));
    });
  }

  readGrid({ jpeg, input }: Ask<'readGrid'>, { signal }: SlowContext): Answer<'readGrid'> {
    return this.#turns.run(signal, async () => {
      const { jpegGrid } = await lessonNetwork();
      return jpegGrid(this.#pictures, jpeg, input);
    });
  }

  /** Overtakes in a training's pauses; a frame's image is closed. */
  runNetwork(
    { network, picture }: Ask<'runNetwork'>,
    { signal }: SlowContext,
  ): Answer<'runNetwork'> {
    const run = async (): Answer<'runNetwork'> => {
      const { networkRun } = await lessonNetwork();
      return this.#runtime.withRecovery(() => networkRun(this.#pictures, network, picture));
    };
    return 'image' in picture
      ? this.#turns.withImage(picture.image, signal, run)
      : this.#turns.run(signal, run, true);
  }

  tryHead(request: Ask<'tryHead'>, context: SlowContext): Answer<'tryHead'> {
    return this.#turns.run(context.signal, () =>
      headTrial(this.#origin(), request, this.#turns.training(context)),
    );
  }

  /** Fails with `head-mismatch` when the head belongs to other weights; the old head stays then. */
  setHead({ head }: Ask<'setHead'>, { signal }: SlowContext): Answer<'setHead'> {
    return this.#turns.run(signal, () =>
      Promise.resolve(this.#inUse.set(head, this.#runtime.source, this.#requiredStore())),
    );
  }

  /** Fails with `too-few-classes` when a KNN head's samples have gone. */
  wholeHead(_request: null, { signal }: SlowContext): Answer<'wholeHead'> {
    return this.#turns.run(signal, () => Promise.resolve(this.#inUse.whole(this.#requiredStore())));
  }

  whiteningAsset(_request: null, { signal }: SlowContext): Answer<'whiteningAsset'> {
    return this.#turns.run(signal, () => {
      const { whitening } = this.#runtime.source;
      const asset = whitening ? { json: whitening.json, bytes: whitening.bytes } : null;
      return Promise.resolve(succeed(asset));
    });
  }

  foldedBackbone(_request: null, { signal }: SlowContext): Answer<'foldedBackbone'> {
    return this.#turns.run(signal, () => Promise.resolve(succeed(this.#runtime.source.fold())));
  }

  backboneFiles(_request: null, { signal }: SlowContext): Answer<'backboneFiles'> {
    return this.#turns.run(signal, () => Promise.resolve(succeed(this.#runtime.source.files())));
  }

  tryLayersModel(
    request: Ask<'tryLayersModel'>,
    { signal }: SlowContext,
  ): Answer<'tryLayersModel'> {
    return this.#turns.run(signal, () =>
      this.#runtime.withRecovery(() => layersTrial(this.#pictures, request, signal)),
    );
  }

  tryGraph(request: Ask<'tryGraph'>, { signal }: SlowContext): Answer<'tryGraph'> {
    return this.#turns.run(signal, async () => {
      const { graphTrial } = await import('./graph-trial.ts');
      return this.#runtime.withRecovery(() => graphTrial(this.#pictures, request, signal));
    });
  }

  memory(_request: null, { signal }: SlowContext): Answer<'memory'> {
    return this.#turns.run(signal, () => {
      const { numTensors: tensors, numBytes: tensorBytes } = tf.memory();
      return Promise.resolve(succeed({ tensors, tensorBytes, samples: this.#store?.size ?? 0 }));
    });
  }

  /** Frees all tensors. */
  dispose(): void {
    this.#runtime.dispose();
  }

  get #pictures(): Pictures {
    return this.#surroundings.pictures;
  }

  /** Verbs that judge what the store holds; frames come through in their pauses. */
  #evaluate<T>(
    context: SlowContext,
    judge: (store: TrainingStore, slow: EvaluateContext) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.#turns.run(context.signal, () => {
      const store = this.#requiredStore();
      return this.#runtime.withRecovery(() => judge(store, this.#turns.training(context)));
    });
  }

  /** Verbs that change the runtime: store and head follow when the backbone is another one. */
  #slowly(context: SlowContext, change: () => Promise<Result<null>>): Promise<Result<EngineState>> {
    return this.#turns.run(context.signal, async () => {
      const changed = await change();
      if (!changed.ok) return changed;
      this.#followBackbone();
      return succeed(this.#runtime.state);
    });
  }

  #followBackbone(): void {
    if (this.#store?.origin.backboneSha256 === this.#runtime.source.facts.sha256) return;
    this.#inUse.head = null;
    this.#store = new TrainingStore(this.#origin());
  }

  #origin(): StoreOrigin {
    const { facts, whitening } = this.#runtime.source;
    return {
      backboneId: facts.id,
      backboneSha256: facts.sha256,
      dimension: facts.embeddingSize,
      whitening: whitening?.whitening ?? null,
    };
  }

  #requiredStore(): TrainingStore {
    if (!this.#store) throw new Error('the engine has not been started');
    return this.#store;
  }

  #predict(embedded: Embedded, withEmbedding = false): Prediction | null {
    const prediction = this.#inUse.predict(embedded, this.#requiredStore(), this.#surroundings.now);
    if (!prediction || !withEmbedding) return prediction;
    return { ...prediction, embedding: embedded.embedding };
  }
}
