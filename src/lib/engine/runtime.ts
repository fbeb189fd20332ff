// What the engine computes with: the catalogue, one downloaded backbone, and the backend it is built on.
// Changing either keeps the old one in use until the new one works; a lost graphics context is replaced.

import type { BackendName, InstalledBackbone } from '#lib/core/backbone.ts';
import { backendNames } from '#lib/core/backbone.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { BackboneId } from '#lib/core/project.ts';
import { allFinite } from '#lib/learning/features.ts';
import { measureBackends, openSession, rankBackends, type Session } from './backend.ts';
import type { BackboneSource, Look } from './backbones/backbone.ts';
import { readCatalogue, withInstalled, type Catalogue } from './backbones/catalogue.ts';
import type { Fetcher } from './backbones/download.ts';
import { loadHandful } from './backbones/handful.ts';
import { loadMobileNet } from './backbones/mobilenet.ts';
import type { BackendDrivers } from './backends/driver.ts';
import type { BackendTrial, EngineState, Progress, StartOptions } from './protocol.ts';

export interface RuntimeSurroundings {
  readonly drivers: BackendDrivers;
  readonly fetch: Fetcher;
  /** A clock in ms. */
  readonly now: () => number;
}

export interface SlowContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

interface InUse {
  readonly catalogue: Catalogue;
  readonly source: BackboneSource;
  readonly session: Session;
  readonly trials: readonly BackendTrial[];
}

interface Wish {
  readonly source: BackboneSource;
  readonly backend: BackendName | 'auto';
  readonly remembered: BackendName | null;
}

/** A backend that is lost a second time within this is not tried again. */
const patienceMs = 60_000;

export class Runtime {
  /** Called when the graphics context is lost while nothing computes; the owner then calls `recover` in its turn. */
  onLost: () => void = () => undefined;
  /** Called when a lost context has been replaced, with what happened in words. */
  onRecovered: (reason: string) => void = () => undefined;
  readonly #surroundings: RuntimeSurroundings;
  #inUse: InUse | null = null;
  #lastLossMs = -Infinity;

  constructor(surroundings: RuntimeSurroundings) {
    this.#surroundings = surroundings;
  }

  get state(): EngineState {
    const { catalogue, source, session, trials } = this.#required();
    return {
      backend: session.backend,
      trials,
      backbone: session.backbone.facts,
      layers: session.backbone.inside?.layers ?? null,
      ownFormat: source.files() !== null,
      catalogue: catalogue.entries.map(({ facts }) => facts),
      skipped: catalogue.skipped,
    };
  }

  get source(): BackboneSource {
    return this.#required().source;
  }

  /** What a pixel's 0 and 255 become in `embed`'s input. */
  get pixelRange(): readonly [number, number] {
    return this.#required().session.backbone.pixelRange;
  }

  get isLost(): boolean {
    return this.#required().session.isLost();
  }

