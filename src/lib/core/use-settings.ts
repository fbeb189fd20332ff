// What a project does when it is used: how calm its gestures are, and what its classes do. A project that was never used so
// has none of it.

import { ownFileOf, type ClassAction } from './class-action.ts';
import type { FileHash, OwnFile, OwnFileKind } from './own-file.ts';

export interface GestureSettings {
  readonly smoothing: 'median' | 'exponential';
  /** Window of the median, or time constant of the exponential: what is older counts no more, or 37 %. 0: none. */
  readonly smoothingMs: number;
  /** Smoothed share at and above which a class can be entered, in (0.5, 1): then there is only one. */
  readonly enter: number;
  /** Smoothed share below which it is left, at most `enter`. */
  readonly leave: number;
  /** How long a share must stay above `enter` before the class is entered. */
  readonly dwellMs: number;
  /** How long the same class cannot be entered again after it was left. */
  readonly coolDownMs: number;
}

export const gestureLimits = {
  smoothingMs: { min: 0, max: 2000, step: 50 },
  enter: { min: 0.51, max: 0.99, step: 0.01 },
  leave: { min: 0.05, max: 0.99, step: 0.01 },
  dwellMs: { min: 0, max: 5000, step: 50 },
  coolDownMs: { min: 0, max: 10_000, step: 100 },
} as const;

/** Measured on camera films: `tests/bench/gestures.ts`, docs/recipes.md. */
export const defaultGestures: GestureSettings = {
  smoothing: 'median',
  smoothingMs: 300,
  enter: 0.6,
  leave: 0.4,
  dwellMs: 150,
  coolDownMs: 300,
};

/** One gesture as a switch: targets are highlighted in turn, and the gesture takes the one that is. */
export interface ScanSettings {
  /** A `ClassId`; null: not chosen yet. */
  readonly classId: string | null;
  /** How long each target is highlighted. */
  readonly stepMs: number;
  /** What the targets say. */
  readonly phrases: readonly string[];
  /** Whether they are said aloud, and the countdown of the set-up too. */
  readonly aloud: boolean;
}

export const scanLimits = {
  stepMs: { min: 500, max: 10_000, step: 250 },
  phrase: 80,
  phrases: 24,
} as const;

export const defaultScan: ScanSettings = {
  classId: null,
  stepMs: 2000,
  phrases: ['Yes', 'No', 'Please help me', 'Thank you'],
  aloud: true,
};

export interface UseSettings {
  readonly gestures: GestureSettings;
  readonly actions: readonly ClassAction[];
  readonly scan: ScanSettings;
}

export const defaultUse: UseSettings = {
  gestures: defaultGestures,
  actions: [],
  scan: defaultScan,
};

export const useOf = (project: { readonly use?: UseSettings | undefined }): UseSettings =>
  project.use ?? defaultUse;

/** Files of a person's own that the actions need, each once, by hash. */
export function ownFilesOf(project: {
  readonly use?: UseSettings | undefined;
}): Map<FileHash, { readonly kind: OwnFileKind; readonly file: OwnFile }> {
  const found = (project.use?.actions ?? []).map(({ deed }) => ownFileOf(deed));
  return new Map(found.flatMap((each) => (each ? [[each.file.hash, each]] : [])));
}
