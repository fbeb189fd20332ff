// A project's line in the list of projects.

import type { Project } from '#lib/core/project.ts';
import type { DeletedProject, ProjectSummary } from './store.ts';

export function summaryOf(project: Project, sampleCount: number): ProjectSummary {
  const { id, name, createdAtMs, updatedAtMs } = project;
  const classNames = project.classes.map((entry) => entry.name);
  return { id, name, createdAtMs, updatedAtMs, classNames, sampleCount };
}

/** Order of the list: what was worked on last comes first; ids decide between equals. */
export function newestFirst(a: ProjectSummary, b: ProjectSummary): number {
  return b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Order of what was deleted: what went last comes first. */
export function lastDeletedFirst(a: DeletedProject, b: DeletedProject): number {
  return b.deletedAtMs - a.deletedAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** `project` under the copy's id and name. */
export function copyOf(
  project: Project,
  copy: { readonly id: string; readonly name: string; readonly nowMs: number },
): Project {
  const { id, name, nowMs } = copy;
  return { ...project, id, name, createdAtMs: nowMs, updatedAtMs: nowMs };
}
