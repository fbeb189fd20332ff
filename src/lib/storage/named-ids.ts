// Which samples a stored change names.

import { samplesNamed } from '#lib/core/history.ts';
import type { SampleId } from '#lib/core/project.ts';
import type { HistoryRow } from './schema.ts';

/** Samples that taking it back, or doing it again, may put in place. Changes of the list name none. */
export function idsNamed(change: HistoryRow['change']): SampleId[] {
  return 'projectId' in change ? [] : samplesNamed(change);
}
