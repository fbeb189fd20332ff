// The real engine in its real worker, built as the app is built, through its client, under the site's policy, from a sub-path.
import { expect, test, type Page, type Worker } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defaultHeadSettings } from '../../src/lib/core/head-spec.ts';
import { openHarness, type Harness } from './harness.ts';

let harness: Harness;
const asked: string[] = [];
const complaints: string[] = [];

test.beforeAll(async () => {
  harness = await openHarness();
});
test.afterAll(() => harness.close());

test.beforeEach(async ({ page }) => {
  asked.length = 0;
  complaints.length = 0;
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(harness.url);
});

async function engineWorker(page: Page): Promise<Worker> {
  await expect.poll(() => page.workers().length).toBeGreaterThan(0);
  return page.workers().at(-1)!;
}

const { ridge, knn, dense } = defaultHeadSettings;

test('the golden picture has its golden embedding', async ({ page }) => {
  const embedding = await page.evaluate(async () => {
    const { client } = await window.tools.started();
    const jpeg = await window.tools.bytesOf(window.tools.golden(), 'image/png');
    const answered = window.tools.valueOf(await client.embedJpeg({ jpeg }));
    return Array.from(answered.embedding);
  });
  const model = join(harness.folder, 'models/handful-mobilenet-v2-0.50-160/model.json');
  const { golden } = JSON.parse(readFileSync(model, 'utf8')) as {
    golden: { embeddingFirst8: number[]; embeddingL2: number };
  };
  const first = golden.embeddingFirst8;
  const difference = Math.hypot(...first.map((value, i) => value - (embedding[i] ?? 0)));
  expect(difference / Math.hypot(...first)).toBeLessThan(1e-3);
  expect(Math.abs(Math.hypot(...embedding) / golden.embeddingL2 - 1)).toBeLessThan(1e-3);
});

test('asks only its own site, no more than it needs, and nobody complains', async ({ page }) => {
  await page.evaluate(async () => {
    const { client } = await window.tools.started();
    await window.tools.teach(client);
  });
  expect(asked.filter((url) => !url.startsWith(harness.url))).toEqual([]);
  expect(harness.missing).toEqual([]);
  expect(complaints).toEqual([]);
  const scripts = asked
    .filter((url) => url.endsWith('.js'))
    .map((url) => url.slice(harness.url.length));
  const sizes = scripts.map((path) => gzipSync(readFileSync(join(harness.folder, path))).length);
  // WebGL, WebGPU and the loader of graph models stay away until they are wanted.
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(160_000);
});

for (const spec of [ridge, knn, { ...dense, epochs: 20 }]) {
  test(`teaches and classifies with ${spec.kind}`, async ({ page }) => {
    const seen = await page.evaluate(async (wish) => {
      const { tools } = window;
      const { client } = await tools.started();
      await tools.teach(client);
      const logs: unknown[] = [];
      const { classes } = tools;
      const onProgress = (progress: unknown): void => void logs.push(progress);
      const report = tools.valueOf(await client.fit({ spec: wish, classes }, { onProgress }));
      const image = await tools.scene(25, 8);
      const prediction = tools.valueOf(
        await client.classify({ frame: { image, crop: tools.centre } }),
      );
      return {
        accuracy: report.trainingAccuracy,
        logs: logs.length,
        warm: prediction?.probabilities[0],
        cosine: prediction?.largestCosine,
        closed: image.width === 0,
      };
    }, spec);
    expect(seen.accuracy).toBe(1);
    expect(seen.logs).toBe(spec.kind === 'dense' ? 20 : 0);
    expect(seen.warm).toBeGreaterThan(0.6);
    expect(seen.cosine).toBeGreaterThan(0.8);
    expect(seen.closed).toBe(true);
  });
}

test('a kept sample is a JPEG of 256 pixels whose embedding comes from its bytes', async ({
  page,
}) => {
  const kept = await page.evaluate(async () => {
    const { tools } = window;
    const { client } = await tools.started();
    const frame = { image: await tools.scene(20), crop: tools.centre };
    const { jpeg, sizePx, embedding } = tools.valueOf(await client.capture({ frame }));
    const again = tools.valueOf(await client.embedJpeg({ jpeg }));
    const bitmap = await createImageBitmap(
      new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }),
    );
    return {
      magic: Array.from(jpeg.subarray(0, 3)),
      sizes: [sizePx, bitmap.width, bitmap.height],
      same: again.embedding.every((value, i) => value === embedding[i]),
      closed: frame.image.width === 0,
    };
  });
  expect(kept).toEqual({
    magic: [255, 216, 255],
    sizes: [256, 256, 256],
    same: true,
    closed: true,
  });
});

