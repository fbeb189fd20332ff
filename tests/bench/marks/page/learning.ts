// Learning after a new take: Handful's default head, and Teachable Machine's recipe (dense 100, 50 epochs, batches of 16) in tfjs,
// on the same embeddings of drawn shapes; and neighbours right after a sample was added.
import * as knnClassifier from '@tensorflow-models/knn-classifier';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { seededRandom } from '#lib/core/random.ts';
import { EngineClient } from '#lib/engine/client.ts';
import { fitKnnInStore, knnInStore } from '#lib/learning/knn.ts';
import { TrainingStore } from '#lib/learning/training-store.ts';
import { inTurns, type Times } from './turns.ts';
import { drawShape, shapes } from './shapes.ts';
import { valueOf } from './value-of.ts';

interface Embedded {
  readonly classId: string;
  readonly embedding: Float32Array;
}

export interface LearningTimes {
  readonly times: Times;
  /** Share of held-out pictures named right. */
  readonly accuracy: { readonly ours: number; readonly peer: number };
}

const dimension = 1280;

export async function started(): Promise<EngineClient> {
  const client = new EngineClient();
  const modelsUrl = new URL('models/', location.href).href;
  const options = {
    modelsUrl,
    backboneId: null,
    backend: 'wasm',
    rememberedBackend: 'wasm',
  } as const;
  valueOf(await client.start(options));
  return client;
}

async function embedShapes(client: EngineClient, each: number, seed: number): Promise<Embedded[]> {
  const embedded: Embedded[] = [];
  for (const classId of shapes) {
    for (let i = 0; i < each; i += 1) {
      const image = await drawShape(classId, seed + 1000 * i);
      const crop = { centreX: 0.5, centreY: 0.5, size: 1 };
      const { embedding } = valueOf(await client.capture({ frame: { image, crop } }));
      embedded.push({ classId, embedding });
    }
  }
  return embedded;
}

async function put(client: EngineClient, list: readonly Embedded[]): Promise<void> {
  valueOf(await client.clearSamples());
  const samples = list.map((each, i) => ({ id: `${i}`, ...each }));
  valueOf(await client.putSamples({ samples }));
}

const classes = shapes.map((name) => ({ id: name, name }));

/** Five classes of `each` samples. */
export async function againstTeachableRecipe(rounds: number, each: number): Promise<LearningTimes> {
  const client = await started();
  const train = await embedShapes(client, each, 1);
  const test = await embedShapes(client, 20, 500_000);
  await put(client, train);
  const spec = defaultHeadSettings.ridge;
  const peers: layers.LayersModel[] = [];
  const times = await inTurns(
    [
      { name: 'ours', once: async () => valueOf(await client.fit({ spec, classes })) },
      {
        name: 'peer',
        once: async () => peers.push(await teachableRecipe(train)),
      },
    ],
    rounds,
    1,
  );
  const tried = valueOf(
    await client.tryHead({
      spec,
      train: {
        embeddings: train.map(({ embedding }) => embedding),
        classIndexes: Uint16Array.from(train, ({ classId }) => indexOf(classId)),
      },
      test: test.map(({ embedding }) => embedding),
    }),
  );
  const truth = test.map(({ classId }) => indexOf(classId));
  const ours = shareEqual(truth, Array.from(tried.named));
  const [peer] = peers;
  const theirs = peer ? await named(peer, test) : [];
  for (const each of peers) each.dispose();
  client.dispose();
  return { times, accuracy: { ours, peer: shareEqual(truth, theirs) } };
}

const indexOf = (classId: string): number => shapes.findIndex((name) => name === classId);

const shareEqual = (truth: readonly number[], told: readonly number[]): number =>
  truth.filter((name, i) => name === told[i]).length / truth.length;

