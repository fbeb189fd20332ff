// Frames on their way to the worker. Newest frame wins: while one is in work and one waits, the waiting one gives way.

import { succeed, type Result } from '#lib/core/failure.ts';
import { closeImage } from './image.ts';
import type { Frame } from './protocol.ts';

export class FrameLane {
  #inWork = false;
  #waiting: { readonly drop: () => void; readonly send: () => void } | null = null;

  /** Calls `ask` when it is the frame's turn and closes its image afterwards. Null: it gave way to a newer frame. */
  send<T>(
    { image }: Frame,
    ask: (transfer: readonly Transferable[]) => Promise<Result<T | null>>,
  ): Promise<Result<T | null>> {
    return new Promise((resolve, reject) => {
      const send = (): void => {
        this.#inWork = true;
        const transfer = 'close' in image ? [image] : [];
        void ask(transfer)
          .then(resolve, reject)
          .then(() => {
            closeImage(image);
            this.#done();
          });
      };
      const drop = (): void => {
        closeImage(image);
        resolve(succeed(null));
      };
      if (!this.#inWork) {
        send();
        return;
      }
      this.#waiting?.drop();
      this.#waiting = { drop, send };
    });
  }

  /** The frame that waits gives way. */
  clear(): void {
    this.#waiting?.drop();
    this.#waiting = null;
  }

  #done(): void {
    this.#inWork = false;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.send();
  }
}
