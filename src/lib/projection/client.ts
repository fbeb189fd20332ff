// The page's side of the worker of the map of samples.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { FromProjection, ProjectionVerb, ProjectionVerbs, ToProjection } from './protocol.ts';

type Answer = Extract<FromProjection, { kind: 'answer' }>['answer'];

export interface ProjectionOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

interface Waiting {
  readonly resolve: (answer: Result<Answer>) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ProjectionOptions['onProgress'];
}

export class ProjectionClient {
  #worker: Worker;
  #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #dead: Result<never> | null = null;

  constructor(worker: Worker = projectionWorker()) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromProjection>) => this.#hear(data);
    worker.onerror = (event) => this.#die(event.message || 'its file could not be loaded');
    worker.onmessageerror = () => this.#die('a message could not be read');
  }

  /** Rejects with AbortError when `signal` aborts. Fails with `map-stopped` when the worker died. */
  async ask<V extends ProjectionVerb>(
    verb: V,
    request: ProjectionVerbs[V]['request'],
    { signal, onProgress }: ProjectionOptions = {},
  ): Promise<Result<ProjectionVerbs[V]['answer']>> {
    signal?.throwIfAborted();
    if (this.#dead) return this.#dead;
    const id = (this.#lastId += 1);
    const abort = (): void => this.#post({ id, abort: true });
    signal?.addEventListener('abort', abort);
    try {
      return await new Promise<Result<Answer>>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress });
        this.#post({ id, verb, request } as ToProjection);
      });
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the worker; what was asked and not answered rejects with AbortError. */
  dispose(): void {
    this.#worker.terminate();
    this.#dead ??= fail({ code: 'map-stopped', detail: 'it was closed' });
    for (const { reject } of this.#waiting.values()) reject(aborted());
    this.#waiting.clear();
  }

  #post(message: ToProjection): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromProjection): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.kind === 'progress') {
      waiting.onProgress?.(message.done, message.total);
      return;
    }
    this.#waiting.delete(message.id);
    switch (message.kind) {
      case 'answer':
        waiting.resolve(succeed(message.answer));
        return;
      case 'aborted':
        waiting.reject(aborted());
        return;
      case 'bug':
        waiting.resolve(fail({ code: 'map-stopped', detail: message.message }));
    }
  }

  #die(detail: string): void {
    this.#worker.terminate();
    this.#dead ??= fail({ code: 'map-stopped', detail });
    for (const { resolve } of this.#waiting.values()) resolve(this.#dead);
    this.#waiting.clear();
  }
}

const aborted = (): Error => new DOMException('the map is not wanted any more', 'AbortError');

function projectionWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'projection',
  });
}
