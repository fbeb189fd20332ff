// The engine as the page sees it: starting with progress, ready with its backend and backbone, or failed with words.

import type { BackendName, InstalledBackbone } from '#lib/core/backbone.ts';
import { isAbort, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { BackboneId } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { EngineState, Progress, StartOptions } from '#lib/engine/protocol.ts';
import type { Notices } from './notices.svelte.ts';
import type { Settings } from './settings.svelte.ts';

export type EngineStatus =
  | { readonly kind: 'idle' }
  /** `switching`: another backbone was in use before, and can be again. */
  | { readonly kind: 'starting'; readonly progress: Progress | null; readonly switching: boolean }
  | { readonly kind: 'ready'; readonly engine: EngineState }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How changing the backbone ended; a failure has been reported. */
export type BackboneChange = 'in-use' | 'cancelled' | 'failed';

export class Engine {
  status = $state.raw<EngineStatus>({ kind: 'idle' });
  readonly ready = $derived(this.status.kind === 'ready' ? this.status.engine : null);
  readonly client: EngineClient;
  #settings: Settings;
  #notices: Notices;
  #modelsUrl: string;
  #installed: () => Promise<readonly InstalledBackbone[]>;

  /** `installed`: backbones that came in files and are kept on this device. */
  constructor(
    client: EngineClient,
    modelsUrl: string,
    settings: Settings,
    notices: Notices,
    installed: () => Promise<readonly InstalledBackbone[]>,
  ) {
    this.client = client;
    this.#modelsUrl = modelsUrl;
    this.#settings = settings;
    this.#notices = notices;
    this.#installed = installed;
    client.onStateChange((engine) => this.#adopt(engine));
    client.onFailure((failure) => (this.status = { kind: 'failed', failure }));
  }

  /** Loads the backbone (null: the catalogue's first) on the backend that the device settings name. */
  async start(backboneId: BackboneId | null): Promise<boolean> {
    this.status = { kind: 'starting', progress: null, switching: false };
    const options = await this.startOptions(backboneId);
    let started = await this.client.start(options, { onProgress: (p) => this.#starting(p) });
    if (!started.ok && backboneId !== null && started.failure.code === 'backbone-unavailable') {
      const { failure } = started;
      const fallback = { ...options, backboneId: null };
      started = await this.client.start(fallback, { onProgress: (p) => this.#starting(p) });
      // Installed, but it does not arrive: say so. One that is not installed is the model's business.
      if (started.ok && started.value.catalogue.some(({ id }) => id === backboneId)) {
        this.#notices.report(failure);
      }
    }
    if (!started.ok) {
      this.status = { kind: 'failed', failure: started.failure };
      return false;
    }
    this.#adopt(started.value);
    return true;
  }

  /** What an engine on this device is started with; another one beside this may be too. */
  async startOptions(backboneId: BackboneId | null): Promise<StartOptions> {
    const { backend, rememberedBackend } = this.#settings.current;
    const installed = await this.#installed();
    return { modelsUrl: this.#modelsUrl, backboneId, backend, rememberedBackend, installed };
  }

  /** Adds a backbone that came in a file; the one in use stays. */
  async install(backbone: InstalledBackbone): Promise<Result<null>> {
    const added = await this.client.installBackbone({ backbone });
    if (!added.ok) return added;
    this.#adopt(added.value);
    return succeed(null);
  }

  /** Takes back an `install` that came to nothing. */
  async uninstall(backboneId: BackboneId): Promise<void> {
    const removed = await this.client.uninstallBackbone({ backboneId });
    if (removed.ok) this.#adopt(removed.value);
  }

  async chooseBackend(backend: BackendName | 'auto'): Promise<void> {
    const used = await this.client.useBackend({ backend });
    if (!used.ok) {
      // The choice stays what it was: what does not work here would be tried again at every start.
      this.#notices.report(used.failure);
      return;
    }
    await this.#settings.change({ backend, rememberedBackend: null });
    this.#adopt(used.value);
  }

  /** Loads another backbone; the caller re-embeds. */
  async chooseBackbone(backboneId: BackboneId, signal: AbortSignal): Promise<BackboneChange> {
    const before = this.status;
    // Said at once: a host that is slow to answer must not look like a click that did nothing.
    this.status = { kind: 'starting', progress: null, switching: true };
    let change: BackboneChange = 'failed';
    const onProgress = (progress: Progress): void => this.#starting(progress, true);
    try {
      const used = await this.client.useBackbone({ backboneId }, { signal, onProgress });
      if (used.ok) {
        this.#adopt(used.value);
        return 'in-use';
      }
      this.#notices.report(used.failure);
    } catch (error) {
      if (!isAbort(error)) throw error;
      change = 'cancelled';
    }
    this.status = before;
    return change;
  }

  #starting(progress: Progress, switching = false): void {
    this.status = { kind: 'starting', progress, switching };
  }

  #adopt(engine: EngineState): void {
    this.status = { kind: 'ready', engine };
    this.#notices.clear('engine-crashed', 'engine-unsupported', 'backend-unavailable');
    if (this.#settings.current.rememberedBackend !== engine.backend) {
      void this.#settings.change({ rememberedBackend: engine.backend });
    }
  }
}
