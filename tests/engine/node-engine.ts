// The engine's surroundings for tests in Node: WebAssembly from the package's folder, plain pixels instead of a canvas,
// files instead of a network, and backbones small enough to run a thousand times.
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cropRect } from '#lib/core/crop.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { seededRandom } from '#lib/core/random.ts';
import type { BackendDriver, BackendDrivers } from '#lib/engine/backends/driver.ts';
import type { Surroundings } from '#lib/engine/engine.ts';
import type { Pictures } from '#lib/engine/pictures.ts';
import type { Frame } from '#lib/engine/protocol.ts';

const wasmFile = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(join(dirname(wasmFile), '/'));

export const modelsUrl = 'http://site.test/models/';

const plainDriver = {
  removable: false,
  absence: () => Promise.resolve(null),
  emulator: () => Promise.resolve(null),
  load: () => Promise.resolve(),
  watch: () => ({ isLost: () => false }),
};

export const wasmDriver: BackendDriver = { ...plainDriver, name: 'wasm', registered: 'wasm' };

/** TensorFlow.js' plain JS backend in the place of a graphics backend whose context can be lost on purpose. */
export class FragileDriver implements BackendDriver {
  readonly name = 'webgl';
  readonly registered = 'cpu';
  readonly removable = true;
  /** Why it is absent from now on, or null. */
  missing: string | null = null;
  #lost = false;
  #onLost: () => void = () => undefined;

  absence(): Promise<string | null> {
    return Promise.resolve(this.missing);
  }

  emulator(): Promise<string | null> {
    return Promise.resolve(null);
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  watch(onLost: () => void): { isLost: () => boolean } {
    this.#lost = false;
    this.#onLost = onLost;
    return { isLost: () => this.#lost };
  }

  lose(): void {
    this.#lost = true;
    this.#onLost();
  }
}

export function driversWith(webgl?: BackendDriver): BackendDrivers {
  const absent = { ...plainDriver, registered: 'none', absence: () => Promise.resolve('absent') };
  return {
    wasm: wasmDriver,
    webgl: webgl ?? { ...absent, name: 'webgl' },
    webgpu: { ...absent, name: 'webgpu' },
  };
}

/** A picture of plain pixels that knows whether it was closed. */
export class FakeImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
  closed = 0;

  constructor(width: number, height: number, data: Uint8ClampedArray) {
    this.width = width;
    this.height = height;
    this.data = data;
  }

  close(): void {
    this.closed += 1;
  }
}

/** A frame of noise whose brightness and colour come from `seed`. */
export function fakeFrame(
  seed: number,
  width = 40,
  height = 30,
): { image: FakeImage; frame: Frame } {
  const random = seededRandom(seed);
  const tint = [random(), random(), random(), 1];
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : 255 * (tint[i % 4] ?? 0) * (0.5 + 0.5 * random()),
  );
  const image = new FakeImage(width, height, data);
  const crop = { centreX: 0.5, centreY: 0.5, size: 1 };
  return { image, frame: { image: image, crop } };
}

/** Nearest-pixel scaling; "JPEG" is the side in two bytes and the pixels as they are. */
export const fakePictures: Pictures = {
  pixels: (image, crop, side) => Promise.resolve(square(image as unknown as FakeImage, crop, side)),
  encodeJpeg(image, crop, side) {
    const bytes = new Uint8Array(2 + side * side * 4);
    bytes.set([side & 255, side >> 8]);
    bytes.set(square(image as unknown as FakeImage, crop, side), 2);
    return Promise.resolve(bytes);
  },
  decode(jpeg): Promise<Result<ImageBitmap>> {
    const side = (jpeg[0] ?? 0) + 256 * (jpeg[1] ?? 0);
    if (side === 0 || jpeg.length !== 2 + side * side * 4) {
      const failure = { code: 'bad-picture', fileName: 'sample', detail: 'no picture' } as const;
      return Promise.resolve(fail(failure));
    }
    const image = new FakeImage(side, side, new Uint8ClampedArray(jpeg.slice(2)));
    return Promise.resolve(succeed(image as unknown as ImageBitmap));
  },
};

function square(image: FakeImage, crop: Frame['crop'], side: number): Uint8ClampedArray {
  const { xPx, yPx, sizePx } = cropRect(image.width, image.height, crop);
  const rgba = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const from =
        4 *
        ((yPx + Math.floor((y * sizePx) / side)) * image.width +
          xPx +
          Math.floor((x * sizePx) / side));
      rgba.set(image.data.subarray(from, from + 4), 4 * (y * side + x));
    }
  }
  return rgba;
}

