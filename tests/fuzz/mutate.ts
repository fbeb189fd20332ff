// A recipe and the seeds → the files that somebody might be sent.
import type { InputFile } from '#lib/exchange/loose-files.ts';
import { pictureHeaders } from './picture-headers.ts';
import { changedJson } from './mutate-json.ts';
import { rawZip, zeroBomb, type RawEntry } from './raw-zip.ts';
import type { Recipe, Step } from './recipe.ts';
import type { Seed } from './seeds.ts';

export interface Case {
  /** Which seed it was. */
  readonly from: string;
  readonly name: string;
  readonly files: readonly InputFile[];
}

type EntryStep = Exclude<
  Step,
  { kind: 'flip' | 'cut' | 'insert' | 'duplicate' | 'truncate' | 'directory' }
>;
type BytesStep = Exclude<Step, EntryStep>;

const isBytesStep = (step: Step): step is BytesStep =>
  ['flip', 'cut', 'insert', 'duplicate', 'truncate', 'directory'].includes(step.kind);

export function makeCase(recipe: Recipe, seeds: readonly Seed[]): Case {
  const seed = pick(seeds, recipe.seed);
  const zipped = (seed.kind === 'zip') !== recipe.swap;
  const entrySteps = recipe.steps.filter((step) => !isBytesStep(step));
  const entries = entrySteps.reduce<readonly RawEntry[]>(
    (list, step) => changedEntries(list, step, seeds),
    seed.entries.map(({ path, bytes }) => ({ name: path, bytes, deflate: path.endsWith('json') })),
  );
  const onBytes = recipe.steps.filter(isBytesStep);
  if (zipped) {
    const bytes = onBytes.reduce(changedBytes, rawZip(entries));
    const name = `${seed.name}.zip`;
    return { from: seed.name, name, files: [{ path: name, blob: blobOf(bytes) }] };
  }
  const files = entries.map(({ name, bytes }, i) => {
    const changed = i === 0 ? onBytes.reduce(changedBytes, bytes) : bytes;
    return { path: name, blob: blobOf(changed) };
  });
  return { from: seed.name, name: files[0]?.path ?? 'nothing', files };
}

const blobOf = (bytes: Uint8Array): Blob => new Blob([Buffer.from(bytes)]);

function pick<T>(list: readonly T[], share: number): T {
  const found = list[Math.floor(share * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

function changedEntries(
  entries: readonly RawEntry[],
  step: EntryStep,
  seeds: readonly Seed[],
): readonly RawEntry[] {
  if (step.kind === 'graft') {
    const { path, bytes } = pick(pick(seeds, step.seed).entries, step.entry);
    return [...entries, { name: path, bytes }];
  }
  if (step.kind === 'crowd') {
    const bytes = pictureHeaders[0](256, 256);
    const crowd = Array.from({ length: step.count }, (_, i) => {
      return { name: step.name.replace('#', `${i}`), bytes };
    });
    return [...entries, ...crowd];
  }
  const fitting = entries.filter((entry) => fits(entry, step));
  if (fitting.length === 0) return entries;
  const target = pick(fitting, step.entry);
  return entries.flatMap((entry) => (entry === target ? changedEntry(entry, step) : [entry]));
}

function fits({ name }: RawEntry, { kind }: EntryStep): boolean {
  if (kind === 'json') return name.endsWith('json');
  return kind !== 'numbers' || name.endsWith('bin');
}

function changedEntry(
  entry: RawEntry,
  step: Exclude<EntryStep, { kind: 'graft' | 'crowd' }>,
): RawEntry[] {
  switch (step.kind) {
    case 'drop':
      return [];
    case 'rename':
      return [{ ...entry, name: step.name }];
    case 'json':
      return [{ ...entry, bytes: changedJson(entry.bytes, step) }];
    case 'numbers':
      return [{ ...entry, bytes: changedNumbers(entry.bytes, step) }];
    case 'resize': {
      const bytes = new Uint8Array(Math.floor(entry.bytes.length * step.share));
      bytes.set(entry.bytes.subarray(0, bytes.length));
      return [{ ...entry, bytes }];
    }
    case 'picture':
      return [{ ...entry, bytes: pick(pictureHeaders, step.format / 6)(step.width, step.height) }];
    case 'bomb':
      return [{ name: entry.name, bytes: zeroBomb(step.megabytes), statedSize: step.stated }];
  }
}

function changedNumbers(
  bytes: Uint8Array,
  { at, every, value }: Extract<Step, { kind: 'numbers' }>,
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const count = Math.floor(copy.length / 4);
  const first = Math.floor(at * count);
  for (let i = first; i < count; i += every === 0 ? count : every) {
    view.setFloat32(4 * i, Number(value), true);
  }
  return copy;
}

function changedBytes(bytes: Uint8Array, step: BytesStep): Uint8Array {
  if (step.kind === 'directory') return changedDirectory(bytes, step);
  const at = Math.floor(step.at * bytes.length);
  const before = bytes.subarray(0, at);
  const part = bytes.subarray(at, at + step.length);
  const after = bytes.subarray(at + step.length);
  switch (step.kind) {
    case 'flip':
      return joined(
        before,
        part.map((byte) => byte ^ (step.length * 37)),
        after,
      );
    case 'cut':
      return joined(before, after);
    case 'insert':
      return joined(before, new Uint8Array(step.length).fill(step.length * 91), part, after);
    case 'duplicate':
      return joined(before, part, part, after);
    case 'truncate':
      return before;
  }
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Offset and length of fields of a central directory entry: flags, method, sum, sizes, lengths, disk, attributes, place. */
const fields: readonly (readonly [number, number])[] = [
  [8, 2],
  [10, 2],
  [16, 4],
  [20, 4],
  [24, 4],
  [28, 2],
  [30, 2],
  [32, 2],
  [34, 2],
  [38, 4],
  [42, 4],
];
/** The same of the end of the directory: counts, size, place. */
const endFields: readonly (readonly [number, number])[] = [
  [10, 2],
  [12, 4],
  [16, 4],
];

function changedDirectory(
  bytes: Uint8Array,
  { entry, field, value }: Extract<Step, { kind: 'directory' }>,
): Uint8Array {
  const copy = Buffer.from(bytes);
  const end = field >= fields.length;
  const places = placesOf(copy, end ? 'PK\x05\x06' : 'PK\x01\x02');
  if (places.length === 0) return bytes;
  const [offset, length] = (end ? endFields[field - fields.length] : fields[field]) ?? [10, 2];
  const at = pick(places, entry) + offset;
  if (at + length <= copy.length) copy.writeUIntLE(value % 256 ** length, at, length);
  return new Uint8Array(copy);
}

function placesOf(bytes: Buffer, mark: string): number[] {
  const places: number[] = [];
  for (
    let at = bytes.indexOf(mark, 0, 'latin1');
    at >= 0;
    at = bytes.indexOf(mark, at + 4, 'latin1')
  ) {
    places.push(at);
  }
  return places;
}
