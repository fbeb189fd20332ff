// Backbones that a site owner drops in, and WebGPU, in the real worker. Skipped where their material is absent.
import { chromium, expect, test, type Page } from '@playwright/test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchWith } from '../e2e/browser.ts';
import { openHarness, type Harness } from './harness.ts';

const weights = resolve(import.meta.dirname, '../../../shared/data/weights');
const hubs = [
  { folder: 'mobilenet-v1-0.25-224-hub', version: 1, alpha: 0.25, embeddingSize: 256 },
  { folder: 'mobilenet-v2-1.0-224-hub', version: 2, alpha: 1, embeddingSize: 1280 },
];
const present = existsSync(weights);

let harness: Harness;
let catalogue: string;

test.beforeAll(async () => {
  catalogue = mkdtempSync(join(tmpdir(), 'handful-catalogue-'));
  const backbones = hubs.map(({ folder, ...facts }) => ({
    ...facts,
    kind: 'mobilenet',
    id: folder,
    name: folder,
    modelUrl: `../${folder}/model.json`,
    inputRange: [0, 1],
    sizePx: 224,
    parameters: 1,
    licence: 'Apache-2.0',
    note: '',
  }));
  writeFileSync(join(catalogue, 'catalogue.json'), JSON.stringify({ version: 1, backbones }));
  const folders = hubs.map(({ folder }) => [folder, join(weights, folder)] as const);
  harness = await openHarness({ extra: { hubs: catalogue, ...Object.fromEntries(folders) } });
});
test.afterAll(async () => {
  await harness.close();
  rmSync(catalogue, { recursive: true });
});

test(`both hub models teach and classify, one after the other${present ? '' : ' (skipped: no ../shared/data)'}`, async ({
  page,
}) => {
  test.skip(!present, 'skipped: no ../shared/data');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(harness.url);
  const seen = await page.evaluate(async () => {
    const { tools } = window;
    const modelsUrl = new URL('models/hubs/', window.location.href).href;
    const { client, state } = await tools.started({ modelsUrl });
    const spec = { kind: 'ridge', lambda: 0.03, temperature: 4, balanced: true } as const;
    const results = [];
    for (const { id } of state.catalogue) {
      const progress: unknown[] = [];
      const onProgress = (each: unknown): void => void progress.push(each);
      const { backbone } = tools.valueOf(
        await client.useBackbone({ backboneId: id }, { onProgress }),
      );
      await tools.teach(client);
      tools.valueOf(await client.fit({ spec, classes: tools.classes }));
      const before = tools.valueOf(await client.memory());
      for (let i = 0; i < 20; i += 1) {
        const frame = { image: await tools.scene(20 + i), crop: tools.centre };
        tools.valueOf(await client.classify({ frame }));
      }
      const frame = { image: await tools.scene(25), crop: tools.centre };
      const prediction = tools.valueOf(await client.classify({ frame }));
      const after = tools.valueOf(await client.memory());
      const { embedding } = tools.valueOf(
        await client.embedJpeg({ jpeg: await tools.bytesOf(tools.golden(), 'image/png') }),
      );
      results.push({
        size: embedding.length,
        sha256: backbone.sha256,
        warm: prediction?.probabilities[0] ?? 0,
        leaked: after.tensors - before.tensors,
        samples: after.samples,
        progress: progress.length,
      });
    }
    return results;
  });
  expect(seen.map(({ size }) => size)).toEqual([256, 1280]);
  for (const { warm, leaked, samples, sha256 } of seen) {
    expect(warm).toBeGreaterThan(0.6);
    expect({ leaked, samples }).toEqual({ leaked: 0, samples: 4 });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  // The first was loaded by the start, so only the second had anything to download.
  expect(seen.map(({ progress }) => progress > 0)).toEqual([false, true]);
  expect(asked.filter((url) => !url.startsWith(harness.url))).toEqual([]);
  const shards = asked.filter((url) => url.endsWith('.bin'));
  expect(new Set(shards).size).toBe(shards.length);
});

test('webgpu computes the same as wasm', async () => {
  test.slow();
  const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  const browser = await chromium.launch(launchWith(null, flags));
  try {
    const page = await browser.newPage();
    await page.goto(harness.url);
    const onWasm = await embedGolden(page, 'wasm');
    const onWebgpu = await embedGolden(page, 'webgpu');
    test.skip(typeof onWebgpu === 'string', `skipped: ${String(onWebgpu)}`);
    if (typeof onWasm === 'string' || typeof onWebgpu === 'string') throw new Error(String(onWasm));
    const difference = Math.hypot(...onWasm.map((value, i) => value - (onWebgpu[i] ?? 0)));
    expect(difference / Math.hypot(...onWasm)).toBeLessThan(1e-3);
  } finally {
    await browser.close();
  }
});

/** The golden picture's embedding, or why the backend is not here. */
function embedGolden(page: Page, backend: 'wasm' | 'webgpu'): Promise<number[] | string> {
  return page.evaluate(async (wish) => {
    const { tools } = window;
    const { client } = await tools.started();
    const used = await client.useBackend({ backend: wish });
    if (!used.ok) {
      return used.failure.code === 'backend-unavailable' ? used.failure.detail : used.failure.code;
    }
    const jpeg = await tools.bytesOf(tools.golden(), 'image/png');
    const { embedding } = tools.valueOf(await client.embedJpeg({ jpeg }));
    client.dispose();
    return Array.from(embedding);
  }, backend);
}
