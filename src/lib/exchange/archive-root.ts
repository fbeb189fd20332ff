// An archive as it was meant: without what operating systems add, without unsafe names, and without one folder around all.

import type { Archive } from './zip.ts';

export interface RootedArchive {
  readonly archive: Archive;
  /** Name of the folder that lay around everything, which is gone from the names; null when there was none. */
  readonly root: string | null;
  /** How many files were left out because their names point outside. */
  readonly unsafe: number;
}

/** A name with a dot before it is hidden, unless it is a sample of Teachable Machine whose class is called so. */
const clutter = /(^|\/)(__MACOSX\/|\.(?!(?!_).*-!-)|Thumbs\.db$|desktop\.ini$)/i;
const longestName = 4096;

/** Same files, cleaned names. Nothing is read. */
export function rootedArchive(archive: Archive): RootedArchive {
  const originals = new Map<string, string>();
  let unsafe = 0;
  for (const name of archive.names) {
    const clean = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    if (isUnsafe(clean)) unsafe += 1;
    else if (!clutter.test(clean) && !clean.endsWith('/') && !originals.has(clean)) {
      originals.set(clean, name);
    }
  }
  const root = commonFolder([...originals.keys()]);
  const skip = root === null ? 0 : root.length + 1;
  const byName = new Map(Array.from(originals, ([clean, name]) => [clean.slice(skip), name]));
  return { archive: renamed(archive, byName), root, unsafe };
}

function isUnsafe(name: string): boolean {
  return (
    name.length > longestName ||
    name.startsWith('/') ||
    /^[a-z]:\//i.test(name) ||
    name.includes('\0') ||
    name.split('/').includes('..')
  );
}

function commonFolder(names: readonly string[]): string | null {
  const [first] = names;
  const end = first?.indexOf('/') ?? -1;
  if (first === undefined || end <= 0) return null;
  const folder = first.slice(0, end + 1);
  return names.every((name) => name.startsWith(folder)) ? first.slice(0, end) : null;
}

/** Only what lies in a folder, under the names it has there. */
export function insideFolder(archive: Archive, folder: string): Archive {
  const start = `${folder}/`;
  const inside = archive.names.filter((name) => name.startsWith(start));
  return renamed(archive, new Map(inside.map((name) => [name.slice(start.length), name])));
}

function renamed(archive: Archive, byName: ReadonlyMap<string, string>): Archive {
  // A name that is not there is passed on as it is, so that the words of the failure name it.
  const original = (name: string): string => byName.get(name) ?? name;
  return {
    fileName: archive.fileName,
    names: [...byName.keys()],
    has: (name) => byName.has(name),
    size: (name) => archive.size(original(name)),
    bytes: (name, limit) => archive.bytes(original(name), limit),
    json: (name) => archive.json(original(name)),
    close: () => archive.close(),
  };
}