test('cuts the square out and never stretches; bitmaps, video frames and pixels are the same', async ({
  page,
}) => {
  const embeddings = await page.evaluate(async () => {
    const { tools } = window;
    const { client } = await tools.started();
    const wide = await tools.scene(20);
    const square = await createImageBitmap(wide, 80, 0, 480, 480);
    const canvas = new OffscreenCanvas(480, 480);
    const context = canvas.getContext('2d')!;
    context.drawImage(square, 0, 0);
    const images = [
      wide,
      square,
      context.getImageData(0, 0, 480, 480),
      new VideoFrame(canvas, { timestamp: 0 }),
      await createImageBitmap(await tools.scene(20), { resizeWidth: 480, resizeHeight: 480 }),
    ];
    const embedded: number[][] = [];
    for (const image of images) {
      const captured = await client.capture({ frame: { image, crop: tools.centre } });
      embedded.push(Array.from(tools.valueOf(captured).embedding));
    }
    return embedded;
  });
  const [wide = [], ...others] = embeddings;
  const stretched = others.pop() ?? [];
  const difference = (other: number[]): number =>
    Math.hypot(...wide.map((value, i) => value - (other[i] ?? 0))) / Math.hypot(...wide);
  for (const other of others) expect(difference(other)).toBeLessThan(0.02);
  expect(difference(stretched)).toBeGreaterThan(0.1);
});

test('what is no picture is refused in words', async ({ page }) => {
  const answers = await page.evaluate(async () => {
    const { client } = await window.tools.started();
    const jpeg = await window.tools.bytesOf(await window.tools.scene(1), 'image/jpeg');
    return [
      await client.embedJpeg({ jpeg: new Uint8Array([1, 2, 3]) }),
      await client.embedJpeg({ jpeg: new Uint8Array(0) }),
      await client.classifyJpeg({ jpeg: jpeg.slice(0, 40) }),
    ];
  });
  for (const answer of answers) {
    expect(answer).toMatchObject({ ok: false, failure: { code: 'bad-picture' } });
  }
});

test('1 000 frames leave the tensor count where it was; of those sent at once most give way', async ({
  page,
}) => {
  const counts = await page.evaluate(async (spec) => {
    const { tools } = window;
    const { client } = await tools.started();
    await tools.teach(client);
    tools.valueOf(await client.fit({ spec, classes: tools.classes }));
    const before = tools.valueOf(await client.memory());
    const scene = await tools.scene(20);
    for (let i = 0; i < 1000; i += 1) {
      const image = await createImageBitmap(scene);
      tools.valueOf(await client.classify({ frame: { image, crop: tools.centre } }));
    }
    const burst = await Promise.all(Array.from({ length: 30 }, () => createImageBitmap(scene)));
    const answers = await Promise.all(
      burst.map((image) => client.classify({ frame: { image, crop: tools.centre } })),
    );
    const answered = answers.map((answer) => tools.valueOf(answer) !== null);
    const closed = burst.every(({ width }) => width === 0);
    return { before, after: tools.valueOf(await client.memory()), answered, closed };
  }, ridge);
  expect(counts.after).toEqual(counts.before);
  expect(counts.answered.filter(Boolean)).toHaveLength(2);
  expect(counts.answered.at(-1)).toBe(true);
  expect(counts.closed).toBe(true);
});

test('frames go on while a dense head trains; stopping keeps what was learned', async ({
  page,
}) => {
  const seen = await page.evaluate(
    async ([quick, long]) => {
      const { tools } = window;
      const { client } = await tools.started();
      await tools.teach(client);
      tools.valueOf(await client.fit({ spec: quick, classes: tools.classes }));
      const stop = new AbortController();
      const { signal } = stop;
      let done = false;
      const fitting = client.fit({ spec: long, classes: tools.classes }, { signal });
      void fitting.then(() => (done = true));
      let frames = 0;
      for (; frames < 5; frames += 1) {
        const frame = { image: await tools.scene(20), crop: tools.centre };
        tools.valueOf(await client.classify({ frame }));
      }
      const before = done;
      stop.abort();
      const report = tools.valueOf(await fitting);
      return {
        before,
        stopped: report.stopped,
        epochs: report.history.length,
        kind: report.head.kind,
      };
    },
    [ridge, { ...dense, epochs: 500, batchSize: 1 }] as const,
  );
  expect(seen).toMatchObject({ before: false, stopped: true, kind: 'dense' });
  expect(seen.epochs).toBeLessThan(500);
});

