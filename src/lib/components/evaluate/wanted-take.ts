// A take that somebody asked to record.

import type { ClassId, SampleId } from '#lib/core/project.ts';

export interface WantedTake {
  readonly classId: ClassId;
  /** The sample to imitate; null: any take of the class. */
  readonly like: SampleId | null;
}
