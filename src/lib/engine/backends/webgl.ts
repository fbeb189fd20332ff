// WebGL on the graphics processor. Its code is fetched only when it is tried.

import * as tf from '@tensorflow/tfjs-core';
import type { BackendDriver } from './driver.ts';

export const webglDriver: BackendDriver = {
  name: 'webgl',
  registered: 'webgl',
  removable: true,
  absence: () => Promise.resolve(probe().absence),
  emulator: () => Promise.resolve(probe().emulator),
  async load() {
    await import('@tensorflow/tfjs-backend-webgl');
  },
  watch(onLost) {
    const { gl } = (tf.backend() as unknown as WebGLBackend).getGPGPUContext();
    gl.canvas.addEventListener('webglcontextlost', () => onLost(), { once: true });
    return { isLost: () => gl.isContextLost() };
  },
};

let probed: { readonly absence: string | null; readonly emulator: string | null } | null = null;

/** Looks once, with a context of its own. */
function probe(): NonNullable<typeof probed> {
  probed ??= look();
  return probed;
}

function look(): NonNullable<typeof probed> {
  if (!('OffscreenCanvas' in globalThis)) return { absence: 'no OffscreenCanvas', emulator: null };
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return { absence: 'no WebGL 2', emulator: null };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  // Browsers keep only a few contexts alive: give this one back at once.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return {
    absence: null,
    emulator: /swiftshader|llvmpipe|softpipe|basic render/i.exec(renderer)?.[0] ?? null,
  };
}

/** The part of TensorFlow.js' WebGL backend that is used here; importing its type would fetch its code early. */
interface WebGLBackend {
  getGPGPUContext(): {
    readonly gl: { readonly canvas: EventTarget; isContextLost(): boolean };
  };
}
