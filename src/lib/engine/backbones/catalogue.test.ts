import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fetchFrom, modelsUrl, smallSite, valueOf, type Files } from '#tests/engine/node-engine.ts';
import { readCatalogue } from './catalogue.ts';
import { parseManifest } from './handful-format.ts';

const { signal } = new AbortController();
const hub = {
  kind: 'mobilenet',
  id: 'hub-v1@1',
  name: 'MobileNet V1',
  modelUrl: 'hub/model.json',
  version: 1,
  alpha: 0.25,
  inputRange: [0, 1],
  sizePx: 224,
  embeddingSize: 256,
  parameters: 470000,
  licence: 'Apache-2.0',
  note: '',
};

const read = (rows: readonly unknown[], files: Files = smallSite()) =>
  readCatalogue(modelsUrl, {
    fetch: fetchFrom({
      ...files,
      'catalogue.json': JSON.stringify({ version: 1, backbones: rows }),
    }),
    signal,
  });

describe('catalogue', () => {
  test('reads both kinds of rows, addresses relative to the catalogue', async () => {
    const { entries, skipped } = valueOf(await read([{ kind: 'handful', folder: 'small' }, hub]));
    expect(skipped).toEqual([]);
    expect(entries.map(({ facts }) => facts.id)).toEqual(['small@1.0.0', 'hub-v1@1']);
    expect(entries[1]).toMatchObject({ modelUrl: `${modelsUrl}hub/model.json` });
    expect(entries[0]?.facts).toMatchObject({ name: 'small', inputSizePx: 16, embeddingSize: 24 });
  });

  test('a row may state its threshold for *none of these*; else whitening decides', async () => {
    const rows = [
      { kind: 'handful', folder: 'small', whitening: 'whitening.json' },
      hub,
      { ...hub, id: 'own', unknownThreshold: 0.92 },
    ];
    const { entries } = valueOf(await read(rows));
    expect(entries.map(({ facts }) => facts.unknownThreshold)).toEqual([0.8, 0.86, 0.92]);
    const { skipped } = valueOf(await read([{ ...hub, unknownThreshold: 2 }]));
    expect(skipped[0]?.reason).toMatch(/unknownThreshold/);
  });

  test('an absolute address stays', async () => {
    const modelUrl = 'https://models.test/v1/model.json';
    const { entries } = valueOf(await read([{ ...hub, modelUrl }]));
    expect(entries[0]).toMatchObject({ modelUrl });
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', 7, /object/i],
    ['an unknown kind', { kind: 'resnet', name: 'R' }, /kind/],
    ['a folder outside', { kind: 'handful', folder: '../secret' }, /folder/],
    ['a folder that is not there', { kind: 'handful', folder: 'nowhere' }, /404/],
    ['a size that the package cannot feed', { ...hub, sizePx: 192 }, /sizePx/],
    ['no input range', { ...hub, inputRange: undefined }, /inputRange/],
    ['an id that is taken', { ...hub, name: 'twin' }, /second row/],
  ])('a row with %s is skipped with its reason, the others stay', async (_, row, reason) => {
    const { entries, skipped } = valueOf(
      await read([hub, row, { kind: 'handful', folder: 'small' }]),
    );
    expect(entries).toHaveLength(2);
    expect(skipped).toHaveLength(1);
    expect(skipped[0]?.reason).toMatch(reason);
  });

  test.each([
    ['no JSON', '<!doctype html>'],
    ['another version', '{"version": 2, "backbones": []}'],
    ['no rows', '{"version": 1}'],
  ])('a catalogue with %s is a failure', async (_, text) => {
    const context = { fetch: fetchFrom({ 'catalogue.json': text }), signal };
    const answered = await readCatalogue(modelsUrl, context);
    expect(answered).toMatchObject({ ok: false, failure: { code: 'backbone-corrupt' } });
  });

  test('a missing catalogue is a failure', async () => {
    const answered = await readCatalogue(modelsUrl, { fetch: fetchFrom({}), signal });
    expect(answered).toMatchObject({ ok: false, failure: { code: 'backbone-unavailable' } });
  });

  test('no row can break the reading of the others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (row) => {
        const { entries } = valueOf(await read([row, hub]));
        expect(entries).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('manifest of our format', () => {
  const manifest = JSON.parse(String(smallSite()['small/model.json'])) as {
    layers: Record<string, unknown>[];
  };
  const changed = (index: number, change: Record<string, unknown>): string =>
    JSON.stringify({
      ...manifest,
      layers: manifest.layers.map((layer, i) => (i === index ? { ...layer, ...change } : layer)),
    });

  test('is accepted as it is', () => {
    expect(parseManifest(JSON.stringify(manifest)).ok).toBe(true);
  });

  test.each<[string, string, RegExp]>([
    ['text', 'no', /not JSON/],
    ['other dtype', JSON.stringify({ ...manifest, dtype: 'float32' }), /dtype/],
    ['channels that do not chain', changed(2, { kernel: [1, 1, 9, 8] }), /channels/],
    ['numbers outside the file', changed(3, { biasOffset: 1e6 }), /outside/],
    ['an addition of nothing', changed(1, { residual: undefined }), /not kept/],
    ['another embedding size', JSON.stringify({ ...manifest, embedding: 5 }), /embedding/],
    ['a stride of 3', changed(0, { stride: 3 }), /stride/],
  ])('is refused with %s', (_, text, reason) => {
    const parsed = parseManifest(text);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });
});
