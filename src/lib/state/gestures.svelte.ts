// What is held now, and events of it: the live result made calm (`core/gesture-events.ts`), while somebody wants to know.

import {
  activeClass,
  frameOf,
  noGestures,
  restGestures,
  stepGestures,
  type GestureEvent,
  type GestureStep,
} from '#lib/core/gesture-events.ts';
import type { Prediction } from '#lib/core/prediction.ts';
import type { ClassId } from '#lib/core/project.ts';
import { useOf } from '#lib/core/use-settings.ts';
import type { Live } from './live.svelte.ts';
import type { OpenProject } from './project.svelte.ts';

/** What is held; `classId` null: none of these. */
export interface Held {
  readonly classId: ClassId | null;
  readonly sinceMs: number;
}

/** Smoothed shares in [0, 1], which say how sure it is; `unknown` is that of none of these. */
export interface Shares {
  readonly classIds: readonly ClassId[];
  readonly shares: readonly number[];
  readonly unknown: number;
}

export class Gestures {
  /** null: nothing is held, or nobody looks. */
  held = $state.raw<Held | null>(null);
  shares = $state.raw<Shares | null>(null);
  #live: Live;
  #open: OpenProject;
  #state = noGestures;
  #watchers = 0;
  #listeners: ((event: GestureEvent) => void)[] = [];

  constructor(live: Live, open: OpenProject) {
    this.#live = live;
    this.#open = open;
    live.onFrame((prediction, atMs) => this.#see(prediction, atMs));
    open.onShow(() => this.#rest(performance.now()));
  }

  /** Told of every event, in order. Returns how to stop listening. */
  onEvent(listener: (event: GestureEvent) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener);
    };
  }

  /** Follows the live result until the returned function is called. */
  watch(): () => void {
    this.#watchers += 1;
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#rest(performance.now());
    };
  }

  #see(prediction: Prediction | null, atMs: number): void {
    const { project } = this.#open;
    if (this.#watchers === 0) return;
    if (!prediction || !project) {
      this.#rest(atMs);
      return;
    }
    const threshold = project.live.unknownEnabled ? this.#live.unknownThreshold : null;
    const frame = frameOf(prediction, threshold, atMs);
    this.#take(stepGestures(this.#state, frame, useOf(project).gestures));
    const { classIds, shares } = this.#state;
    this.shares = { classIds, shares, unknown: shares.at(-1) ?? 0 };
  }

  #rest(atMs: number): void {
    this.#take(restGestures(this.#state, atMs));
    this.shares = null;
  }

  #take({ state, events }: GestureStep): void {
    this.#state = state;
    const classId = activeClass(state);
    const { active } = state;
    if (!active || classId === undefined) this.held = null;
    else if (this.held?.classId !== classId || this.held.sinceMs !== active.sinceMs)
      this.held = { classId, sinceMs: active.sinceMs };
    // A listener may stop listening, or begin anew, when it is told.
    for (const event of events) for (const listener of Array.from(this.#listeners)) listener(event);
  }
}