  /** A named backend that does not work any more gives way to the best that does; `state.trials` says why. */
  async start(options: StartOptions, context: SlowContext): Promise<Result<null>> {
    const shipped = await readCatalogue(options.modelsUrl, { ...this.#surroundings, ...context });
    if (!shipped.ok) return shipped;
    const catalogue = withAllInstalled(shipped.value, options.installed ?? []);
    const source = await this.#load(catalogue, options.backboneId, context);
    if (!source.ok) return source;
    this.#inUse?.session.close();
    this.#inUse = null;
    const { backend, rememberedBackend } = options;
    const wish = { source: source.value, backend, remembered: rememberedBackend };
    const opened = await this.#open(wish, context);
    if (!opened.ok) return opened;
    this.#inUse = { catalogue, source: source.value, ...opened.value };
    return succeed(null);
  }

  /** Fails with `backend-unavailable` and keeps the old backend when a named one does not work. */
  async useBackend(backend: BackendName | 'auto', context: SlowContext): Promise<Result<null>> {
    const { source } = this.#required();
    return this.#replace({ source, backend, remembered: null }, context);
  }

  /** Fails with `backbone-…` and keeps the old backbone when the new one cannot be had. */
  async useBackbone(id: BackboneId, context: SlowContext): Promise<Result<null>> {
    const { catalogue, session, source } = this.#required();
    if (source.facts.id === id) return succeed(null);
    const loaded = await this.#load(catalogue, id, context);
    if (!loaded.ok) return loaded;
    const { backend } = session;
    return this.#replace({ source: loaded.value, backend, remembered: null }, context);
  }

  /** Adds a backbone that came in a file to the catalogue; the one in use stays. Fails with `backbone-corrupt`. */
  install(backbone: InstalledBackbone): Result<null> {
    const inUse = this.#required();
    const catalogue = withInstalled(inUse.catalogue, backbone);
    if (!catalogue.ok) return catalogue;
    this.#inUse = { ...inUse, catalogue: catalogue.value };
    return succeed(null);
  }

  /** Takes a backbone out of the catalogue; the one in use stays. */
  uninstall(id: BackboneId): void {
    const inUse = this.#required();
    if (inUse.source.facts.id === id) return;
    const entries = inUse.catalogue.entries.filter(({ facts }) => facts.id !== id);
    this.#inUse = { ...inUse, catalogue: { ...inUse.catalogue, entries } };
  }

  /** Input in `pixelRange` [side, side, 3] → embedding [D]. */
  embed(input: Float32Array): Promise<Result<Float32Array>> {
    return this.withRecovery(async () => {
      const { backbone } = this.#required().session;
      const embedding = await backbone.embed(input);
      // Weights from a file may be finite and still overflow on the way.
      if (allFinite(embedding)) return succeed(embedding);
      const detail = 'its numbers overflow';
      return fail({ code: 'backbone-corrupt', name: backbone.facts.name, detail });
    });
  }

  /** As `embed`, with activations; null when the backbone does not show its inside. */
  look(input: Float32Array, layer: number | null): Promise<Result<Look | null>> {
    return this.withRecovery(async () => {
      const { inside } = this.#required().session.backbone;
      return succeed(inside && (await inside.look(input, layer)));
    });
  }

  /** Runs `compute`; when the graphics context is lost on the way, replaces it and runs `compute` once more. */
  async withRecovery<T>(compute: () => Promise<Result<T>>): Promise<Result<T>> {
    const { session } = this.#required();
    try {
      const computed = await compute();
      if (!session.isLost()) return computed;
    } catch (error) {
      if (!session.isLost()) throw error;
    }
    const recovered = await this.recover();
    return recovered.ok ? compute() : recovered;
  }

  /** Replaces a lost backend: by itself once a minute, else by the next that works. Nothing happens when none is lost. */
  async recover(): Promise<Result<null>> {
    const inUse = this.#inUse;
    if (!inUse?.session.isLost()) return succeed(null);
    const lost = inUse.session.backend;
    const nowMs = this.#surroundings.now();
    const again = nowMs - this.#lastLossMs > patienceMs;
    this.#lastLossMs = nowMs;
    inUse.session.close();
    const others = backendNames.filter((name) => name !== lost);
    const trials: BackendTrial[] = [];
    for (const backend of again ? [lost, ...others] : others) {
      const opened = await this.#openNamed(backend, inUse.source);
      if ('session' in opened) {
        this.#inUse = { ...inUse, session: opened.session, trials };
        this.onRecovered(`the graphics context of ${lost} was lost; ${backend} goes on`);
        return succeed(null);
      }
      trials.push({ backend, medianMs: null, reason: opened.reason });
    }
    return unsupported(trials);
  }

  /** Frees everything. */
  dispose(): void {
    this.#inUse?.session.close();
    this.#inUse = null;
  }

  async #replace(wish: Wish, context: SlowContext): Promise<Result<null>> {
    const before = this.#required();
    // Closed first: two sessions on one graphics backend would pull it away from under each other.
    before.session.close();
    const opened = await this.#openStrictly(wish, context);
    if (opened.ok) {
      this.#inUse = { ...before, source: wish.source, ...opened.value };
      return succeed(null);
    }
    const back = await this.#openNamed(before.session.backend, before.source);
    if ('reason' in back) {
      return unsupported([
        { backend: before.session.backend, medianMs: null, reason: back.reason },
      ]);
    }
    this.#inUse = { ...before, session: back.session };
    return opened;
  }

  /** As `#open`, but a named backend that does not work is a failure. */
  async #openStrictly(
    wish: Wish,
    context: SlowContext,
  ): Promise<Result<Pick<InUse, 'session' | 'trials'>>> {
    if (wish.backend === 'auto') return this.#open(wish, context);
    const opened = await this.#openNamed(wish.backend, wish.source);
    if ('session' in opened) return succeed({ session: opened.session, trials: [] });
    const { reason: detail } = opened;
    const { source } = this.#required();
    return source === wish.source
      ? fail({ code: 'backend-unavailable', backend: wish.backend, detail })
      : fail({ code: 'backbone-corrupt', name: wish.source.facts.name, detail });
  }

