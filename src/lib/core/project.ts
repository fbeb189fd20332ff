// The document: a project, its classes and samples. Plain cloneable data and pure functions on it.

import { cleanText } from './clean-text.ts';
import { defaultHeadSettings, type HeadSettings } from './head-spec.ts';
import type { UseSettings } from './use-settings.ts';

export type ProjectId = string;
export type ClassId = string;
export type SampleId = string;
export type TakeId = string;
/** Name and version of a backbone, such as `handful-mobilenet-v2-0.50-160@0.1.0`. */
export type BackboneId = string;

/** One of the user's classes. */
export interface ProjectClass {
  readonly id: ClassId;
  readonly name: string;
  /** Index into the palette of `--class-0` … `--class-11`. */
  readonly colour: number;
  /** A disabled class keeps its samples and leaves training. */
  readonly enabled: boolean;
}

/** A kept frame. Its picture and embedding live in storage under its id. */
export interface Sample {
  readonly id: SampleId;
  readonly classId: ClassId;
  /** Samples of one take are near-duplicates of each other: one hold of the button, or one import. */
  readonly takeId: TakeId;
  readonly capturedAtMs: number;
  readonly source: 'camera' | 'file';
  /** Side of the stored square JPEG. */
  readonly sizePx: number;
}

/** The square of the camera picture that is used: centre and side as fractions of width, height and the shorter side. */
export interface CropFrame {
  readonly centreX: number;
  readonly centreY: number;
  /** Side of the square as a fraction of the picture's shorter side, in [0.2, 1]. */
  readonly size: number;
}

export interface CaptureSettings {
  readonly framesPerSecond: number;
  readonly countdownSeconds: number;
  readonly burstSeconds: number;
  readonly mirror: boolean;
  readonly crop: CropFrame;
}

export interface LiveSettings {
  /** Smoothing of probabilities over time, 0 (none) … 0.95 (slow). */
  readonly smoothing: number;
  /** A frame whose largest cosine to a training sample is below this is *none of these*; null: the backbone's own. */
  readonly unknownThreshold: number | null;
  readonly unknownEnabled: boolean;
}

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly backboneId: BackboneId;
  readonly classes: readonly ProjectClass[];
  readonly heads: HeadSettings;
  readonly capture: CaptureSettings;
  readonly live: LiveSettings;
  /** What it does on the Use page; absent while nothing was set there. */
  readonly use?: UseSettings | undefined;
}

/** A project and its samples, oldest first: all that a change can touch. */
export interface ProjectDocument {
  readonly project: Project;
  readonly samples: readonly Sample[];
}

export const paletteSize = 12;
export const nameLimit = 80;
export const sampleSizePx = 256;

export const defaultCapture: CaptureSettings = {
  framesPerSecond: 8,
  countdownSeconds: 3,
  burstSeconds: 2,
  mirror: true,
  crop: { centreX: 0.5, centreY: 0.5, size: 1 },
};

export const defaultLive: LiveSettings = {
  smoothing: 0.5,
  unknownThreshold: null,
  unknownEnabled: true,
};

export const captureLimits = {
  framesPerSecond: { min: 1, max: 30, step: 1 },
  countdownSeconds: { min: 0, max: 10, step: 1 },
  burstSeconds: { min: 1, max: 20, step: 1 },
} as const;

export const liveLimits = {
  smoothing: { min: 0, max: 0.95, step: 0.05 },
  unknownThreshold: { min: 0, max: 1, step: 0.01 },
} as const;

/** A project without classes. */
export function emptyProject(
  id: ProjectId,
  name: string,
  backboneId: BackboneId,
  nowMs: number,
): Project {
  return {
    id,
    name: cleanName(name, 'My project'),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    backboneId,
    classes: [],
    heads: defaultHeadSettings,
    capture: defaultCapture,
    live: defaultLive,
  };
}

/** `name` as it can be shown (`clean-text.ts`), at most 80 characters long; `fallback` when nothing is left. */
export function cleanName(name: string, fallback: string): string {
  return cleanText(name, nameLimit) || fallback;
}

/** `wanted`, or `wanted 2`, `wanted 3` … when it is taken. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} ${number}`)) number += 1;
  return `${wanted} ${number}`;
}

/** The palette colour that the fewest classes use, lowest index first. */
export function freeColour(classes: readonly ProjectClass[]): number {
  const uses = new Array<number>(paletteSize).fill(0);
  for (const { colour } of classes) uses[colour] = (uses[colour] ?? 0) + 1;
  return uses.indexOf(Math.min(...uses));
}

/** Samples of one class, grouped by take in order of capture. */
export interface Take {
  readonly id: TakeId;
  readonly samples: readonly Sample[];
}

/** Takes of a class in the order in which each began. */
export function takesOf(samples: readonly Sample[], classId: ClassId): Take[] {
  return takesIn(samples.filter((sample) => sample.classId === classId));
}

/** Takes of samples that are all of one class. */
export function takesIn(samples: readonly Sample[]): Take[] {
  const takes = new Map<TakeId, Sample[]>();
  for (const sample of samples) {
    const take = takes.get(sample.takeId);
    if (take) take.push(sample);
    else takes.set(sample.takeId, [sample]);
  }
  return Array.from(takes, ([id, list]) => ({ id, samples: list }));
}

/** Shots by class. Every class of the project has an entry. */
export function shotsByClass(document: ProjectDocument): Map<ClassId, number> {
  const shots = new Map<ClassId, number>(document.project.classes.map(({ id }) => [id, 0]));
  for (const { classId } of document.samples) shots.set(classId, (shots.get(classId) ?? 0) + 1);
  return shots;
}

/** Classes that can be learned now: enabled, with at least one sample, in the project's order. */
export function learnableClasses(document: ProjectDocument): ProjectClass[] {
  const shots = shotsByClass(document);
  return document.project.classes.filter(({ id, enabled }) => enabled && (shots.get(id) ?? 0) > 0);
}