test('a dead worker is replaced, with its head, and asks for its samples', async ({ page }) => {
  await page.evaluate(async (spec) => {
    const { tools } = window;
    const { client } = await tools.started();
    await tools.teach(client);
    tools.valueOf(await client.fit({ spec, classes: tools.classes }));
    const heard: string[] = [];
    client.onRestart(() => heard.push('restart'));
    Object.assign(window, { client, heard });
  }, ridge);
  const worker = await engineWorker(page);
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('dies on purpose');
    });
  });
  await page.waitForFunction(() => (window as unknown as { heard: string[] }).heard.length > 0);
  const after = await page.evaluate(async () => {
    const { tools, client } = window as unknown as Window & {
      client: ReturnType<Window['tools']['newClient']>;
    };
    const frame = { image: await tools.scene(20), crop: tools.centre };
    const prediction = tools.valueOf(await client.classify({ frame }));
    return {
      warm: prediction?.probabilities[0],
      samples: tools.valueOf(await client.memory()).samples,
    };
  });
  expect(after.warm).toBeGreaterThan(0.6);
  expect(after.samples).toBe(0);
  expect(page.workers()).toHaveLength(1);
});

test('webgl computes the same, and a lost context is replaced by itself', async ({ page }) => {
  test.slow();
  await page.evaluate(async () => {
    const { client } = await window.tools.started();
    const told: string[] = [];
    client.onStateChange(({ backend }, reason) => told.push(`${backend}: ${reason}`));
    Object.assign(window, { client, told });
  });
  const worker = await engineWorker(page);
  await worker.evaluate(() => {
    const contexts: WebGL2RenderingContext[] = [];
    const proto = OffscreenCanvas.prototype as unknown as {
      getContext: (this: unknown, ...wish: unknown[]) => unknown;
    };
    const getContext = proto.getContext;
    proto.getContext = function (...wish) {
      const context = Reflect.apply(getContext, this, wish);
      if (wish[0] === 'webgl2' && context) contexts.push(context as WebGL2RenderingContext);
      return context;
    };
    Object.assign(self, { contexts });
  });
  const embed = (backend: 'wasm' | 'webgl' | null) =>
    page.evaluate(async (wish) => {
      const { tools, client } = window as unknown as Window & {
        client: ReturnType<Window['tools']['newClient']>;
      };
      if (wish) tools.valueOf(await client.useBackend({ backend: wish }));
      const jpeg = await tools.bytesOf(tools.golden(), 'image/png');
      return Array.from(tools.valueOf(await client.embedJpeg({ jpeg })).embedding);
    }, backend);
  const onWasm = await embed('wasm');
  const onWebgl = await embed('webgl');
  const difference = (other: number[]): number =>
    Math.hypot(...onWasm.map((value, i) => value - (other[i] ?? 0))) / Math.hypot(...onWasm);
  expect(difference(onWebgl)).toBeLessThan(1e-3);
  const lose = (): Promise<void> =>
    worker.evaluate(() => {
      const { contexts } = self as unknown as { contexts: WebGL2RenderingContext[] };
      contexts.at(-1)?.getExtension('WEBGL_lose_context')?.loseContext();
    });
  await lose();
  expect(difference(await embed(null))).toBeLessThan(1e-3);
  await lose();
  expect(difference(await embed(null))).toBeLessThan(1e-3);
  const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
  expect(told).toEqual([
    expect.stringMatching(/^webgl: /) as unknown as string,
    expect.stringMatching(/^wasm: /) as unknown as string,
  ]);
});

test('a start measures once; emulated graphics is passed over', async ({ page }) => {
  const state = await page.evaluate(async () => {
    const started = await window.tools.started({ rememberedBackend: null });
    return started.state;
  });
  expect(state.trials.map(({ backend }) => backend)).toEqual(['wasm', 'webgl', 'webgpu']);
  const [wasm] = state.trials;
  expect(wasm?.medianMs).toBeGreaterThan(0);
  const quickest = Math.min(...state.trials.map(({ medianMs }) => medianMs ?? Infinity));
  if (quickest === wasm?.medianMs) expect(state.backend).toBe('wasm');
});
