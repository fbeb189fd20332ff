// Looks at a picture that changes, one classification after another, and tells what is entered, held and left.

import { longestGapMs } from '#lib/core/gesture-events.ts';
import { sizeOf } from './frame-pixels.ts';
import type {
  Classification,
  GestureEvent,
  Gestures,
  Picture,
  Watch,
  WatchOptions,
} from './web/handful-runtime.d.ts';

export interface Watched {
  readonly picture: Picture;
  readonly gestures: Gestures;
  readonly classify: (picture: Picture) => Promise<Classification>;
  readonly options: WatchOptions;
}

/** Between two looks where there is no screen that says when. */
const turnMs = 33;

export function startWatch({ picture, gestures, classify, options }: Watched): Watch {
  const teller = new Teller(options);
  let stopped = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** Asked anew after each wait, in which it may have been stopped. */
  const isStopped = (): boolean => stopped;

  function stop(): void {
    if (stopped) return;
    stopped = true;
    clearTimeout(silence);
    options.signal?.removeEventListener('abort', stop);
    teller.tell(gestures.rest());
  }

  /** An error, of the network or of a listener, ends it. What is held is left all the same. */
  function fail(error: unknown): void {
    try {
      stop();
    } finally {
      if (options.onError) options.onError(error);
      else reportUncaught(error);
    }
  }

  /** No picture for long, as while the page is hidden or a film stands still: nothing is known to be held. */
  function listenForSilence(): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      try {
        teller.tell(gestures.rest());
      } catch (error) {
        fail(error);
      }
    }, longestGapMs);
  }

  async function look(): Promise<void> {
    const isNew = newness(picture);
    while (!isStopped()) {
      await nextTurn();
      if (isStopped() || !isNew()) continue;
      const atMs = performance.now();
      const seen = await classify(picture);
      if (isStopped()) return;
      listenForSilence();
      options.onFrame?.(seen);
      teller.tell(gestures.push(seen, atMs));
    }
  }

  stopped = options.signal?.aborted ?? false;
  options.signal?.addEventListener('abort', stop, { once: true });
  look().catch(fail);
  return {
    stop,
    get held() {
      return gestures.held;
    },
  };
}

/** Tells events one after another, also when a listener stops the watch and so makes another one. */
class Teller {
  readonly #listeners;
  readonly #waiting: GestureEvent[] = [];
  #telling = false;

  constructor({ onEnter, onHold, onLeave }: WatchOptions) {
    this.#listeners = { enter: onEnter, hold: onHold, leave: onLeave };
  }

  tell(events: readonly GestureEvent[]): void {
    this.#waiting.push(...events);
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (;;) {
        const event = this.#waiting.shift();
        if (!event) return;
        this.#listeners[event.type]?.(event);
      }
    } finally {
      this.#telling = false;
    }
  }
}

/** Whether there is a picture that was not looked at yet. Whatever has no time of its own is always new. */
function newness(picture: Picture): () => boolean {
  const film = picture as Readonly<Record<string, unknown>>;
  let seenS: unknown = null;
  return () => {
    const { widthPx, heightPx } = sizeOf(picture);
    if (widthPx < 1 || heightPx < 1) return false;
    const { currentTime } = film;
    if (typeof currentTime === 'number' && currentTime === seenS) return false;
    seenS = currentTime;
    return true;
  };
}

function nextTurn(): Promise<unknown> {
  if ('requestAnimationFrame' in globalThis) return new Promise(requestAnimationFrame);
  return new Promise((resolve) => setTimeout(resolve, turnMs));
}

/** As an error that nobody caught: in the console, and to whoever listens for such. */
function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
