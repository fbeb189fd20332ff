// Folders of class folders for the benches: every picture's embedding, facts and border embedding, kept between runs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { PictureFacts } from '#lib/core/picture-facts.ts';
import { TrainingStore, type StoreOrigin } from '#lib/learning/training-store.ts';
import { listClassFolders, openPicture } from '../../src/cli/class-folders.ts';
import { whiteningOf } from '../../src/cli/measure.ts';
import { startEngine, type NodeEngine } from '../../src/cli/node-engine.ts';
import { calm, valueOf } from '#tests/engine/node-engine.ts';

export interface BenchPicture {
  readonly file: string;
  readonly embedding: Float32Array;
  readonly facts: PictureFacts;
  readonly border: Float32Array;
}

export interface BenchSet {
  readonly name: string;
  readonly classes: readonly {
    readonly name: string;
    readonly pictures: readonly BenchPicture[];
  }[];
  readonly origin: StoreOrigin;
}

const root = resolve(import.meta.dirname, '../..');
export const dataFolder = join(root, '../shared/data/images');
export const hasData = existsSync(dataFolder);
const cache = join(root, 'node_modules/.cache/handful-bench');

/** At most `most` pictures of a class, evenly spread over it when `spread`, else its first. */
export async function benchSet(name: string, most = Infinity): Promise<BenchSet> {
  const node = valueOf(await startEngine(null, calm.signal));
  const origin = await originOf(node);
  const kept = join(cache, `${name}-${most}-${origin.backboneSha256.slice(0, 12)}.bin`);
  try {
    if (existsSync(kept)) {
      const classes = deserialize(readFileSync(kept)) as BenchSet['classes'];
      return { name, classes, origin };
    }
    const folders = valueOf(await listClassFolders(join(dataFolder, name)));
    const classes: { name: string; pictures: BenchPicture[] }[] = [];
    for (const entry of folders.classes) {
      const pictures: BenchPicture[] = [];
      for (const file of entry.files.slice(0, most)) pictures.push(await look(node, file));
      classes.push({ name: entry.name, pictures });
      process.stderr.write(`${name}: ${entry.name}\n`);
    }
    mkdirSync(cache, { recursive: true });
    writeFileSync(kept, serialize(classes));
    return { name, classes, origin };
  } finally {
    node.engine.dispose();
  }
}

async function look({ engine }: NodeEngine, file: string): Promise<BenchPicture> {
  const image = valueOf(await openPicture(file));
  const frame = { image, crop: { centreX: 0.5, centreY: 0.5, size: 1 } };
  const { jpeg, embedding } = valueOf(await engine.capture({ frame }, calm));
  const { facts, border } = valueOf(await engine.inspectJpeg({ jpeg, border: true }, calm));
  return { file, embedding, facts, border: border ?? new Float32Array(0) };
}

async function originOf(node: NodeEngine): Promise<StoreOrigin> {
  const { id, sha256, embeddingSize } = node.state.backbone;
  const whitening = valueOf(await whiteningOf(node, calm.signal));
  return { backboneId: id, backboneSha256: sha256, dimension: embeddingSize, whitening };
}

/** A store of samples named `class/picture`. */
export function storeOf(
  origin: StoreOrigin,
  samples: readonly {
    readonly id: string;
    readonly classId: string;
    readonly embedding: Float32Array;
  }[],
): TrainingStore {
  const store = new TrainingStore(origin);
  for (const { id, classId, embedding } of samples) valueOf(store.put(id, classId, embedding));
  return store;
}
