// What every import needs, says when it is done, and shares.

import { freeName, type ClassId } from '#lib/core/project.ts';
import type { TrainedHead } from '#lib/learning/head.ts';
import type { EmbeddingSources } from './embeddings.ts';
import type { Engine } from './engine.svelte.ts';
import type { KeptHeads } from './kept-heads.ts';
import type { OpenProject } from './project.svelte.ts';
import type { Projects } from './projects.svelte.ts';

export interface ImportParts {
  readonly engine: Engine;
  readonly open: OpenProject;
  readonly sources: EmbeddingSources;
  readonly kept: KeptHeads;
  readonly projects: Projects;
}

export interface Imported {
  /** Samples that came in, or golden pictures that were compared. */
  readonly checked: number;
  /** Samples that could not be read. */
  readonly skipped: number;
  /** Whole sentences. */
  readonly warnings: readonly string[];
  readonly largestDifference: number | null;
}

/** Where samples go: into a new project, or into the open one (all into one class of it when that is named). */
export type ImportPlace =
  | { readonly kind: 'new' }
  | { readonly kind: 'merge' }
  | { readonly kind: 'class'; readonly classId: ClassId };

/** What was answered; `burst`: how many pictures were taken in one go, where the file does not say. */
export interface ImportAnswer {
  readonly place: ImportPlace;
  readonly burst: number | null;
}

export function uniqueName(projects: Projects, name: string): string {
  return freeName(
    name,
    projects.list.map((entry) => entry.name),
  );
}

export function withClassIds(head: TrainedHead, ids: ReadonlyMap<string, string>): TrainedHead {
  return { ...head, classIds: head.classIds.map((id) => ids.get(id) ?? id) };
}
