// One worker from its birth to its death, as the client sees it: requests out, answers in, and a watch on its pulse.

import { succeed, type Result } from '#lib/core/failure.ts';
import type { EngineState, FromWorker, Progress, ToWorker, VerbName, Verbs } from './protocol.ts';

/** A request and the promise of its caller. */
export interface Call {
  readonly id: number;
  readonly verb: VerbName;
  readonly request: Verbs[VerbName]['request'];
  readonly transfer: readonly Transferable[];
  readonly onProgress: (progress: Progress) => void;
  readonly resolve: (result: Result<Verbs[VerbName]['answer']>) => void;
  readonly reject: (error: unknown) => void;
}

export interface LifeEvents {
  /** The worker is gone; `open` are the calls that it has not answered. */
  readonly onDeath: (reason: string, open: readonly Call[]) => void;
  readonly onStateChange: (state: EngineState, reason: string) => void;
}

/** While calls are open, a worker that says nothing for half this time is asked, and for all of it is given up. */
export const defaultSilenceMs = 60_000;

export class WorkerLife {
  readonly #worker: Worker;
  readonly #events: LifeEvents;
  readonly #silenceMs: number;
  readonly #open = new Map<number, Call>();
  #pulse: ReturnType<typeof setTimeout> | null = null;
  #dead = false;

  constructor(worker: Worker, events: LifeEvents, silenceMs: number) {
    this.#worker = worker;
    this.#events = events;
    this.#silenceMs = silenceMs;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = (event) => this.#die(event.message || 'its file could not be loaded');
    worker.onmessageerror = () => this.#die('a message could not be read');
  }

  send(call: Call): void {
    const { id, verb, request } = call;
    this.#open.set(id, call);
    this.#post({ id, verb, request } as ToWorker, call.transfer);
    if (this.#pulse === null) this.#watch();
  }

  abort(id: number): void {
    if (this.#open.has(id)) this.#post({ id, abort: true }, []);
  }

  /** Ends the worker and hands back the calls that it has not answered. */
  end(): readonly Call[] {
    const open = Array.from(this.#open.values());
    this.#dead = true;
    this.#rest();
    this.#worker.terminate();
    this.#open.clear();
    return open;
  }

  #post(message: ToWorker, transfer: readonly Transferable[]): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #hear(message: FromWorker): void {
    if (this.#dead) return;
    if (message.kind === 'state') {
      this.#events.onStateChange(message.state, message.reason);
      return;
    }
    const call = this.#open.get(message.id);
    if (call) this.#settle(call, message);
    if (this.#open.size === 0) this.#rest();
    else this.#watch();
  }

  #settle(call: Call, message: Exclude<FromWorker, { id: null }>): void {
    if (message.kind === 'progress') {
      call.onProgress(message.progress);
      return;
    }
    if (message.kind === 'pong') return;
    this.#open.delete(call.id);
    if (message.kind === 'answer') call.resolve(succeed(message.answer));
    else if (message.kind === 'failure') call.resolve({ ok: false, failure: message.failure });
    else call.reject(message.kind === 'aborted' ? abortError() : bugError(message));
  }

  /** Starts the silence anew: half of it until a ping, all of it until the worker is given up. */
  #watch(): void {
    this.#rest();
    const half = this.#silenceMs / 2;
    this.#pulse = setTimeout(() => {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#post({ id: oldest, ping: true }, []);
      this.#pulse = setTimeout(() => this.#die('it no longer answers'), half);
    }, half);
  }

  #rest(): void {
    if (this.#pulse !== null) clearTimeout(this.#pulse);
    this.#pulse = null;
  }

  #die(reason: string): void {
    if (this.#dead) return;
    const open = this.end();
    this.#events.onDeath(reason, open);
  }
}

export function abortError(): DOMException {
  return new DOMException('aborted', 'AbortError');
}

function bugError({ message, stack }: { message: string; stack: string }): Error {
  const error = new Error(message);
  if (stack !== '') error.stack = stack;
  return error;
}
