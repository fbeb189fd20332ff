// Where pictures in folders belong: their class by folder, their take by folder or, in a single one, by their names.

import { takesByName } from './bursts.ts';

export interface Placed {
  readonly className: string;
  /** Pictures of a class with the same mark are one take. */
  readonly take: string;
  readonly path: string;
  readonly capturedAtMs: number | null;
}

export interface Told {
  readonly placed: readonly Placed[];
  /** Whether names told takes apart. */
  readonly byGap: boolean;
  /** Whether a class has all of its pictures in one take only because nothing says otherwise. */
  readonly untold: boolean;
}

export const untoldWords =
  'Nothing says which pictures were taken in one go, so those of a folder count as one take. A folder for each take, inside the folder of its class, would say it.';

/** What people call the parts of a set that was split for training. */
const splitNames = /^(train|training|val|valid|validation|test|testing|eval)$/i;
/** Fewer pictures of a class than this may well have been taken in one go. */
const fewestToAsk = 10;

const collator = new Intl.Collator('en', { numeric: true });
/** 2.jpg before 10.jpg, the same on every machine. */
export const byName = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : 1);

/** `[train/]<class>/[<take>/…]<picture>`; pictures beside the folders, or without any, are of the class `fallback`. */
export function placeByFolder(paths: readonly string[], fallback: string): Placed[] {
  const parts = paths.map((path) => path.split('/'));
  const firsts = new Set(parts.map(([first, ...rest]) => (rest.length > 0 ? (first ?? '') : '')));
  const split = [...firsts].every((name) => splitNames.test(name));
  return paths.map((path, i) => {
    const folders = parts[i]?.slice(0, -1) ?? [];
    const named = split ? folders.slice(1) : folders;
    return {
      className: named[0] ?? fallback,
      take: folders.join('/'),
      path,
      capturedAtMs: null,
    };
  });
}

/** Where a class lies in a single folder, its takes are told by the names of its pictures. */
export function takesOfNames(placed: readonly Placed[]): Told {
  const classes = new Map<string, Placed[]>();
  for (const entry of placed) {
    const own = classes.get(entry.className);
    if (own) own.push(entry);
    else classes.set(entry.className, [entry]);
  }
  const takes = new Map<string, number>();
  let byGap = false;
  let untold = false;
  for (const own of classes.values()) {
    if (new Set(own.map(({ take }) => take)).size > 1) continue;
    const paths = own.map(({ path }) => path).sort(byName);
    const found = takesByName(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)));
    if (found) paths.forEach((path, i) => takes.set(path, found[i] ?? 0));
    byGap ||= found !== null;
    untold ||= found === null && own.length >= fewestToAsk;
  }
  const told = placed.map((entry) => {
    const number = takes.get(entry.path);
    return number === undefined ? entry : { ...entry, take: `${entry.take} ${number}` };
  });
  return { placed: told, byGap, untold };
}
