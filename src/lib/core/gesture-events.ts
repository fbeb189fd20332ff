// From predictions over time to events: a class is entered, held and left. Pure: time comes in with each frame.
// Every frame becomes shares of its classes and of *none of these*, which sum to 1; they are smoothed over time, and two
// limits apart from each other (hysteresis), a dwell and a cool-down decide. *None of these* is a state like any class.

import { verdictOf, type Prediction } from './prediction.ts';
import type { ClassId } from './project.ts';
import type { GestureSettings } from './use-settings.ts';

/** `classId` null: none of these. `heldMs` counts from when the share rose above `enter`: at the moment of entering, the dwell. */
export interface GestureEvent {
  readonly kind: 'enter' | 'hold' | 'leave';
  readonly classId: ClassId | null;
  readonly atMs: number;
  readonly heldMs: number;
}

/** What one frame said, unsmoothed. Times never go back. */
export interface GestureFrame {
  readonly atMs: number;
  readonly classIds: readonly ClassId[];
  /** [classes], summing to 1. */
  readonly probabilities: ArrayLike<number>;
  /** false: none of these. */
  readonly known: boolean;
}

interface Since {
  /** Place in the shares; the one after the last class is *none of these*. */
  readonly index: number;
  readonly sinceMs: number;
}

interface Moment {
  readonly atMs: number;
  readonly shares: readonly number[];
}

export interface GestureState {
  readonly classIds: readonly ClassId[];
  readonly lastMs: number | null;
  /** Smoothed; one more than classes. */
  readonly shares: readonly number[];
  /** What the median looks at, oldest first. */
  readonly window: readonly Moment[];
  readonly candidate: Since | null;
  readonly active: Since | null;
  /** When each was left last; −∞: never. */
  readonly leftMs: readonly number[];
}

export interface GestureStep {
  readonly state: GestureState;
  readonly events: readonly GestureEvent[];
}

/** After a longer gap nothing is known to have been held: what was active is left, and all starts afresh. */
export const longestGapMs = 1500;

export const noGestures: GestureState = {
  classIds: [],
  lastMs: null,
  shares: [],
  window: [],
  candidate: null,
  active: null,
  leftMs: [],
};

/** `threshold` as in `verdictOf`. */
export function frameOf(
  prediction: Prediction,
  threshold: number | null,
  atMs: number,
): GestureFrame {
  const { classIds, probabilities } = prediction;
  const known = verdictOf(prediction, threshold)?.kind !== 'unknown';
  return { atMs, classIds, probabilities, known };
}

/** The state after a frame, and what happened: at most a leave, then an enter; or a hold. */
export function stepGestures(
  before: GestureState,
  frame: GestureFrame,
  settings: GestureSettings,
): GestureStep {
  const { classIds } = frame;
  const atMs = Math.max(frame.atMs, before.lastMs ?? frame.atMs);
  const same =
    classIds.length === before.classIds.length &&
    classIds.every((id, i) => id === before.classIds[i]);
  const broken = before.lastMs === null || atMs - before.lastMs > longestGapMs || !same;
  const rested = broken
    ? restGestures(before, before.lastMs ?? atMs)
    : { state: before, events: [] };
  const start = broken ? freshState(classIds, same ? before.leftMs : null) : before;
  const smoothed = smooth(start, { atMs, shares: sharesOf(frame) }, settings);
  const state = { ...start, ...smoothed, lastMs: atMs };
  const decided = decide(state, atMs, settings);
  return { state: decided.state, events: [...rested.events, ...decided.events] };
}

/** Nobody looks any more: what is active is left. */
export function restGestures(before: GestureState, atMs: number): GestureStep {
  const { active, classIds, leftMs } = before;
  const state = freshState(classIds, leftMs);
  if (!active) return { state, events: [] };
  return {
    state: { ...state, leftMs: replaced(leftMs, active.index, atMs) },
    events: [eventOf('leave', before, active, atMs)],
  };
}

