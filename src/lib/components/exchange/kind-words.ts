// Kinds of files in words for people.

import type { FileSummary } from '#lib/core/file-summary.ts';

const kinds: Record<FileSummary['kind'], string> = {
  project: 'a Handful project',
  head: 'a trained head',
  'tm-project': 'a Teachable Machine project',
  'tm-model': 'a Teachable Machine model',
  knn: 'samples for nearest neighbours (KNN)',
  folders: 'folders of pictures',
  pictures: 'pictures',
  video: 'a video',
};

export const kindWords = ({ kind }: FileSummary): string => kinds[kind];
