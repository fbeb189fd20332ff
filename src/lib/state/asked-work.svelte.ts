// Work that a button asked for, on the document as it is: given up and begun again when that changes under it.

import { isAbort } from '#lib/core/failure.ts';
import { delay } from './clock.ts';

export interface WorkProgress {
  readonly done: number;
  readonly total: number;
}

export interface AskedProgress<What> extends WorkProgress {
  readonly what: What;
}

export interface WorkContext {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Samples come many a second while somebody records: work begins when they have rested. */
const restMs = 350;

export class AskedWork<What extends string> {
  /** null while nothing is asked for. */
  progress = $state.raw<AskedProgress<What> | null>(null);
  #turn = 0;
  #stop = new AbortController();
  #begunAgain = false;

  /** Resolves when `work` is done or cancelled. What was asked for before is given up. */
  async run(what: What, work: (context: WorkContext) => Promise<void>): Promise<void> {
    this.cancel();
    this.#turn += 1;
    const turn = this.#turn;
    this.progress = { what, done: 0, total: 1 };
    try {
      for (let done = false; !done && this.#turn === turn;) {
        if (this.#begunAgain) this.progress = { what, done: 0, total: 1 };
        done = await this.#round(what, work);
      }
    } finally {
      if (this.#turn === turn) this.progress = null;
    }
  }

  /** What it works on has changed: whatever is under way begins again once that has rested. */
  restart(): void {
    if (!this.progress) return;
    this.#begunAgain = true;
    this.#stop.abort();
  }

  cancel(): void {
    this.#turn += 1;
    this.#begunAgain = false;
    this.#stop.abort();
    this.progress = null;
  }

  /** False when it was given up. */
  async #round(what: What, work: (context: WorkContext) => Promise<void>): Promise<boolean> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const onProgress = (done: number, total: number): void => {
      if (!signal.aborted) this.progress = { what, done, total };
    };
    try {
      if (this.#begunAgain) await delay(restMs, signal);
      await work({ signal, onProgress });
      return !signal.aborted;
    } catch (error) {
      if (!isAbort(error) || !signal.aborted) throw error;
      return false;
    }
  }
}
