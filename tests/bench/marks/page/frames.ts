// A camera frame → a prediction: Handful's whole round trip, and the peers as their own README files say.
import * as mobilenet from '@tensorflow-models/mobilenet';
import * as knnClassifier from '@tensorflow-models/knn-classifier';
import * as tf from '@tensorflow/tfjs-core';
import * as tmImage from '@teachablemachine/image';
import { seededRandom } from '#lib/core/random.ts';
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { grabFrame } from '#lib/camera/frames.ts';
import { EngineClient } from '#lib/engine/client.ts';
import { readTmModel } from '#lib/exchange/tm-model.ts';
import { inTurns, type Times } from './turns.ts';
import { teachableFiles } from './teachable-network.ts';
import { valueOf } from './value-of.ts';

const labels = ['up', 'down', 'nothing'];
const centre = { centreX: 0.5, centreY: 0.5, size: 1 };

export interface FrameTimes {
  readonly times: Times;
  /** Largest difference of the probabilities of one and the same picture; null where the heads differ by design. */
  readonly difference: number | null;
}

/** The fake camera at 640 × 480, playing. */
export async function camera(): Promise<HTMLVideoElement> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480 },
  });
  await video.play();
  document.body.append(video);
  return video;
}

function optionsOf(
  models: string,
  backboneId: string | null,
): Parameters<EngineClient['start']>[0] {
  const modelsUrl = new URL(models, location.href).href;
  return { modelsUrl, backboneId, backend: 'wasm', rememberedBackend: 'wasm' };
}

async function classify(client: EngineClient, video: HTMLVideoElement): Promise<Float32Array> {
  const image = await grabFrame(video);
  if (!image) throw new Error('the camera shows nothing');
  const seen = valueOf(await client.classify({ frame: { image, crop: centre } }));
  if (!seen) throw new Error('no prediction');
  return seen.probabilities;
}

/** The very same model: `@teachablemachine/image` with its own webcam class, and Handful with the model opened. */
export async function againstTeachableMachine(rounds: number): Promise<FrameTimes> {
  const files = await teachableFiles(labels);
  const peer = await tmImage.loadFromFiles(files.model, files.weights, files.metadata);
  const webcam = new tmImage.Webcam(224, 224, false);
  await webcam.setup();
  await webcam.play();
  const { backbone, head } = valueOf(await readTmModel(files.archive));
  const client = new EngineClient();
  const options = { ...optionsOf('models/', backbone.id), installed: [backbone] };
  valueOf(await client.start(options));
  valueOf(await client.setHead({ head }));
  const video = await camera();
  const times = await inTurns(
    [
      { name: 'ours', once: () => classify(client, video) },
      {
        name: 'peer',
        once: () => {
          webcam.update();
          return peer.predict(webcam.canvas);
        },
      },
    ],
    rounds,
  );
  const difference = await differenceOnStill(client, peer);
  webcam.stop();
  stop(video);
  client.dispose();
  return { times, difference };
}

/** One drawn picture of the network's own size, so that no resizing differs. */
async function differenceOnStill(
  client: EngineClient,
  peer: tmImage.CustomMobileNet,
): Promise<number> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 224;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = 'grey';
  context.fillRect(0, 0, 224, 224);
  for (let i = 0; i < 40; i += 1) {
    context.fillStyle = `hsl(${i * 47} 70% 50%)`;
    context.fillRect((i * 53) % 224, (i * 91) % 224, 60, 40);
  }
  const theirs = await peer.predict(canvas);
  const image = await createImageBitmap(canvas);
  const seen = valueOf(await client.classify({ frame: { image, crop: centre } }));
  const ours = seen?.probabilities ?? new Float32Array(labels.length);
  return Math.max(...theirs.map(({ probability }, i) => Math.abs(probability - (ours[i] ?? 0))));
}

/** The same graph and 30 samples a class: `mobilenet.infer` and `knn.predictClass`, and Handful's neighbours. */
export async function againstMobileNetKnn(rounds: number): Promise<FrameTimes> {
  const net = await mobilenet.load({
    version: 1,
    alpha: 0.25,
    modelUrl: new URL('models/bench/mobilenet/model.json', location.href).href,
    inputRange: [0, 1],
  });
  const knn = knnClassifier.create();
  const client = new EngineClient();
  valueOf(await client.start(optionsOf('models/bench/', null)));
  const random = seededRandom(5);
  const samples = labels.flatMap((classId) =>
    Array.from({ length: 30 }, (_, i) => ({
      id: `${classId}${i}`,
      classId,
      embedding: Float32Array.from({ length: 256 }, () => random()),
    })),
  );
  for (const { classId, embedding } of samples) {
    tf.tidy(() => knn.addExample(tf.tensor2d(embedding, [1, 256]), classId));
  }
  valueOf(await client.putSamples({ samples }));
  const classes = labels.map((name) => ({ id: name, name }));
  valueOf(await client.fit({ spec: defaultHeadSettings.knn, classes }));
  const video = await camera();
  const times = await inTurns(
    [
      { name: 'ours', once: () => classify(client, video) },
      {
        name: 'peer',
        once: async () => {
          const activation = net.infer(video, true);
          await knn.predictClass(activation, 3);
          activation.dispose();
        },
      },
    ],
    rounds,
  );
  stop(video);
  client.dispose();
  knn.dispose();
  return { times, difference: null };
}

function stop(video: HTMLVideoElement): void {
  for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
  video.remove();
}
