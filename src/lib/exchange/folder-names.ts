// Folder names for classes: readable, safe on every system, never twice.

import type { ClassId, Project } from '#lib/core/project.ts';

/**
 * `numbered`: in the project's order everywhere. `plain`: the class's own name, which other programs take as its label.
 * `code`: as names in a program, `thumbs_up` for “Thumbs up”.
 */
export type FolderStyle = 'numbered' | 'plain' | 'code';

export function classFolders(
  { classes }: Project,
  style: FolderStyle = 'numbered',
): Map<ClassId, string> {
  const taken = new Set<string>();
  return new Map(
    classes.map(({ id, name }, i) => {
      const safe = style === 'code' ? codeName(name) : safeName(name);
      const number = String(i + 1).padStart(2, '0');
      const wanted = style === 'numbered' ? `${number} ${safe}`.trim() : safe || `class ${number}`;
      let free = wanted;
      for (let n = 2; taken.has(free.toLowerCase()); n += 1) free = `${wanted} ${n}`;
      taken.add(free.toLowerCase());
      return [id, free];
    }),
  );
}

/** Small letters, digits and single `_`; accents are dropped. */
function codeName(name: string): string {
  const letters = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return safeName(letters.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, ''));
}

/** Letters of any script, digits, spaces, `_` and `-`. Names that Windows keeps for itself get a `_`. */
export function safeName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{M}\p{N} _-]+/gu, '_').trim();
  return /^(con|prn|aux|nul|com\d|lpt\d|train|val|valid|validation|test|samples)$/i.test(plain)
    ? `${plain}_`
    : plain;
}
