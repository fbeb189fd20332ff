// What a person does to the list of projects, as plain data that can be taken back.

import type { ProjectId } from './project.ts';

export type ListChange =
  /** Made, copied, imported or brought back. `opens`: it is shown at once. */
  | { readonly kind: 'add-project'; readonly projectId: ProjectId; readonly opens: boolean }
  /** Deleted. `opens`: it was the one shown, and is again when this is taken back. */
  | { readonly kind: 'remove-project'; readonly projectId: ProjectId; readonly opens: boolean }
  | {
      readonly kind: 'rename-project';
      readonly projectId: ProjectId;
      readonly before: string;
      readonly after: string;
    };

/** The change that takes `change` back. */
export function invertListChange(change: ListChange): ListChange {
  switch (change.kind) {
    case 'add-project':
      return { ...change, kind: 'remove-project' };
    case 'remove-project':
      return { ...change, kind: 'add-project' };
    case 'rename-project':
      return { ...change, before: change.after, after: change.before };
  }
}
