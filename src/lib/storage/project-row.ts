// A project's row, and what a change of the list makes of it.

import type { ListChange } from '#lib/core/list-change.ts';
import type { Project } from '#lib/core/project.ts';
import type { ProjectRow, ProjectState } from './schema.ts';
import type { Commit } from './store.ts';

export function openRow(project: Project): ProjectRow {
  return { id: project.id, project, state: 'open', changedAtMs: project.updatedAtMs };
}

/** The row after a commit. A commit that was under way does not bring a deleted project back. */
export function committedRow(
  before: ProjectRow | undefined,
  project: Project,
  staged: boolean,
): ProjectRow {
  if (before) return { ...before, project };
  return { ...openRow(project), state: staged ? 'staged' : 'open' };
}

/** Whether somebody else wrote the project after what `commit` is based on. */
export function isOutrun(before: ProjectRow | undefined, { basedOnMs }: Commit): boolean {
  if (!before || basedOnMs === undefined || basedOnMs === null) return false;
  return before.project.updatedAtMs !== basedOnMs;
}

export function changedRow(row: ProjectRow, change: ListChange, atMs: number): ProjectRow {
  switch (change.kind) {
    case 'add-project':
      return inState(row, 'open', atMs);
    case 'remove-project':
      return inState(row, 'deleted', atMs);
    case 'rename-project':
      return { ...row, project: { ...row.project, name: change.after } };
  }
}

function inState(row: ProjectRow, state: ProjectState, atMs: number): ProjectRow {
  return row.state === state ? row : { ...row, state, changedAtMs: atMs };
}
