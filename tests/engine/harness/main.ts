// A page with nothing but the engine's client on it, and a few pictures to give it.
import type { Result } from '#lib/core/failure.ts';
import { EngineClient } from '#lib/engine/client.ts';
import type { EngineState, StartOptions } from '#lib/engine/protocol.ts';

export interface Tools {
  /** A client that has started, on wasm unless told otherwise. */
  started(options?: Partial<StartOptions>): Promise<{ client: EngineClient; state: EngineState }>;
  newClient(): EngineClient;
  options(changes?: Partial<StartOptions>): StartOptions;
  /** A square of colour `hue` on grey, 640 × 480. */
  scene(hue: number, shift?: number): Promise<ImageBitmap>;
  /** The golden picture of the embedded backbone's `model.json`. */
  golden(): ImageData;
  bytesOf(picture: ImageBitmap | ImageData, type: string): Promise<Uint8Array>;
  /** Two samples for each of two classes, hue 20 and hue 200. */
  teach(client: EngineClient): Promise<void>;
  valueOf<T>(result: Result<T>): T;
  readonly centre: { centreX: number; centreY: number; size: number };
  readonly classes: readonly { id: string; name: string }[];
}

declare global {
  interface Window {
    tools: Tools;
  }
}

const centre = { centreX: 0.5, centreY: 0.5, size: 1 };

const tools: Tools = {
  centre,
  classes: [
    { id: 'warm', name: 'Warm' },
    { id: 'cold', name: 'Cold' },
  ],
  newClient: () => new EngineClient(),
  options: (changes = {}) => ({
    modelsUrl: new URL('models/', window.location.href).href,
    backboneId: null,
    backend: 'auto',
    rememberedBackend: 'wasm',
    ...changes,
  }),
  async started(changes) {
    const client = new EngineClient();
    return { client, state: tools.valueOf(await client.start(tools.options(changes))) };
  },
  scene(hue, shift = 0) {
    const { canvas, context } = blank(640, 480);
    context.fillStyle = '#888';
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = `hsl(${hue} 80% 50%)`;
    context.fillRect(220 + shift, 140, 200, 200);
    return createImageBitmap(canvas);
  },
  golden() {
    const picture = new ImageData(160, 160);
    for (let y = 0; y < 160; y += 1) {
      for (let x = 0; x < 160; x += 1) {
        const odd = (Math.floor(x / 20) + Math.floor(y / 20)) % 2;
        const red = Math.floor((255 * x) / 159);
        const green = Math.floor((255 * y) / 159);
        picture.data.set([red, green, 255 * odd, 255], 4 * (y * 160 + x));
      }
    }
    return picture;
  },
  async bytesOf(picture, type) {
    const { canvas, context } = blank(picture.width, picture.height);
    if (picture instanceof ImageData) context.putImageData(picture, 0, 0);
    else context.drawImage(picture, 0, 0);
    const blob = await canvas.convertToBlob({ type, quality: 0.92 });
    return new Uint8Array(await blob.arrayBuffer());
  },
  async teach(client) {
    for (const [i, hue] of [20, 200, 30, 210].entries()) {
      const image = await tools.scene(hue, 5 * i);
      const captured = await client.capture({ frame: { image, crop: centre } });
      const { embedding } = tools.valueOf(captured);
      const classId = i % 2 === 0 ? 'warm' : 'cold';
      tools.valueOf(await client.putSamples({ samples: [{ id: `s${i}`, classId, embedding }] }));
    }
  },
  valueOf(result) {
    if (!result.ok) throw new Error(JSON.stringify(result.failure));
    return result.value;
  },
};

function blank(
  width: number,
  height: number,
): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2d context');
  return { canvas, context };
}

window.tools = tools;
