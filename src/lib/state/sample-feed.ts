// Samples from an opened file, one at a time: pictures as they are where they fit, else made square and embedded.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { centreSquare } from '#lib/core/crop.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { freeColour, type ProjectClass, type Sample } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import { keepableSidePx } from '#lib/exchange/jpeg.ts';
import { readPictureBytes, type PictureSet } from '#lib/exchange/picture-set.ts';
import { withFreshIds, type ProjectFile } from '#lib/exchange/project-file.ts';
import type { StoredSample } from '#lib/storage/store.ts';
import { newId } from './clock.ts';
import { decodePicture } from './decode-picture.ts';

/** Classes and samples under new ids. */
export interface SampleFeed {
  readonly classes: readonly ProjectClass[];
  readonly count: number;
  /** The sample with its picture; `bad-picture` and `bad-file` leave only this one out. */
  read(index: number): Promise<Result<StoredSample>>;
}

/** Feed of pictures, in the order of the set, recorded one millisecond after the other from `startMs` on. */
export function pictureFeed(
  set: PictureSet,
  { client, backboneId, startMs }: { client: EngineClient; backboneId: string; startMs: number },
): SampleFeed {
  const classes = newClasses(set.classNames);
  const takes = new Map<string, string>();
  const takeId = (key: string): string => {
    const known = takes.get(key) ?? newId();
    takes.set(key, known);
    return known;
  };
  return {
    classes,
    count: set.pictures.length,
    async read(index) {
      const entry = set.pictures[index];
      const classId = classes[entry?.classIndex ?? 0]?.id;
      if (!entry || classId === undefined) throw new RangeError(`no picture ${index}`);
      const bytes = await readPictureBytes(set, entry);
      if (!bytes.ok) return bytes;
      const kept = await keepPicture(client, bytes.value, entry.path);
      if (!kept.ok) return kept;
      const { jpeg, sizePx, values } = kept.value;
      const sample: Sample = {
        id: newId(),
        classId,
        takeId: takeId(`${entry.classIndex}/${entry.take}`),
        capturedAtMs: entry.capturedAtMs ?? startMs + index,
        source: 'file',
        sizePx,
      };
      return succeed({ sample, jpeg, embedding: { backboneId, values } });
    },
  };
}

/**
 * Feed of a project file. Its embeddings come along when they are of the backbone in use, by its weights and by their size;
 * others are computed again from the pictures, as nobody can tell what they are.
 */
export function projectFeed(
  file: ProjectFile,
  inUse: LoadedBackbone | null,
): SampleFeed & {
  readonly document: ReturnType<typeof withFreshIds>['document'];
  readonly classIds: ReadonlyMap<string, string>;
} {
  const { document, originals, classIds } = withFreshIds(file.document, newId);
  const trusted = file.backbone?.id === inUse?.id && file.backbone?.sha256 === inUse?.sha256;
  return {
    document,
    classIds,
    classes: document.project.classes,
    count: document.samples.length,
    async read(index) {
      const sample = document.samples[index];
      if (!sample) throw new RangeError(`no sample ${index}`);
      const original = originals.get(sample.id) ?? sample.id;
      const jpeg = await file.jpeg(original);
      if (!jpeg.ok) return jpeg;
      const values = trusted ? await file.embedding(original) : null;
      const fits = inUse && values?.length === inUse.embeddingSize;
      const embedding = fits ? { backboneId: inUse.id, values } : null;
      return succeed({ sample, jpeg: jpeg.value, ...(embedding && { embedding }) });
    },
  };
}

/** Classes with new ids, and colours that differ as long as there are some. */
export function newClasses(names: readonly string[]): ProjectClass[] {
  const classes: ProjectClass[] = [];
  for (const name of names) {
    classes.push({ id: newId(), name, colour: freeColour(classes), enabled: true });
  }
  return classes;
}

interface KeptPicture {
  readonly jpeg: Uint8Array;
  readonly sizePx: number;
  readonly values: Float32Array;
}

/** A small square JPEG stays as it is, byte by byte; anything else is decoded, turned upright, cropped and shrunk. */
export async function keepPicture(
  client: EngineClient,
  bytes: Uint8Array,
  fileName: string,
): Promise<Result<KeptPicture>> {
  const sizePx = keepableSidePx(bytes);
  if (sizePx !== null) {
    const embedded = await client.embedJpeg({ jpeg: bytes });
    return embedded.ok
      ? succeed({ jpeg: bytes, sizePx, values: embedded.value.embedding })
      : named(embedded, fileName);
  }
  const picture = await decodePicture(bytes, fileName);
  if (!picture.ok) return picture;
  const frame = { image: picture.value, crop: centreSquare };
  const captured = await client.capture({ frame });
  if (!captured.ok) return captured;
  const { jpeg, embedding } = captured.value;
  return succeed({ jpeg, sizePx: captured.value.sizePx, values: embedding });
}

function named<T>(result: Result<T>, fileName: string): Result<never> {
  if (result.ok) throw new Error('only failures are named');
  const { failure } = result;
  return fail(failure.code === 'bad-picture' ? { ...failure, fileName } : failure);
}
