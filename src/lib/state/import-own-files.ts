// What the actions of an opened project show and play comes into storage with it.

import { describeFailure, succeed, type Result } from '#lib/core/failure.ts';
import type { Project } from '#lib/core/project.ts';
import { ownFilesOf } from '#lib/core/use-settings.ts';
import type { ProjectFile } from '#lib/exchange/project-file.ts';
import type { ProjectStore } from '#lib/storage/store.ts';

/**
 * Writes them one by one under `project`, which is in storage already. What is not in the file, or not fit to be kept, is left
 * out: whole sentences say which. Fails when storage does.
 */
export async function keepOwnFiles(
  store: ProjectStore,
  file: Pick<ProjectFile, 'file'>,
  project: Project,
  signal: AbortSignal,
): Promise<Result<string[]>> {
  const warnings: string[] = [];
  for (const { file: own } of ownFilesOf(project).values()) {
    signal.throwIfAborted();
    const read = await file.file(own.hash);
    if (!read.ok) {
      warnings.push(
        `“${own.name}” of an action is left out: ${describeFailure(read.failure).what}`,
      );
    } else if (read.value === null) {
      warnings.push(`“${own.name}” of an action is not in the file.`);
    } else {
      const files = [{ hash: own.hash, bytes: read.value }];
      const written = await store.commit({ project, put: [], removed: [], files });
      if (!written.ok) return written;
    }
  }
  return succeed(warnings);
}
