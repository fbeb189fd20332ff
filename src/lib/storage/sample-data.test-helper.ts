// Small projects, samples and stores for the tests of this room.

import { emptyProject, type Project, type Sample } from '#lib/core/project.ts';
import type { Result } from '#lib/core/failure.ts';

export const backboneId = 'handful-mobilenet-v2-0.50-160@0.1.0';

export function projectOf(id: string, name = id, updatedAtMs = 1000): Project {
  const classes = ['Thumbs up', 'Thumbs down'].map((className, i) => ({
    id: `${id}-class-${i}`,
    name: className,
    colour: i,
    enabled: true,
  }));
  return { ...emptyProject(id, name, backboneId, 1000), updatedAtMs, classes };
}

export function sampleOf(id: string, capturedAtMs = 0, classId = 'class-0'): Sample {
  return { id, classId, takeId: 'take', capturedAtMs, source: 'camera', sizePx: 256 };
}

/** Bytes that begin and end as a JPEG does, and differ by `mark`. */
export function jpegOf(mark: number, length = 12): Uint8Array {
  const bytes = new Uint8Array(length).fill(mark);
  bytes.set([0xff, 0xd8, 0xff]);
  return bytes;
}

/** The value of a result that must be one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`unexpected failure ${JSON.stringify(result.failure)}`);
  return result.value;
}
