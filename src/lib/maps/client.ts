// The page's side of the worker of the feature maps: one request at a time, one answer each.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { FromMapsWorker, Painting, PaintRequest } from './protocol.ts';

/** Null: there was no picture to paint, or the client was disposed of meanwhile. */
type Answer = Result<Painting | null>;

export class MapsClient {
  #worker: Worker;
  #settle: ((answer: Answer) => void) | null = null;
  #dead: Answer | null = null;

  constructor(worker: Worker = mapsWorker()) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromMapsWorker>) => this.#hear(data);
    worker.onerror = (event) => this.#die(event.message || 'its file could not be loaded');
    worker.onmessageerror = () => this.#die('a message could not be read');
  }

  /** The picture goes over to the worker. To be called again only when the answer is there. */
  paint(request: PaintRequest): Promise<Answer> {
    if (this.#dead) {
      request.picture?.image.close();
      return Promise.resolve(this.#dead);
    }
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#worker.postMessage(request, request.picture ? [request.picture.image] : []);
    });
  }

  dispose(): void {
    this.#end(succeed(null));
  }

  #hear(message: FromMapsWorker): void {
    if (message.kind === 'failed') {
      this.#die(message.message);
      return;
    }
    this.#answer(succeed(message.painting));
  }

  #die(detail: string): void {
    this.#end(fail({ code: 'maps-stopped', detail }));
  }

  #end(answer: Answer): void {
    this.#worker.terminate();
    this.#dead ??= answer;
    this.#answer(this.#dead);
  }

  #answer(answer: Answer): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(answer);
  }
}

function mapsWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'maps' });
}
