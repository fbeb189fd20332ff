// What files from outside can be, and their counts. A new kind is one member here, and the compiler shows every place to extend.

import type { FileSummary } from '#lib/core/file-summary.ts';
import type { Result } from '#lib/core/failure.ts';
import type { HeadFile } from './head-file.ts';
import type { KnnDataset } from './knn-json.ts';
import { countPictures, type PictureSet } from './picture-set.ts';
import type { ProjectFile } from './project-file.ts';
import type { TmModel } from './tm-model.ts';

export type OpenedContent =
  | { readonly kind: 'project'; readonly file: ProjectFile }
  | {
      readonly kind: 'head';
      readonly file: HeadFile;
      /** The same classifier with its backbone, for a device that lacks that; null when the file has none. */
      readonly model: (() => Promise<Result<TmModel>>) | null;
    }
  | { readonly kind: 'tm-model'; readonly model: TmModel }
  | { readonly kind: 'knn'; readonly data: KnnDataset }
  | { readonly kind: 'video'; readonly fileName: string; readonly blob: Blob }
  | { readonly kind: 'tm-project' | 'folders' | 'pictures'; readonly set: PictureSet };

/** Classes with their samples, and takes. How many samples a video gives is known when it is played. */
export function countsOf(content: OpenedContent): Pick<FileSummary, 'classes' | 'takes'> {
  switch (content.kind) {
    case 'project':
      return countProject(content.file);
    case 'head':
      return { classes: withoutSamples(content.file.head.labels), takes: 0 };
    case 'tm-model':
      return { classes: withoutSamples(content.model.labels), takes: 0 };
    case 'knn':
      return {
        classes: content.data.classes.map(({ label, rows }) => ({ name: label, samples: rows })),
        takes: 0,
      };
    case 'video':
      return { classes: [], takes: 1 };
    case 'tm-project':
    case 'folders':
    case 'pictures':
      return countPictures(content.set);
  }
}

const withoutSamples = (labels: readonly string[]): FileSummary['classes'] =>
  labels.map((name) => ({ name, samples: 0 }));

function countProject({ document }: ProjectFile): Pick<FileSummary, 'classes' | 'takes'> {
  const { project, samples } = document;
  const shots = new Map<string, number>();
  for (const { classId } of samples) shots.set(classId, (shots.get(classId) ?? 0) + 1);
  const takes = new Set(samples.map(({ classId, takeId }) => JSON.stringify([classId, takeId])));
  const classes = project.classes.map(({ id, name }) => ({ name, samples: shots.get(id) ?? 0 }));
  return { classes, takes: takes.size };
}
