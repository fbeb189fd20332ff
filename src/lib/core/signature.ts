// A short text that changes whenever what a head is fitted on changes: tells whether a stored head is still current.

import type { HeadSpec } from './head-spec.ts';
import { learnableClasses, type ProjectDocument } from './project.ts';

/** Signature of what `spec` would be fitted on: backbone, classes, samples and their classes. */
export function trainingSignature(document: ProjectDocument, spec: HeadSpec): string {
  const classes = learnableClasses(document);
  const ids = new Set(classes.map(({ id }) => id));
  const parts = document.samples
    .filter(({ classId }) => ids.has(classId))
    .map(({ id, classId }) => `${id}:${classId}`);
  const text = JSON.stringify([
    document.project.backboneId,
    spec,
    classes.map(({ id, name }) => [id, name]),
    parts,
  ]);
  return `${parts.length}-${fnv1a(text).toString(16)}`;
}

/** FNV-1a over UTF-16 units, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
