// Keeps one worker alive: starts it at the first call, replaces it when it dies, and asks again what it left unanswered.

import { fail, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { EngineState, Progress, VerbName, Verbs } from './protocol.ts';
import { abortError, WorkerLife, type Call } from './worker-life.ts';

export type Answer<V extends VerbName> = Promise<Result<Verbs[V]['answer']>>;

export interface CallOptions {
  /** Rejects with AbortError; a `fit` never does: it is stopped and answers with what it has learned. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface KeeperEvents {
  /** Brings a new worker to where the last one was, by calls through `call`. */
  readonly revive: (call: WorkerKeeper['callNow']) => Promise<Result<null>>;
  /** The new worker is ready and unanswered calls have been settled or sent again. */
  readonly onRestart: () => void;
  /** It died too often, or could not be brought back. */
  readonly onFailure: (failure: Failure) => void;
  readonly onStateChange: (state: EngineState, reason: string) => void;
}

/** Verbs on the samples held, which a new worker lacks. */
const needsSamples: ReadonlySet<VerbName> = new Set(['fit', 'evaluate', 'learningCurve']);
const restartsAMinute = 3;
const minuteMs = 60_000;

export class WorkerKeeper {
  readonly #createWorker: () => Worker;
  readonly #silenceMs: number;
  readonly #events: KeeperEvents;
  #life: WorkerLife | null = null;
  #nextId = 1;
  #restartedAtMs: number[] = [];
  /** Calls that wait for a restart to end; null when none is under way. */
  #held: Call[] | null = null;
  readonly #retried = new WeakSet<Call>();
  /** What every call is answered with after too many deaths, until `forgive`. */
  #givenUp: Failure | null = null;

  constructor(createWorker: () => Worker, silenceMs: number, events: KeeperEvents) {
    this.#createWorker = createWorker;
    this.#silenceMs = silenceMs;
    this.#events = events;
  }

  /** How often the worker was replaced in the last minute. */
  get recentRestarts(): number {
    const sinceMs = performance.now() - minuteMs;
    this.#restartedAtMs = this.#restartedAtMs.filter((atMs) => atMs > sinceMs);
    return this.#restartedAtMs.length;
  }

  /** Allows new tries after `onFailure`. */
  forgive(): void {
    if (this.#givenUp) this.#restartedAtMs = [];
    this.#givenUp = null;
  }

  /** Asks the worker; while it is being restarted the call waits. */
  call<V extends VerbName>(
    verb: V,
    request: Verbs[V]['request'],
    options: CallOptions = {},
    transfer: readonly Transferable[] = [],
  ): Answer<V> {
    return this.#make(verb, request, options, transfer, (call) => {
      if (this.#givenUp) call.resolve(fail(this.#givenUp));
      else if (this.#held) this.#held.push(call);
      else this.#send(call);
    });
  }

  /** Asks the worker at once, even before a restart has ended: only for `revive`. */
  readonly callNow = <V extends VerbName>(verb: V, request: Verbs[V]['request']): Answer<V> =>
    this.#make(verb, request, {}, [], (call) => this.#send(call));

  /** Ends the worker; open calls reject with AbortError. */
  dispose(): void {
    const open = [...(this.#life?.end() ?? []), ...(this.#held ?? [])];
    this.#life = null;
    this.#held = null;
    this.#givenUp = { code: 'engine-crashed', detail: 'it was ended' };
    for (const call of open) call.reject(abortError());
  }

  #make<V extends VerbName>(
    verb: V,
    request: Verbs[V]['request'],
    { signal, onProgress = () => undefined }: CallOptions,
    transfer: readonly Transferable[],
    begin: (call: Call) => void,
  ): Answer<V> {
    return new Promise<Result<Verbs[VerbName]['answer']>>((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      const call: Call = { id, verb, request, transfer, onProgress, resolve, reject };
      if (signal?.aborted && verb !== 'fit') {
        reject(abortError());
        return;
      }
      signal?.addEventListener('abort', () => this.#abort(call), { once: true });
      begin(call);
      if (signal?.aborted) this.#abort(call);
    });
  }

  #send(call: Call): void {
    this.#life ??= this.#newLife();
    this.#life.send(call);
  }

  #abort(call: Call): void {
    const at = this.#held?.indexOf(call) ?? -1;
    if (at < 0) this.#life?.abort(call.id);
    else if (call.verb !== 'fit') {
      this.#held?.splice(at, 1);
      call.reject(abortError());
    }
  }

  #newLife(): WorkerLife {
    const events = {
      onDeath: (reason: string, open: readonly Call[]) => this.#died(reason, open),
      onStateChange: this.#events.onStateChange,
    };
    return new WorkerLife(this.#createWorker(), events, this.#silenceMs);
  }

  #died(reason: string, open: readonly Call[]): void {
    this.#life = null;
    const failure: Failure = { code: 'engine-crashed', detail: reason };
    if (this.#held) {
      // Died while being brought back: `revive` hears of it and another worker is tried.
      for (const call of open) call.resolve(fail(failure));
    } else {
      this.#held = [...open];
      void this.#restart(failure);
    }
  }

  async #restart(death: Failure): Promise<void> {
    let failure = death;
    while (this.recentRestarts < restartsAMinute) {
      this.#restartedAtMs.push(performance.now());
      const revived = await this.#events.revive(this.callNow);
      if (!this.#held) return;
      if (revived.ok) {
        this.#resume(death);
        return;
      }
      failure = revived.failure;
      if (failure.code !== 'engine-crashed') break;
    }
    this.#giveUp(failure);
  }

  /** Settles or repeats what the dead worker left, then sends what has come since. */
  #resume(death: Failure): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const call of held) {
      // A frame is worthless by now. A fit and an evaluation need samples, which the new worker gets only after this.
      if (call.verb === 'classify' || call.verb === 'explain') call.resolve(succeed(null));
      else if (needsSamples.has(call.verb) || this.#retried.has(call)) call.resolve(fail(death));
      else {
        this.#retried.add(call);
        this.#send(call);
      }
    }
    this.#events.onRestart();
  }

  #giveUp(failure: Failure): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#life?.end();
    this.#life = null;
    this.#givenUp = failure;
    for (const call of held) call.resolve(fail(failure));
    this.#events.onFailure(failure);
  }
}
