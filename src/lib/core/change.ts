// Every edit of a project as plain data that can be applied, undone and stored.
// `applyChange(applyChange(document, c), invertChange(c))` is the document again.

import type { HeadSettings } from './head-spec.ts';
import type {
  CaptureSettings,
  ClassId,
  LiveSettings,
  ProjectClass,
  ProjectDocument,
  Sample,
  SampleId,
} from './project.ts';
import type { UseSettings } from './use-settings.ts';

export interface SampleMove {
  readonly sampleId: SampleId;
  readonly from: ClassId;
  readonly to: ClassId;
}

export interface ClassEdit {
  readonly name?: string;
  readonly colour?: number;
  readonly enabled?: boolean;
}

export interface ProjectEdit {
  readonly name?: string;
  readonly backboneId?: string;
  readonly heads?: HeadSettings;
  readonly capture?: CaptureSettings;
  readonly live?: LiveSettings;
  readonly use?: UseSettings | undefined;
}

export type Change =
  | { readonly kind: 'add-samples'; readonly samples: readonly Sample[] }
  | { readonly kind: 'remove-samples'; readonly samples: readonly Sample[] }
  | { readonly kind: 'move-samples'; readonly moves: readonly SampleMove[] }
  | {
      readonly kind: 'add-class';
      readonly class: ProjectClass;
      readonly index: number;
      readonly samples: readonly Sample[];
    }
  | {
      readonly kind: 'remove-class';
      readonly class: ProjectClass;
      readonly index: number;
      readonly samples: readonly Sample[];
    }
  | {
      readonly kind: 'edit-class';
      readonly classId: ClassId;
      readonly before: ClassEdit;
      readonly after: ClassEdit;
    }
  | {
      readonly kind: 'reorder-class';
      readonly classId: ClassId;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'edit-project'; readonly before: ProjectEdit; readonly after: ProjectEdit }
  | { readonly kind: 'several'; readonly changes: readonly Change[] };

/** The document after `change`. A change that names an unknown class or sample leaves those parts as they are. */
export function applyChange(document: ProjectDocument, change: Change): ProjectDocument {
  const { project, samples } = document;
  switch (change.kind) {
    case 'add-samples':
      return { project, samples: withSamples(samples, change.samples) };
    case 'remove-samples':
      return { project, samples: withoutSamples(samples, change.samples) };
    case 'move-samples':
      return { project, samples: movedSamples(samples, change.moves) };
    case 'add-class': {
      const classes = project.classes.slice();
      classes.splice(change.index, 0, change.class);
      return { project: { ...project, classes }, samples: withSamples(samples, change.samples) };
    }
    case 'remove-class': {
      const classes = project.classes.filter(({ id }) => id !== change.class.id);
      return { project: { ...project, classes }, samples: withoutSamples(samples, change.samples) };
    }
    case 'edit-class': {
      const classes = project.classes.map((entry) =>
        entry.id === change.classId ? { ...entry, ...change.after } : entry,
      );
      return { project: { ...project, classes }, samples };
    }
    case 'reorder-class': {
      const classes = project.classes.slice();
      const [moved] = classes.splice(change.from, 1);
      if (moved) classes.splice(change.to, 0, moved);
      return { project: { ...project, classes }, samples };
    }
    case 'edit-project':
      return { project: { ...project, ...change.after }, samples };
    case 'several':
      return change.changes.reduce(applyChange, document);
  }
}

/** The change that takes `change` back. */
export function invertChange(change: Change): Change {
  switch (change.kind) {
    case 'add-samples':
      return { kind: 'remove-samples', samples: change.samples };
    case 'remove-samples':
      return { kind: 'add-samples', samples: change.samples };
    case 'move-samples':
      return {
        kind: 'move-samples',
        moves: change.moves.map(({ sampleId, from, to }) => ({ sampleId, from: to, to: from })),
      };
    case 'add-class':
      return { ...change, kind: 'remove-class' };
    case 'remove-class':
      return { ...change, kind: 'add-class' };
    case 'edit-class':
    case 'edit-project':
      return { ...change, before: change.after, after: change.before };
    case 'reorder-class':
      return { ...change, from: change.to, to: change.from };
    case 'several':
      return { kind: 'several', changes: change.changes.map(invertChange).reverse() };
  }
}

/** Samples that storage must write and ids it must drop for `change`; moved samples are in `put` as they are after it. */
export function samplesTouched(
  after: ProjectDocument,
  change: Change,
): { put: Sample[]; removed: SampleId[] } {
  const touched = new Set<SampleId>();
  const removed = new Set<SampleId>();
  const visit = (part: Change): void => {
    if (part.kind === 'several') part.changes.forEach(visit);
    if (part.kind === 'add-samples' || part.kind === 'add-class') {
      for (const { id } of part.samples) touched.add(id);
    }
    if (part.kind === 'remove-samples' || part.kind === 'remove-class') {
      for (const { id } of part.samples) removed.add(id);
    }
    if (part.kind === 'move-samples') for (const { sampleId } of part.moves) touched.add(sampleId);
  };
  visit(change);
  if (touched.size === 0 && removed.size === 0) return { put: [], removed: [] };
  // What counts is whether a sample is there in the end, in whatever order the parts came.
  const put = after.samples.filter(({ id }) => touched.has(id));
  for (const { id } of after.samples) removed.delete(id);
  return { put, removed: Array.from(removed) };
}

/** Order of capture; samples of the same millisecond stay in order of their ids. */
export function compareSamples(a: Sample, b: Sample): number {
  return a.capturedAtMs - b.capturedAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function withSamples(samples: readonly Sample[], added: readonly Sample[]): readonly Sample[] {
  if (added.length === 0) return samples;
  const ids = new Set(added.map(({ id }) => id));
  return samples
    .filter(({ id }) => !ids.has(id))
    .concat(added)
    .sort(compareSamples);
}

function withoutSamples(samples: readonly Sample[], gone: readonly Sample[]): readonly Sample[] {
  if (gone.length === 0) return samples;
  const ids = new Set(gone.map(({ id }) => id));
  return samples.filter(({ id }) => !ids.has(id));
}

function movedSamples(samples: readonly Sample[], moves: readonly SampleMove[]): readonly Sample[] {
  const target = new Map(moves.map(({ sampleId, to }) => [sampleId, to]));
  return samples.map((sample) => {
    const classId = target.get(sample.id);
    return classId === undefined ? sample : { ...sample, classId };
  });
}
