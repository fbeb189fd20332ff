// Which pictures, and which files of actions beside them, a project and a stored change name.

import { filesNamed, samplesNamed } from '#lib/core/history.ts';
import type { Project } from '#lib/core/project.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import type { HistoryRow } from './schema.ts';
import type { ImageKey } from './store.ts';

/** What taking it back, or doing it again, may put in place. Changes of the list name nothing. */
export function idsNamed(change: HistoryRow['change']): ImageKey[] {
  return 'projectId' in change ? [] : [...samplesNamed(change), ...filesNamed(change)];
}

/** Files of the actions of all these projects. */
export function filesOf(rows: Iterable<{ readonly project: Project }>): ImageKey[] {
  return Array.from(rows).flatMap(({ project }) => [...ownFilesOf(project).keys()]);
}
