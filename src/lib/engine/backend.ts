// Which way to compute: opens one backend at a time, measures what there is, and notices when one is lost.

import * as tf from '@tensorflow/tfjs-core';
import { backendNames, type BackendName } from '#lib/core/backbone.ts';
import { messageOf } from '#lib/core/failure.ts';
import type { Backbone, BackboneSource } from './backbones/backbone.ts';
import type { BackendDriver, BackendDrivers } from './backends/driver.ts';
import type { BackendTrial } from './protocol.ts';

/** A backend in use with the backbone built on it. */
export interface Session {
  readonly backend: BackendName;
  readonly backbone: Backbone;
  /** True after the graphics context or device went away. */
  isLost(): boolean;
  /** Frees the backbone and, where that is possible, the backend. */
  close(): void;
}

export type Opened = { readonly session: Session } | { readonly reason: string };

/** A graphics backend must be this many times quicker than wasm: it also draws the page, and in software it drags. */
const graphicsAdvantage = 1.5;
const warmUpRuns = 2;
const measuredRuns = 5;

/** Makes `driver` the backend in use and builds the backbone on it; or says why that does not work. */
export async function openSession(
  driver: BackendDriver,
  source: BackboneSource,
  onLost: () => void = () => undefined,
): Promise<Opened> {
  try {
    const absence = await driver.absence();
    if (absence !== null) return { reason: absence };
    await driver.load();
    if (!(await tf.setBackend(driver.registered))) return { reason: 'it could not be started' };
    const watch = driver.watch(onLost);
    const backbone = await source.build();
    return {
      session: {
        backend: driver.name,
        backbone,
        isLost: () => watch.isLost(),
        close: closer(driver, backbone),
      },
    };
  } catch (error) {
    // A browser may claim a backend and throw at its first use: that is what trying is for.
    return { reason: messageOf(error) };
  }
}

/**
 * Tries every backend for a few frames. The backbone's sources stay; no session is left open.
 * `now` is a clock in ms.
 */
export async function measureBackends(
  drivers: BackendDrivers,
  source: BackboneSource,
  context: {
    readonly now: () => number;
    readonly signal: AbortSignal;
    readonly onTrial: (backend: BackendName) => void;
  },
): Promise<BackendTrial[]> {
  const trials: BackendTrial[] = [];
  for (const backend of backendNames) {
    context.signal.throwIfAborted();
    context.onTrial(backend);
    trials.push(await measure(drivers[backend], source, context.now));
  }
  return trials;
}

/** The backends that work, best first: the quickest, where wasm is kept unless graphics is clearly quicker. */
export function rankBackends(trials: readonly BackendTrial[]): BackendName[] {
  const cost = ({ backend, medianMs }: BackendTrial): number =>
    (medianMs ?? Infinity) * (backend === 'wasm' ? 1 : graphicsAdvantage);
  return trials
    .filter(({ medianMs }) => medianMs !== null)
    .sort((a, b) => cost(a) - cost(b))
    .map(({ backend }) => backend);
}

async function measure(
  driver: BackendDriver,
  source: BackboneSource,
  now: () => number,
): Promise<BackendTrial> {
  const backend = driver.name;
  const emulator = (await driver.absence()) === null ? await driver.emulator() : null;
  if (emulator !== null) {
    // Compiling its programs in software alone would hold the start up for seconds.
    return { backend, medianMs: null, reason: `emulated in software by ${emulator}` };
  }
  const opened = await openSession(driver, source);
  if ('reason' in opened) return { backend, medianMs: null, reason: opened.reason };
  const { session } = opened;
  try {
    return { backend, medianMs: await medianEmbedMs(session.backbone, now), reason: null };
  } catch (error) {
    return { backend, medianMs: null, reason: messageOf(error) };
  } finally {
    session.close();
  }
}

async function medianEmbedMs(backbone: Backbone, now: () => number): Promise<number> {
  const side = backbone.facts.inputSizePx;
  const [low, high] = backbone.pixelRange;
  const input = new Float32Array(side * side * 3).fill((low + high) / 2);
  const times: number[] = [];
  for (let run = 0; run < warmUpRuns + measuredRuns; run += 1) {
    const before = now();
    const embedding = await backbone.embed(input);
    if (!embedding.every(Number.isFinite)) throw new Error('it computes no numbers');
    if (run >= warmUpRuns) times.push(now() - before);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}

function closer(driver: BackendDriver, backbone: Backbone): () => void {
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    backbone.dispose();
    if (driver.removable) removeBackend(driver.registered);
  };
}

/** Frees a backend; it can be opened again. */
function removeBackend(name: string): void {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
}
