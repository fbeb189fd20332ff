// Microsoft's ONNX Runtime as the judge of what was written: WebAssembly in Node.
import { InferenceSession, Tensor, env } from 'onnxruntime-web';

env.wasm.numThreads = 1;
env.logLevel = 'error';

/** Loads `model.onnx`, which the runtime parses and checks as it does for everybody. */
export function onnxSession(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, { executionProviders: ['wasm'] });
}

/** RGBA [side, side, 4] → every output by name. */
export async function askOnnx(
  session: InferenceSession,
  rgba: Uint8ClampedArray,
  sidePx: number,
): Promise<Record<string, Float32Array>> {
  const image = new Float32Array(sidePx * sidePx * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    image.set(rgba.subarray(from, from + 3), to);
  }
  const answers = await session.run({
    image: new Tensor('float32', image, [1, sidePx, sidePx, 3]),
  });
  return Object.fromEntries(
    Object.entries(answers).map(([name, { data }]) => [name, data as Float32Array]),
  );
}
