// Whether memory stays flat: thousands of frames and many fits, and what the engine and the page hold before and after.
import { defaultHeadSettings } from '#lib/core/head-spec.ts';
import { drawShape, shapes } from './shapes.ts';
import { started } from './learning.ts';
import { valueOf } from './value-of.ts';

export interface Held {
  readonly tensors: number;
  readonly tensorBytes: number;
  /** Of this page, where the browser tells. */
  readonly heapBytes: number;
}

export interface MemoryRun {
  readonly before: Held;
  readonly after: Held;
  readonly frames: number;
  readonly fits: number;
}

interface HeapMemory {
  readonly usedJSHeapSize: number;
}

export async function memoryRun(frames: number, fits: number): Promise<MemoryRun> {
  const client = await started();
  const crop = { centreX: 0.5, centreY: 0.5, size: 1 };
  const samples = [];
  for (const classId of shapes) {
    for (let i = 0; i < 6; i += 1) {
      const image = await drawShape(classId, i);
      const { embedding } = valueOf(await client.capture({ frame: { image, crop } }));
      samples.push({ id: `${classId}${i}`, classId, embedding });
    }
  }
  valueOf(await client.putSamples({ samples }));
  const classes = shapes.map((name) => ({ id: name, name }));
  const spec = defaultHeadSettings.ridge;
  const classify = async (seed: number): Promise<void> => {
    const image = await drawShape('disc', seed % 50);
    valueOf(await client.classify({ frame: { image, crop } }));
  };
  const held = async (): Promise<Held> => {
    const { tensors, tensorBytes } = valueOf(await client.memory());
    const { memory } = performance as unknown as { memory?: HeapMemory };
    return { tensors, tensorBytes, heapBytes: memory?.usedJSHeapSize ?? 0 };
  };
  valueOf(await client.fit({ spec, classes }));
  for (let i = 0; i < 50; i += 1) await classify(i);
  const before = await held();
  for (let i = 0; i < frames; i += 1) {
    await classify(i);
    if (i % Math.max(1, Math.floor(frames / fits)) === 0)
      valueOf(await client.fit({ spec, classes }));
  }
  const after = await held();
  client.dispose();
  return { before, after, frames, fits };
}
