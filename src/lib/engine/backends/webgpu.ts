// WebGPU on the graphics processor. Its code is fetched only when it is tried.

import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from './driver.ts';

export const webgpuDriver: BackendDriver = {
  name: 'webgpu',
  registered: 'webgpu',
  removable: true,
  async absence() {
    const { gpu } = globalThis.navigator as { gpu?: GPULike };
    if (!gpu) return 'no WebGPU';
    return (await gpu.requestAdapter()) ? null : 'no WebGPU adapter';
  },
  async emulator() {
    const { gpu } = globalThis.navigator as { gpu?: GPULike };
    const adapter = await gpu?.requestAdapter();
    const { info } = adapter ?? {};
    if (info?.isFallbackAdapter === true) return info.architecture ?? 'a fallback adapter';
    return info?.architecture === 'swiftshader' ? 'swiftshader' : null;
  },
  async load() {
    await import('@tensorflow/tfjs-backend-webgpu');
  },
  watch(onLost) {
    const { device } = tf.backend() as unknown as WebGPUBackend;
    let lost = false;
    void device.lost.then(() => {
      lost = true;
      onLost();
    });
    return { isLost: () => lost };
  },
};

/** The part of `navigator.gpu` that is used here; the worker's type library may lack it. */
interface GPULike {
  requestAdapter(): Promise<{
    readonly info?: { readonly architecture?: string; readonly isFallbackAdapter?: boolean };
  } | null>;
}

/** The part of TensorFlow.js' WebGPU backend that is used here. */
interface WebGPUBackend {
  readonly device: { readonly lost: Promise<unknown> };
}