/** What is active now; undefined: nothing yet, or nothing any more. */
export function activeClass({ active, classIds }: GestureState): ClassId | null | undefined {
  return active ? (classIds[active.index] ?? null) : undefined;
}

/**
 * Longest time from the first frame of a class that is shown without any doubt to its entering, between two frames;
 * `frameMs` lies between frames. The cool-down comes on top only for a class left just before.
 */
export function longestDelayMs(settings: GestureSettings, frameMs: number): number {
  const { smoothing, smoothingMs, enter, dwellMs } = settings;
  const rise =
    smoothing === 'median' ? smoothingMs / 2 + frameMs : smoothingMs * Math.log(1 / (1 - enter));
  return rise + dwellMs + 2 * frameMs;
}

function freshState(classIds: readonly ClassId[], leftMs: readonly number[] | null): GestureState {
  return {
    ...noGestures,
    classIds,
    leftMs: leftMs ?? new Array<number>(classIds.length + 1).fill(-Infinity),
  };
}

/** [classes] → [classes + 1]. A frame that is none of these says nothing about the classes. */
function sharesOf({ probabilities, known }: GestureFrame): number[] {
  const shares = Array.from(probabilities, (p) => (known ? p : 0));
  shares.push(known ? 0 : 1);
  return shares;
}

function smooth(
  before: GestureState,
  moment: Moment,
  { smoothing, smoothingMs }: GestureSettings,
): Pick<GestureState, 'shares' | 'window'> {
  if (smoothing === 'exponential') {
    if (before.lastMs === null || smoothingMs === 0) return { shares: moment.shares, window: [] };
    const past = Math.exp(-(moment.atMs - before.lastMs) / smoothingMs);
    const mixed = moment.shares.map(
      (now, i) => past * (before.shares[i] ?? now) + (1 - past) * now,
    );
    return { shares: mixed, window: [] };
  }
  const window = before.window.filter(({ atMs }) => atMs > moment.atMs - smoothingMs);
  window.push(moment);
  return { shares: moment.shares.map((_, i) => medianAt(window, i)), window };
}

/** The lower of the two in the middle of an even number: never above what half of the window said. */
function medianAt(window: readonly Moment[], index: number): number {
  const values = window.map(({ shares }) => shares[index] ?? 0).sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)] ?? 0;
}

function decide(state: GestureState, atMs: number, settings: GestureSettings): GestureStep {
  const index = state.shares.findIndex((share) => share >= settings.enter);
  const kept = state.candidate?.index === index ? state.candidate : null;
  const candidate = index < 0 ? null : (kept ?? { index, sinceMs: atMs });
  const { active } = state;
  const ripe = candidate && isRipe(state, candidate, atMs, settings) ? candidate : null;
  const wins = ripe !== null && ripe.index !== active?.index;
  const fades = active !== null && (state.shares[active.index] ?? 0) < settings.leave;
  if (active && !wins && !fades) {
    return { state: { ...state, candidate }, events: [eventOf('hold', state, active, atMs)] };
  }
  const events: GestureEvent[] = [];
  let { leftMs } = state;
  if (active) {
    events.push(eventOf('leave', state, active, atMs));
    leftMs = replaced(leftMs, active.index, atMs);
  }
  if (wins) events.push(eventOf('enter', state, ripe, atMs));
  return { state: { ...state, candidate, leftMs, active: wins ? ripe : null }, events };
}

function isRipe(
  { leftMs }: GestureState,
  { index, sinceMs }: Since,
  atMs: number,
  { dwellMs, coolDownMs }: GestureSettings,
): boolean {
  return atMs - sinceMs >= dwellMs && atMs - (leftMs[index] ?? -Infinity) >= coolDownMs;
}

function eventOf(
  kind: GestureEvent['kind'],
  { classIds }: GestureState,
  { index, sinceMs }: Since,
  atMs: number,
): GestureEvent {
  return { kind, classId: classIds[index] ?? null, atMs, heldMs: atMs - sinceMs };
}

function replaced(list: readonly number[], index: number, value: number): number[] {
  return list.map((old, i) => (i === index ? value : old));
}
