// Which samples the parts of a history name.

import { samplesNamed } from '#lib/core/history.ts';
import type { SampleId } from '#lib/core/project.ts';
import type { HistoryRow } from './schema.ts';

/** Samples that taking back, or doing again, may put in place. */
export function idsNamed(parts: Iterable<Pick<HistoryRow, 'change'>>): Set<SampleId> {
  const ids = new Set<SampleId>();
  for (const { change } of parts) {
    if ('projectId' in change) continue;
    for (const id of samplesNamed(change)) ids.add(id);
  }
  return ids;
}
