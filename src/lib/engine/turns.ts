// Whose turn it is in the engine: verbs one after the other, those on a frame also in the pauses of a long one.

import type { Result } from '#lib/core/failure.ts';
import { closeImage } from './image.ts';
import type { TrainingContext } from './networks/dense.ts';
import type { Frame } from './protocol.ts';
import type { SlowContext } from './runtime.ts';
import { Sequence } from './sequence.ts';

/** What a long verb needs of the engine. `now` is a clock in ms. */
export interface LongContext extends TrainingContext, SlowContext {
  readonly now: () => number;
}

type Task<T> = () => Promise<Result<T>>;

/** A long verb lets frames through at least this often. */
const pauseEveryMs = 16;

export class Turns {
  readonly #sequence = new Sequence();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs `task` in its turn; rejects with AbortError when it was aborted before. A `light` one may overtake in a pause. */
  run<T>(signal: AbortSignal, task: Task<T>, light = false): Promise<Result<T>> {
    return this.#sequence.run(async () => {
      signal.throwIfAborted();
      return task();
    }, light);
  }

  /** For verbs that deal with an abort themselves. */
  runAnyway<T>(task: Task<T>): Promise<Result<T>> {
    return this.#sequence.run(task);
  }

  /** Verbs on a frame may overtake in a long verb's pauses. The image is closed whatever happens. */
  withImage<T>(image: Frame['image'], signal: AbortSignal, task: Task<T>): Promise<Result<T>> {
    return this.run(signal, task, true).finally(() => closeImage(image));
  }

  /** For the long verb whose turn it is. */
  training({ signal, onProgress }: SlowContext): LongContext {
    return {
      signal,
      onProgress,
      onEpoch: (log) => onProgress({ kind: 'epoch', log }),
      pause: this.#sequence.pauses(pauseEveryMs, this.#now),
      now: this.#now,
    };
  }
}
