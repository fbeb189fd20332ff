// The verbs on networks of one's own: train one, read a picture as it sees it, and look at all its layers.

import { centreSquare } from '#lib/core/crop.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { InputSpec, TrainedNetwork } from '#lib/convnet/network.ts';
import { closeImage } from './image.ts';
import { nameClasses, runNetwork, trainNetwork } from './networks/scratch.ts';
import type { Pictures } from './pictures.ts';
import { gridOf } from './preprocess.ts';
import type { Frame, NetworkReport, NetworkRequest, NetworkRun } from './protocol.ts';
import type { LongContext } from './turns.ts';

/** The page draws the network as it learns; more often than this nobody sees. */
const showEveryMs = 150;

/** Fails with `too-few-classes` when the pictures are of fewer than two. */
export async function trainedNetwork(
  { stack, spec, train, test }: NetworkRequest,
  { signal, pause, onEpoch, onProgress, now }: LongContext,
): Promise<Result<NetworkReport>> {
  if (new Set(train.classIndexes).size < 2) return fail({ code: 'too-few-classes' });
  const startedMs = now();
  let shownMs = startedMs;
  const { network, history, stopped } = await trainNetwork(stack, train, spec, {
    signal,
    pause,
    async onEpoch(log, snapshot) {
      onEpoch(log);
      if (now() - shownMs < showEveryMs) return;
      shownMs = now();
      onProgress({ kind: 'network', network: await snapshot() });
    },
  });
  const trainMs = now() - startedMs;
  const named = test ? await nameClasses(network, test, pause) : new Uint16Array(0);
  return succeed({ network, history, trainMs, stopped, named });
}

/** Fails with `bad-picture`. */
export async function jpegGrid(
  pictures: Pictures,
  jpeg: Uint8Array,
  input: InputSpec,
): Promise<Result<Float32Array>> {
  const picture = await pictures.decode(jpeg);
  if (!picture.ok) return picture;
  try {
    const rgba = await pictures.pixels(picture.value, centreSquare, input.side);
    return succeed(gridOf(rgba, input.channels));
  } finally {
    closeImage(picture.value);
  }
}

export async function networkRun(
  pictures: Pictures,
  network: TrainedNetwork,
  picture: Float32Array | Frame,
): Promise<Result<NetworkRun>> {
  const { side, channels } = network.stack.input;
  const input =
    'image' in picture
      ? gridOf(await pictures.pixels(picture.image, picture.crop, side), channels)
      : picture;
  return succeed({ input, activations: await runNetwork(network, input) });
}