export type Files = Record<string, string | Uint8Array>;

/** Answers with `files` by their path under `models/`; anything else is 404. */
export function fetchFrom(files: Files): Surroundings['fetch'] {
  return (url, { signal }) => {
    signal.throwIfAborted();
    const file = files[url.slice(modelsUrl.length)];
    if (file === undefined) return Promise.resolve(new Response('', { status: 404 }));
    const body = typeof file === 'string' ? file : new Uint8Array(file);
    return Promise.resolve(new Response(body));
  };
}

/** Folder of a backbone in our own format: convolution, depthwise, linear convolution added to what was kept, convolution. */
export function smallBackbone(name: string, seed: number, embeddingSize = 24): Files {
  const random = seededRandom(seed);
  const numbers: number[] = [];
  const layer = (
    kind: 'conv' | 'depthwise',
    kernel: [number, number, number, number],
    rest: { stride?: 1 | 2; activation?: 'relu' | 'linear'; residual?: 'start' | 'add' },
  ): object => {
    const size = kernel.reduce((product, n) => product * n, 1);
    const out = kind === 'conv' ? kernel[3] : kernel[2];
    const kernelOffset = numbers.length * 2;
    const fanIn = kind === 'conv' ? kernel[0] * kernel[1] * kernel[2] : kernel[0] * kernel[1];
    for (let i = 0; i < size; i += 1) numbers.push((2 * random() - 1) * Math.sqrt(6 / fanIn));
    const biasOffset = numbers.length * 2;
    for (let i = 0; i < out; i += 1) numbers.push(random() - 0.5);
    return {
      name: `${kind}_${kernelOffset}`,
      kind,
      kernel,
      stride: 1,
      activation: 'relu',
      ...rest,
      kernelOffset,
      biasOffset,
    };
  };
  const layers = [
    layer('conv', [3, 3, 3, 8], { stride: 2 }),
    layer('depthwise', [3, 3, 8, 1], { residual: 'start' }),
    layer('conv', [1, 1, 8, 8], { activation: 'linear', residual: 'add' }),
    layer('conv', [1, 1, 8, embeddingSize], {}),
  ];
  const weights = new Uint8Array(numbers.length * 2);
  numbers.forEach((value, i) => new DataView(weights.buffer).setUint16(2 * i, toHalf(value), true));
  const manifest = {
    name,
    version: '1.0.0',
    architecture: 'small',
    input: {
      sizePx: 16,
      range: [-1, 1],
      channels: 'RGB',
      crop: 'centre square',
      padding: 'TensorFlow SAME',
    },
    embedding: embeddingSize,
    dtype: 'float16 little-endian',
    parameters: numbers.length,
    weights: {
      file: 'weights.bin',
      bytes: weights.length,
      sha256: createHash('sha256').update(weights).digest('hex'),
    },
    layers,
  };
  return { [`${name}/model.json`]: JSON.stringify(manifest), [`${name}/weights.bin`]: weights };
}

/** Half-precision bits of a number of ordinary size, cut off. */
function toHalf(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  const exponent = ((word >> 23) & 0xff) - 112;
  if (exponent <= 0) return (word >> 16) & 0x8000;
  return ((word >> 16) & 0x8000) | (exponent << 10) | ((word >> 13) & 0x3ff);
}

/** A site with two small backbones, `small` and `other`, of different embedding sizes. */
export function smallSite(): Files {
  const rows = ['small', 'other'].map((folder) => ({ kind: 'handful', folder }));
  return {
    'catalogue.json': JSON.stringify({ version: 1, backbones: rows }),
    ...smallBackbone('small', 1),
    ...smallBackbone('other', 2, 40),
  };
}

export function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    drivers: driversWith(),
    pictures: fakePictures,
    fetch: fetchFrom(smallSite()),
    now: () => performance.now(),
    onStateChange: () => undefined,
    ...changes,
  };
}

/** A context of a verb that nobody aborts. */
export const calm = { signal: new AbortController().signal, onProgress: () => undefined };

export const startOptions = {
  modelsUrl,
  backboneId: null,
  backend: 'auto',
  rememberedBackend: 'wasm',
} as const;

/** The value of a result that must be one. */
export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
