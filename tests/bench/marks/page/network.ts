import { vectorNetwork } from '#lib/engine/vectors/vector-network.ts';
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

export async function vectorProbe(rounds: number): Promise<Times> {
  const source = await backboneSource();
  const backbone = await source.build();
  const folded = source.fold();
  if (!folded) throw new Error('x');
  const random = seededRandom(3);
  const input = Float32Array.from({ length: 160 * 160 * 3 }, () => 2 * random() - 1);
  const plain = await vectorNetwork(folded, { relaxed: false });
  const relaxed = await vectorNetwork(folded, { relaxed: true });
  return inTurns(
    [
      { name: 'tf', once: () => backbone.embed(input) },
      { name: 'plain', once: () => Promise.resolve(plain?.run(input)) },
      { name: 'relaxed', once: () => Promise.resolve(relaxed?.run(input)) },
    ],
    rounds,
  );
}

export async function probe(rounds: number): Promise<Record<string, number[]>> {
  const client = new EngineClient();
  const options = { modelsUrl: modelsUrl(), backboneId: null, backend: 'wasm' } as const;
  valueOf(await client.start({ ...options, rememberedBackend: 'wasm' }));
  const random = seededRandom(3);
  const samples = Array.from({ length: 60 }, (_, i) => ({
    id: `${i}`,
    classId: `${i % 3}`,
    embedding: Float32Array.from({ length: 1280 }, () => random()),
  }));
  valueOf(await client.putSamples({ samples }));
  const classes = ['0', '1', '2'].map((name) => ({ id: name, name }));
  valueOf(await client.fit({ spec: defaultHeadSettings.ridge, classes }));
  const video = await camera();
  const out: Record<string, number[]> = { grab: [], total: [], pre: [], embed: [], predict: [], ping: [] };
  for (let r = 0; r < rounds; r += 1) {
    const a = performance.now();
    const image = await grabFrame(video);
    const b = performance.now();
    if (!image) throw new Error('x');
    const seen = valueOf(await client.classify({ frame: { image, crop: { centreX: 0.5, centreY: 0.5, size: 1 } } }));
    const c = performance.now();
    if (!seen) throw new Error('y');
    out.grab?.push(b - a);
    out.total?.push(c - a);
    out.pre?.push(seen.timing.preprocessMs);
    out.embed?.push(seen.timing.embedMs);
    out.predict?.push(seen.timing.predictMs);
    const d = performance.now();
    await client.memory();
    out.ping?.push(performance.now() - d);
  }
  client.dispose();
  return out;
}
