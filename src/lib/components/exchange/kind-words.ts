// Kinds of files in words for people.

import type { FileSummary } from '#lib/core/file-summary.ts';

const kinds: Record<FileSummary['kind'], string> = {
  project: 'a Handful project',
  head: 'a trained head',
  'tm-project': 'a Teachable Machine project',
  'tm-model': 'a Teachable Machine model',
  folders: 'folders of pictures',
  pictures: 'pictures',
};

export const kindWords = ({ kind }: FileSummary): string => kinds[kind];
