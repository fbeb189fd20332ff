// The page's door to the engine: one method a verb. Restarts a worker that died and gives it backbone and head back.
// Samples are not remembered here: their owner has them in storage and puts them again when `onRestart` calls.

import { succeed, type Failure, type Result } from '#lib/core/failure.ts';
import { isComplete, type FittedHead } from '#lib/learning/head.ts';
import { FrameLane } from './frame-lane.ts';
import { closeImage } from './image.ts';
import type { EngineState, StartOptions, VerbName, Verbs } from './protocol.ts';
import { WorkerKeeper, type Answer, type CallOptions } from './worker-keeper.ts';
import { defaultSilenceMs } from './worker-life.ts';

type RequestOf<V extends VerbName> = Verbs[V]['request'];
type Listener<T extends unknown[]> = (...values: T) => void;

export class EngineClient {
  readonly #keeper: WorkerKeeper;
  readonly #stateListeners = new Set<Listener<[EngineState, string]>>();
  readonly #failureListeners = new Set<Listener<[Failure]>>();
  readonly #restartListeners = new Set<Listener<[]>>();
  /** What a new worker is started with. */
  #options: StartOptions | null = null;
  #head: FittedHead | null = null;
  readonly #lane = new FrameLane();

  constructor(createWorker: () => Worker = engineWorker, silenceMs = defaultSilenceMs) {
    this.#keeper = new WorkerKeeper(createWorker, silenceMs, {
      revive: (call) => this.#revive(call),
      onRestart: () => tell(this.#restartListeners),
      onFailure: (failure) => tell(this.#failureListeners, failure),
      onStateChange: (state, reason) => tell(this.#stateListeners, state, reason),
    });
  }

  /** The engine changed by itself (a lost graphics context, a restart). */
  onStateChange(listener: Listener<[EngineState, string]>): void {
    this.#stateListeners.add(listener);
  }

  /** The worker died and could not be restarted. */
  onFailure(listener: Listener<[Failure]>): void {
    this.#failureListeners.add(listener);
  }

  /** A new worker is ready with backbone and head, but without samples: put them again. */
  onRestart(listener: Listener<[]>): void {
    this.#restartListeners.add(listener);
  }

  /** A fresh start, without samples and head. May be called again, also after a failure. */
  async start(options: StartOptions, callOptions?: CallOptions): Answer<'start'> {
    this.#keeper.forgive();
    this.#head = null;
    const started = await this.#keeper.call('start', options, callOptions);
    if (started.ok) this.#remember(options, started.value);
    return started;
  }

  async useBackend(request: RequestOf<'useBackend'>, options?: CallOptions): Answer<'useBackend'> {
    const used = await this.#keeper.call('useBackend', request, options);
    if (used.ok && this.#options) {
      this.#remember({ ...this.#options, backend: request.backend }, used.value);
    }
    return used;
  }

  /** The engine's samples and head belong to the old backbone and are dropped. */
  async useBackbone(
    request: RequestOf<'useBackbone'>,
    options?: CallOptions,
  ): Answer<'useBackbone'> {
    const used = await this.#keeper.call('useBackbone', request, options);
    if (!used.ok || !this.#options) return used;
    this.#remember(this.#options, used.value);
    if (this.#head?.backboneSha256 !== used.value.backbone.sha256) this.#head = null;
    return used;
  }

  /** A worker that is restarted gets it again. */
  async installBackbone(
    request: RequestOf<'installBackbone'>,
    options?: CallOptions,
  ): Answer<'installBackbone'> {
    const installed = await this.#keeper.call('installBackbone', request, options);
    if (installed.ok && this.#options) {
      const others = (this.#options.installed ?? []).filter(({ id }) => id !== request.backbone.id);
      this.#options = { ...this.#options, installed: [...others, request.backbone] };
    }
    return installed;
  }

  async uninstallBackbone(
    request: RequestOf<'uninstallBackbone'>,
    options?: CallOptions,
  ): Answer<'uninstallBackbone'> {
    const done = await this.#keeper.call('uninstallBackbone', request, options);
    if (done.ok && this.#options) {
      const installed = (this.#options.installed ?? []).filter(
        ({ id }) => id !== request.backboneId,
      );
      this.#options = { ...this.#options, installed };
    }
    return done;
  }

  /** Keeps a frame: its square as JPEG, and the embedding of exactly that JPEG. The image is closed. */
  capture({ frame }: RequestOf<'capture'>, options?: CallOptions): Answer<'capture'> {
    // The worker gets a copy, so that the capture can be repeated should the worker die.
    return this.#keeper.call('capture', { frame }, options).finally(() => closeImage(frame.image));
  }

  embedJpeg(request: RequestOf<'embedJpeg'>, options?: CallOptions): Answer<'embedJpeg'> {
    return this.#keeper.call('embedJpeg', request, options);
  }

  inspectJpeg(request: RequestOf<'inspectJpeg'>, options?: CallOptions): Answer<'inspectJpeg'> {
    return this.#keeper.call('inspectJpeg', request, options);
  }

  inputPixels(request: RequestOf<'inputPixels'>, options?: CallOptions): Answer<'inputPixels'> {
    return this.#keeper.call('inputPixels', request, options);
  }

  /**
   * Embeds and predicts in one round trip; the image is closed. Newest frame wins: while one is in work and one waits,
   * the waiting one gives way. Null: no head, or the frame gave way to a newer one or was lost in a restart.
   */
  classify(request: RequestOf<'classify'>): Answer<'classify'> {
    return this.#lane.send(request.frame, (transfer) =>
      this.#keeper.call('classify', request, {}, transfer),
    );
  }

  /** As `classify`, in the same lane, and with what is behind the prediction. */
  explain(request: RequestOf<'explain'>): Answer<'explain'> {
    return this.#lane.send(request.frame, (transfer) =>
      this.#keeper.call('explain', request, {}, transfer),
    );
  }

  classifyJpeg(request: RequestOf<'classifyJpeg'>, options?: CallOptions): Answer<'classifyJpeg'> {
    return this.#keeper.call('classifyJpeg', request, options);
  }

  putSamples(request: RequestOf<'putSamples'>, options?: CallOptions): Answer<'putSamples'> {
    return this.#keeper.call('putSamples', request, options);
  }

  removeSamples(
    request: RequestOf<'removeSamples'>,
    options?: CallOptions,
  ): Answer<'removeSamples'> {
    return this.#keeper.call('removeSamples', request, options);
  }

  clearSamples(request = null, options?: CallOptions): Answer<'clearSamples'> {
    return this.#keeper.call('clearSamples', request, options);
  }

  /** Fits on the samples that were put. Lost in a restart it fails with `engine-crashed`: the new worker has no samples yet. */
  async fit(request: RequestOf<'fit'>, options?: CallOptions): Answer<'fit'> {
    const fitted = await this.#keeper.call('fit', request, options);
    if (fitted.ok) this.#head = fitted.value.head;
    return fitted;
  }

  /** Evaluates on the samples that were put. Lost in a restart it fails as `fit` does. */
  evaluate(request: RequestOf<'evaluate'>, options?: CallOptions): Answer<'evaluate'> {
    return this.#keeper.call('evaluate', request, options);
  }

  learningCurve(
    request: RequestOf<'learningCurve'>,
    options?: CallOptions,
  ): Answer<'learningCurve'> {
    return this.#keeper.call('learningCurve', request, options);
  }

  unknownLimit(request: RequestOf<'unknownLimit'>, options?: CallOptions): Answer<'unknownLimit'> {
    return this.#keeper.call('unknownLimit', request, options);
  }

  async setHead(request: RequestOf<'setHead'>, options?: CallOptions): Answer<'setHead'> {
    const set = await this.#keeper.call('setHead', request, options);
    if (set.ok) this.#head = request.head;
    return set;
  }

  /** With all its numbers, which may be many megabytes. */
  wholeHead(request = null, options?: CallOptions): Answer<'wholeHead'> {
    return this.#keeper.call('wholeHead', request, options);
  }

  /** Aborting stops the training; the answer then holds what was learned so far. */
  trainNetwork(request: RequestOf<'trainNetwork'>, options?: CallOptions): Answer<'trainNetwork'> {
    return this.#keeper.call('trainNetwork', request, options);
  }

  readGrid(request: RequestOf<'readGrid'>, options?: CallOptions): Answer<'readGrid'> {
    return this.#keeper.call('readGrid', request, options);
  }

  /** A frame's image is closed. */
  runNetwork(request: RequestOf<'runNetwork'>, options?: CallOptions): Answer<'runNetwork'> {
    const { picture } = request;
    const answered = this.#keeper.call('runNetwork', request, options);
    return 'image' in picture ? answered.finally(() => closeImage(picture.image)) : answered;
  }

  tryHead(request: RequestOf<'tryHead'>, options?: CallOptions): Answer<'tryHead'> {
    return this.#keeper.call('tryHead', request, options);
  }

  whiteningAsset(request = null, options?: CallOptions): Answer<'whiteningAsset'> {
    return this.#keeper.call('whiteningAsset', request, options);
  }

  foldedBackbone(request = null, options?: CallOptions): Answer<'foldedBackbone'> {
    return this.#keeper.call('foldedBackbone', request, options);
  }

  backboneFiles(request = null, options?: CallOptions): Answer<'backboneFiles'> {
    return this.#keeper.call('backboneFiles', request, options);
  }

  tryLayersModel(
    request: RequestOf<'tryLayersModel'>,
    options?: CallOptions,
  ): Answer<'tryLayersModel'> {
    return this.#keeper.call('tryLayersModel', request, options);
  }

  tryGraph(request: RequestOf<'tryGraph'>, options?: CallOptions): Answer<'tryGraph'> {
    return this.#keeper.call('tryGraph', request, options);
  }

  memory(request = null, options?: CallOptions): Answer<'memory'> {
    return this.#keeper.call('memory', request, options);
  }

  /** Ends the worker; calls that are open reject with AbortError. */
  dispose(): void {
    this.#lane.clear();
    this.#keeper.dispose();
  }

  #remember(options: StartOptions, { backend, backbone }: EngineState): void {
    this.#options = { ...options, backboneId: backbone.id, rememberedBackend: backend };
  }

  /** Backbone and head into a new worker. When it dies again soon, the graphics driver may be why: then wasm. */
  async #revive(call: WorkerKeeper['callNow']): Promise<Result<null>> {
    if (!this.#options) return succeed(null);
    const again = this.#keeper.recentRestarts > 1;
    const options = again ? { ...this.#options, backend: 'wasm' as const } : this.#options;
    const started = await call('start', options);
    if (!started.ok) return started;
    // A head that looks into the store has nothing to say before the samples are there again.
    if (this.#head && isComplete(this.#head)) {
      const set = await call('setHead', { head: this.#head });
      if (!set.ok) return set;
    }
    tell(this.#stateListeners, started.value, 'the engine was restarted');
    return succeed(null);
  }
}

function tell<T extends unknown[]>(listeners: ReadonlySet<Listener<T>>, ...values: T): void {
  for (const listener of listeners) listener(...values);
}

function engineWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'engine' });
}
