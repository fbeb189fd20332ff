// One run of the feature maps' worker: it paints the newest picture there is, and paints it again when a kernel changes.
// One picture is in work and at most one waits, so the next one is fetched meanwhile, and none is queued.

import type { Failure } from '#lib/core/failure.ts';
import type { MapsClient } from '#lib/maps/client.ts';
import type { Painting, PaintRequest, PictureToMap } from '#lib/maps/protocol.ts';

export interface MapsWish extends Omit<PaintRequest, 'picture'> {
  readonly ids: readonly number[];
}

export interface TakenPicture {
  readonly picture: PictureToMap;
  readonly live: boolean;
}

export interface MapsRunEvents {
  /** The kernels as they are now. */
  readonly wish: () => MapsWish;
  readonly onPainting: (painting: Painting, ids: readonly number[], live: boolean) => void;
  readonly onFailure: (failure: Failure) => void;
}

export class MapsRun {
  #client: MapsClient;
  #events: MapsRunEvents;
  #busy = false;
  #stopped = false;
  #waiting: TakenPicture | null = null;
  #again = false;
  #live = false;

  constructor(client: MapsClient, events: MapsRunEvents) {
    this.#client = client;
    this.#events = events;
  }

  /** Its image is closed here or in the worker. */
  take(taken: TakenPicture): void {
    this.#waiting?.picture.image.close();
    this.#waiting = taken;
    void this.#work();
  }

  /** Paints the picture before once more. */
  repaint(): void {
    this.#again = true;
    void this.#work();
  }

  dispose(): void {
    this.#stopped = true;
    this.#waiting?.picture.image.close();
    this.#waiting = null;
    this.#client.dispose();
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.#stopped && (this.#waiting || this.#again)) await this.#paint();
    this.#waiting?.picture.image.close();
    this.#waiting = null;
    this.#busy = false;
  }

  async #paint(): Promise<void> {
    const { ids, ...wish } = this.#events.wish();
    const taken = this.#waiting;
    this.#waiting = null;
    this.#again = false;
    if (taken) this.#live = taken.live;
    const answered = await this.#client.paint({
      picture: taken?.picture ?? null,
      ...wish,
    });
    if (!answered.ok) {
      this.#stopped = true;
      this.#events.onFailure(answered.failure);
    } else if (answered.value) {
      this.#events.onPainting(answered.value, ids, this.#live);
    }
  }
}