  async #open(
    { source, backend, remembered }: Wish,
    context: SlowContext,
  ): Promise<Result<Pick<InUse, 'session' | 'trials'>>> {
    const failed: BackendTrial[] = [];
    const named = backend === 'auto' ? remembered : backend;
    if (named !== null) {
      const opened = await this.#openNamed(named, source);
      if ('session' in opened) return succeed({ session: opened.session, trials: [] });
      failed.push({ backend: named, medianMs: null, reason: opened.reason });
    }
    const trials = await measureBackends(this.#surroundings.drivers, source, {
      now: this.#surroundings.now,
      signal: context.signal,
      onTrial: (name) => context.onProgress({ kind: 'measure', backend: name }),
    });
    for (const name of rankBackends(trials)) {
      const opened = await this.#openNamed(name, source);
      if ('session' in opened) return succeed({ session: opened.session, trials });
      failed.push({ backend: name, medianMs: null, reason: opened.reason });
    }
    return unsupported([...failed, ...trials]);
  }

  #openNamed(backend: BackendName, source: BackboneSource): ReturnType<typeof openSession> {
    return openSession(this.#surroundings.drivers[backend], source, () => this.onLost());
  }

  #load(
    catalogue: Catalogue,
    id: BackboneId | null,
    { signal, onProgress }: SlowContext,
  ): Promise<Result<BackboneSource>> {
    const entry =
      id === null ? catalogue.entries[0] : catalogue.entries.find(({ facts }) => facts.id === id);
    if (!entry) {
      const [skipped] = catalogue.skipped;
      const detail = skipped ? `${skipped.name}: ${skipped.reason}` : 'it is not in the catalogue';
      return Promise.resolve(
        fail({ code: 'backbone-unavailable', name: id ?? 'catalogue.json', detail }),
      );
    }
    const { name, bytes } = entry.facts;
    const totalBytes = bytes > 0 ? bytes : null;
    const context = { fetch: this.#surroundings.fetch, signal, name };
    const onBytes = (doneBytes: number): void =>
      onProgress({ kind: 'download', name, doneBytes, totalBytes });
    return entry.kind === 'handful'
      ? loadHandful(entry, context, onBytes)
      : loadMobileNet(entry, context, onBytes);
  }

  #required(): InUse {
    if (!this.#inUse) throw new Error('the engine has not been started');
    return this.#inUse;
  }
}

/** A kept backbone that cannot be read is skipped with its reason, as a row of the catalogue is. */
function withAllInstalled(shipped: Catalogue, installed: readonly InstalledBackbone[]): Catalogue {
  return installed.reduce((catalogue, backbone): Catalogue => {
    const added = withInstalled(catalogue, backbone);
    if (added.ok) return added.value;
    const reason = 'detail' in added.failure ? added.failure.detail : added.failure.code;
    return { ...catalogue, skipped: [...catalogue.skipped, { name: backbone.name, reason }] };
  }, shipped);
}

function unsupported(trials: readonly BackendTrial[]): Result<never> {
  const detail = trials.map(({ backend, reason }) => `${backend}: ${reason ?? ''}`).join('; ');
  return fail({ code: 'engine-unsupported', detail });
}