async function teachableRecipe(train: readonly Embedded[]): Promise<layers.LayersModel> {
  const varianceScaling = layers.initializers.varianceScaling({});
  const model = layers.sequential({
    layers: [
      layers.layers.dense({
        inputShape: [dimension],
        units: 100,
        activation: 'relu',
        kernelInitializer: varianceScaling,
        useBias: true,
      }),
      layers.layers.dense({
        kernelInitializer: varianceScaling,
        useBias: false,
        activation: 'softmax',
        units: shapes.length,
      }),
    ],
  });
  model.compile({
    optimizer: tf.train.adam(0.001),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const order = shuffled(train);
  const x = tf.tensor2d(flat(order), [order.length, dimension]);
  const indexes = tf.tensor1d(
    order.map(({ classId }) => indexOf(classId)),
    'int32',
  );
  const y = tf.oneHot(indexes, shapes.length);
  await model.fit(x, y, { epochs: 50, batchSize: 16 });
  tf.dispose([x, y, indexes]);
  return model;
}

async function named(model: layers.LayersModel, test: readonly Embedded[]): Promise<number[]> {
  const x = tf.tensor2d(flat(test), [test.length, dimension]);
  const answers = tf.tidy(() => tf.argMax(model.predict(x) as tf.Tensor2D, 1));
  const list = Array.from(await answers.data());
  tf.dispose([x, answers]);
  return list;
}

function flat(list: readonly Embedded[]): Float32Array {
  const all = new Float32Array(list.length * dimension);
  for (const [i, { embedding }] of list.entries()) all.set(embedding, i * dimension);
  return all;
}

function shuffled<T>(list: readonly T[]): T[] {
  const random = seededRandom(7);
  return list
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Handful alone: the default head on `classCount` × `each` made-up embeddings, milliseconds a fit. */
export async function fitOf(rounds: number, classCount: number, each: number): Promise<Times> {
  const client = await started();
  const random = seededRandom(9);
  const names = Array.from({ length: classCount }, (_, c) => `${c}`);
  for (const classId of names) {
    const samples = Array.from({ length: each }, (_, i) => ({
      id: `${classId} ${i}`,
      classId,
      embedding: Float32Array.from({ length: dimension }, () => random()),
    }));
    valueOf(await client.putSamples({ samples }));
  }
  const spec = defaultHeadSettings.ridge;
  const list = names.map((name) => ({ id: name, name }));
  const once = async (): Promise<unknown> => valueOf(await client.fit({ spec, classes: list }));
  const times = await inTurns([{ name: 'ours', once }], rounds, 1);
  client.dispose();
  return times;
}

export interface NeighbourTimes {
  readonly times: Times;
  /** Bytes that the samples hold. */
  readonly bytes: { readonly ours: number; readonly peer: number };
}

/** `total` samples in ten classes; one is added, then one embedding is predicted: what a frame costs right after a capture. */
export async function againstKnnClassifier(rounds: number, total: number): Promise<NeighbourTimes> {
  const random = seededRandom(11);
  const made = (): Float32Array => Float32Array.from({ length: dimension }, () => random());
  const knn = knnClassifier.create();
  const store = new TrainingStore({
    backboneId: 'b',
    backboneSha256: '',
    dimension,
    whitening: null,
  });
  const ten = Array.from({ length: 10 }, (_, c) => ({ id: `${c}`, name: `${c}` }));
  let added = 0;
  const add = (embedding: Float32Array, c: number): void => {
    added += 1;
    valueOf(store.put(`${added}`, `${c}`, embedding));
  };
  const before = tf.memory().numBytes;
  for (let c = 0; c < 10; c += 1) {
    const rows = Array.from({ length: total / 10 }, made);
    for (const row of rows) add(row, c);
    // All of a class at once: one by one its list is copied a thousand times before the bench begins.
    const flatRows = new Float32Array(rows.length * dimension);
    for (const [i, row] of rows.entries()) flatRows.set(row, i * dimension);
    const whole = tf.tensor2d(flatRows, [rows.length, dimension]);
    const normed = tf.tidy(() => tf.div<tf.Tensor2D>(whole, tf.norm(whole, 2, 1, true)));
    knn.setClassifierDataset({ ...knn.getClassifierDataset(), [`${c}`]: normed });
    whole.dispose();
  }
  const times = await inTurns(
    [
      {
        name: 'ours',
        once: () => {
          add(made(), 0);
          const head = knnInStore(
            valueOf(fitKnnInStore(store, defaultHeadSettings.knn, ten)),
            store,
          );
          return Promise.resolve(head.predict(made()));
        },
      },
      {
        name: 'peer',
        once: async () => {
          tf.tidy(() => knn.addExample(tf.tensor2d(made(), [1, dimension]), '0'));
          const query = tf.tensor2d(made(), [1, dimension]);
          await knn.predictClass(query, 3);
          query.dispose();
        },
      },
    ],
    rounds,
    1,
  );
  const bytes = { ours: bytesOf(store), peer: tf.memory().numBytes - before };
  knn.dispose();
  return { times, bytes };
}

function bytesOf(store: TrainingStore): number {
  return store.embeddings.byteLength + store.features.byteLength + store.inverseNorms.byteLength;
}
