// The bare network, a tensor in and an embedding out, beside Handful's whole round trip with the embedded backbone.
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { grabFrame } from '#lib/camera/frames.ts';
import { readCatalogue } from '#lib/engine/backbones/catalogue.ts';
import { loadHandful } from '#lib/engine/backbones/handful.ts';
import type { BackboneSource } from '#lib/engine/backbones/backbone.ts';
import { EngineClient } from '#lib/engine/client.ts';
import { camera } from './frames.ts';
import { inTurns, type Times } from './turns.ts';
import { valueOf } from './value-of.ts';

const modelsUrl = (): string => new URL('models/', location.href).href;

/** The embedded backbone, downloaded. */
export async function backboneSource(): Promise<BackboneSource> {
  const context = {
    fetch: (url: string, init: { signal: AbortSignal }) => fetch(url, init),
    signal: new AbortController().signal,
  };
  const [entry] = valueOf(await readCatalogue(modelsUrl(), context)).entries;
  if (entry?.kind !== 'handful') throw new Error('no backbone of our own');
  return valueOf(await loadHandful(entry, { ...context, name: 'bench' }, () => undefined));
}

export async function roundTrip(rounds: number): Promise<Times> {
  const backbone = await (await backboneSource()).build();
  const { inputSizePx: side } = backbone.facts;
  const random = seededRandom(3);
  const input = Float32Array.from({ length: side * side * 3 }, () => 2 * random() - 1);
  const client = new EngineClient();
  const options = { modelsUrl: modelsUrl(), backboneId: null, backend: 'wasm' } as const;
  valueOf(await client.start({ ...options, rememberedBackend: 'wasm' }));
  const samples = Array.from({ length: 60 }, (_, i) => ({
    id: `${i}`,
    classId: `${i % 3}`,
    embedding: Float32Array.from({ length: backbone.facts.embeddingSize }, () => random()),
  }));
  valueOf(await client.putSamples({ samples }));
  const classes = ['0', '1', '2'].map((name) => ({ id: name, name }));
  valueOf(await client.fit({ spec: defaultHeadSettings.ridge, classes }));
  const video = await camera();
  const times = await inTurns(
    [
      {
        name: 'ours',
        once: async () => {
          const image = await grabFrame(video);
          if (!image) throw new Error('the camera shows nothing');
          const crop = { centreX: 0.5, centreY: 0.5, size: 1 };
          const seen = valueOf(await client.classify({ frame: { image, crop } }));
          if (!seen) throw new Error('no prediction');
        },
      },
      { name: 'peer', once: () => backbone.embed(input) },
    ],
    rounds,
  );
  client.dispose();
  backbone.dispose();
  return times;
}
