// Looking into the learner's network: a picture through all its layers, again whenever picture or network change.

import { drawnPicture, type DrawnClass } from '#lib/convnet/drawn-pictures.ts';
import type { TrainedNetwork } from '#lib/convnet/network.ts';
import { isAbort } from '#lib/core/failure.ts';
import type { NetworkRun } from '#lib/engine/protocol.ts';
import { delay } from './clock.ts';
import type { Engine } from './engine.svelte.ts';
import type { LessonPicture } from './lesson-picture.svelte.ts';
import type { ScratchNetwork } from './scratch-network.svelte.ts';

/** A drawn picture like those it learns from, or the picture of the lessons. */
export type LookAt = 'circle' | 'cross' | 'picture';

export interface Look {
  readonly network: TrainedNetwork;
  readonly run: NetworkRun;
}

export interface NetworkLookParts {
  readonly engine: Engine;
  readonly lessonPicture: LessonPicture;
  readonly scratch: ScratchNetwork;
}

const restMs = 80;
/** Drawn pictures to look at are none of those it learns from. */
const firstSeed = 700_001;

export class NetworkLook {
  /** The last picture with the network that saw it. */
  look = $state.raw<Look | null>(null);
  wish = $state<LookAt>('circle');
  readonly at: LookAt = $derived.by(() =>
    this.#parts.scratch.source === 'drawn' ? this.wish : 'picture',
  );
  #turn = $state(0);
  #parts: NetworkLookParts;

  constructor(parts: NetworkLookParts) {
    this.#parts = parts;
  }

  choose(at: LookAt): void {
    this.wish = at;
  }

  /** Draws another circle or cross. */
  another(): void {
    this.#turn += 1;
  }

  /** Keeps `look` up to date until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    let seen = '';
    let by: TrainedNetwork | null = null;
    while (!signal.aborted) {
      const { network } = this.#parts.scratch;
      const live = this.at === 'picture' && this.#parts.lessonPicture.source === 'camera';
      const key =
        this.at === 'picture' ? this.#parts.lessonPicture.still : `${this.at} ${this.#turn}`;
      const fresh = live || key !== seen || network !== by;
      const able = network && this.#parts.engine.ready;
      if (able && fresh && (await this.#see(network, signal))) {
        seen = key;
        by = network;
      } else {
        await rest(signal);
      }
    }
  }

  async #see(network: TrainedNetwork, signal: AbortSignal): Promise<boolean> {
    const picture = await this.#picture(network);
    if (!picture) return false;
    if (signal.aborted) {
      if ('image' in picture) picture.image.close();
      return false;
    }
    const answered = await this.#parts.engine.client.runNetwork({ network, picture });
    if (!answered.ok) return false;
    this.look = { network, run: answered.value };
    return true;
  }

  async #picture({ stack }: TrainedNetwork) {
    if (this.at === 'picture') return this.#parts.lessonPicture.frame();
    const drawn: DrawnClass = this.at === 'circle' ? 0 : 1;
    return drawnPicture(drawn, stack.input, firstSeed + this.#turn);
  }
}

/** A moment between looks at what stands still. */
async function rest(signal: AbortSignal): Promise<void> {
  try {
    await delay(restMs, signal);
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}
