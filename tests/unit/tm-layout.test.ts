// What Handful writes as `.tm`, beside genuine files of Teachable Machine where ../shared/data lies.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeTmProject } from '#lib/exchange/tm-project.ts';
import { openArchive, type Archive } from '#lib/exchange/zip.ts';
import { valueOf } from '../engine/node-engine.ts';

const genuine = new URL('../../../shared/data/tm-projects/', import.meta.url).pathname;
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };
const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** Interleaved, as samples are recorded. */
async function ours(): Promise<Archive> {
  const listed = [1, 0, 1, 0, 0].map((classIndex) => ({
    classIndex,
    jpeg: () => Promise.resolve(jpeg),
  }));
  const blob = await writeTmProject('Mine', ['Ratón / a', 'b'], listed, quiet);
  return valueOf(await openArchive(blob, 'mine.tm'));
}

interface Layout {
  /** Names that are neither samples nor the manifest. */
  readonly others: readonly string[];
  readonly suffixes: readonly string[];
  readonly manifestPlace: 'last' | 'elsewhere';
  /** Whether each class's samples stand together, numbered from 0 on without gaps. */
  readonly inOrder: boolean;
  readonly keys: readonly string[];
  readonly appdata: readonly string[];
  readonly types: readonly string[];
}

async function layoutOf(archive: Archive): Promise<Layout> {
  const pattern = /^(?<name>[^/]+)-!-(?<index>\d+)(?<suffix>\.\w+)$/;
  const found = archive.names.map((name) => pattern.exec(name)?.groups ?? null);
  const samples = found.filter((groups) => groups !== null);
  const numbers = new Map<string, number[]>();
  for (const { name = '', index = '' } of samples) {
    numbers.set(name, [...(numbers.get(name) ?? []), Number(index)]);
  }
  const together = samples.filter(({ name }, i) => samples[i - 1]?.name !== name).length;
  const counted = [...numbers.values()].every((list) => list.every((n, i) => n === i));
  const manifest = valueOf(await archive.json('manifest.json')) as Record<string, unknown>;
  const appdata = manifest.appdata as Record<string, unknown>;
  return {
    others: archive.names.filter((name, i) => !found[i] && name !== 'manifest.json'),
    suffixes: [...new Set(samples.map(({ suffix = '' }) => suffix))],
    manifestPlace: archive.names.at(-1) === 'manifest.json' ? 'last' : 'elsewhere',
    inOrder: together === numbers.size && counted,
    keys: Object.keys(manifest).filter((key) => key !== 'name'),
    appdata: Object.keys(appdata),
    types: Object.values(appdata).map((value) => typeof value),
  };
}

describe('the layout of .tm', () => {
  test('is the one that was observed', async () => {
    expect(await layoutOf(await ours())).toEqual({
      others: [],
      suffixes: ['.jpg'],
      manifestPlace: 'last',
      inOrder: true,
      keys: ['type', 'version', 'appdata'],
      appdata: ['publishResults', 'trainEpochs', 'trainBatchSize', 'trainLearningRate'],
      types: ['object', 'number', 'number', 'number'],
    });
  });

  test.skipIf(!existsSync(genuine)).each(['hands', 'coins', 'objects', 'desk-objects'])(
    'is that of the genuine %s.tm (skipped: no ../shared/data)',
    async (name) => {
      const blob = new Blob([new Uint8Array(readFileSync(`${genuine}${name}.tm`))]);
      const archive = valueOf(await openArchive(blob, name));
      expect(await layoutOf(await ours())).toEqual(await layoutOf(archive));
    },
  );
});
