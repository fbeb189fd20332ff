// A short text that changes whenever what a head is fitted on changes: tells whether a stored head is still current.

import type { HeadSpec } from './head-spec.ts';
import type { ClassId, ProjectDocument, Sample } from './project.ts';

/** Signature of what `spec` would be fitted on: backbone, classes, samples and their classes. */
export function trainingSignature({ project, samples }: ProjectDocument, spec: HeadSpec): string {
  const digests = digestsOf(samples);
  let count = 0;
  const classes: (string | number)[][] = [];
  for (const { id, name, enabled } of project.classes) {
    const own = digests.get(id);
    if (!enabled || !own) continue;
    count += own.count;
    classes.push([id, name, own.count, own.hash >>> 0]);
  }
  const text = JSON.stringify([project.backboneId, spec, classes]);
  return `${count}-${(fnv1a(offsetBasis, text) >>> 0).toString(16)}`;
}

interface Digest {
  count: number;
  /** Over the ids of the class's samples in their order. */
  hash: number;
}

/** By list of samples, which is never changed in place: the same list is asked for many times between two changes. */
const known = new WeakMap<readonly Sample[], Map<ClassId, Digest>>();

function digestsOf(samples: readonly Sample[]): Map<ClassId, Digest> {
  const before = known.get(samples);
  if (before) return before;
  const digests = new Map<ClassId, Digest>();
  for (const { id, classId } of samples) {
    let digest = digests.get(classId);
    if (!digest) digests.set(classId, (digest = { count: 0, hash: offsetBasis }));
    digest.count += 1;
    // The comma keeps “a, bc” apart from “ab, c”.
    digest.hash = fnv1a(fnv1a(digest.hash, id), ',');
  }
  known.set(samples, digests);
  return digests;
}

const offsetBasis = 0x811c9dc5;

/** FNV-1a over UTF-16 units, 32 bits, going on from `hash`. */
function fnv1a(hash: number, text: string): number {
  let next = hash;
  for (let i = 0; i < text.length; i += 1) {
    next = Math.imul(next ^ text.charCodeAt(i), 0x01000193);
  }
  return next;
}
