// From classifications over time to what is entered, held and left: the app's own events (`core/gesture-events.ts`).

import {
  noGestures,
  restGestures,
  stepGestures,
  type GestureStep,
} from '#lib/core/gesture-events.ts';
import { defaultGestures, gestureLimits } from '#lib/core/use-settings.ts';
import type {
  Classification,
  GestureEvent,
  GestureSettings,
  Gestures,
  Held,
} from './web/handful-runtime.d.ts';

export class RuntimeGestures implements Gestures {
  readonly settings: Readonly<GestureSettings>;
  #state = noGestures;
  #lastMs = -Infinity;

  /** Throws a RangeError with words when a setting is out of its range. */
  constructor(settings: Readonly<GestureSettings>) {
    check(settings);
    this.settings = settings;
  }

  get held(): Held | null {
    const { active, classIds } = this.#state;
    return active && { label: classIds[active.index] ?? null, sinceMs: active.sinceMs };
  }

  push({ label, classes }: Classification, atMs = performance.now()): GestureEvent[] {
    const frame = {
      atMs: this.#onward(atMs),
      // Their places tell the classes apart, so that two of one name are two.
      classIds: classes.map((entry) => entry.label),
      probabilities: classes.map(({ probability }) => probability),
      known: label !== null,
    };
    return this.#take(stepGestures(this.#state, frame, this.settings));
  }

  rest(atMs = performance.now()): GestureEvent[] {
    return this.#take(restGestures(this.#state, this.#onward(atMs)));
  }

  /** A frame that took long may be older than the rest that came meanwhile. */
  #onward(atMs: number): number {
    return (this.#lastMs = Math.max(this.#lastMs, atMs));
  }

  #take({ state, events }: GestureStep): GestureEvent[] {
    this.#state = state;
    return events.map(({ kind, classId, atMs, heldMs }) => ({
      type: kind,
      label: classId,
      atMs,
      heldMs,
    }));
  }
}

/** The settings that were given, and for the others those that came with the model, or the app's own. */
export function gestureSettings(
  given: Partial<GestureSettings>,
  own: GestureSettings | null,
): GestureSettings {
  const base = own ?? defaultGestures;
  const { smoothing = base.smoothing, smoothingMs = base.smoothingMs } = given;
  const { enter = base.enter, dwellMs = base.dwellMs, coolDownMs = base.coolDownMs } = given;
  // Who asks for less to enter than the default needs to stay means both.
  const { leave = Math.min(base.leave, enter) } = given;
  return { smoothing, smoothingMs, enter, leave, dwellMs, coolDownMs };
}

const ways: ReadonlySet<string> = new Set(['median', 'exponential']);

function check(settings: GestureSettings): void {
  for (const name of ['smoothingMs', 'enter', 'leave', 'dwellMs', 'coolDownMs'] as const) {
    const { min, max } = gestureLimits[name];
    const value = settings[name];
    if (!(value >= min && value <= max)) {
      throw new RangeError(`${name} is ${value}, and must lie between ${min} and ${max}.`);
    }
  }
  const { smoothing, enter, leave } = settings;
  if (leave > enter) throw new RangeError('leave lies above enter.');
  if (!ways.has(smoothing)) throw new RangeError('smoothing is “median” or “exponential”.');
}
