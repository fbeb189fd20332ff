// The engine as the page sees it: starting with progress, ready with its backend and backbone, or failed with words.

import type { BackendName, InstalledBackbone } from '#lib/core/backbone.ts';
import { isAbort, succeed, type Failure, type Result } from '#lib/core/failure.ts';
import type { BackboneId } from '#lib/core/project.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { EngineState, Progress } from '#lib/engine/protocol.ts';
import type { Notices } from './notices.svelte.ts';
import type { Settings } from './settings.svelte.ts';

export type EngineStatus =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting'; readonly progress: Progress | null }
  | { readonly kind: 'ready'; readonly engine: EngineState }
  | { readonly kind: 'failed'; readonly failure: Failure };

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
    this.status = { kind: 'starting', progress: null };
    const { backend, rememberedBackend } = this.#settings.current;
    const installed = await this.#installed();
    const options = {
      modelsUrl: this.#modelsUrl,
      backboneId,
      backend,
      rememberedBackend,
      installed,
    };
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

  /** Adds a backbone that came in a file; the one in use stays. */
  async install(backbone: InstalledBackbone): Promise<Result<null>> {
    const added = await this.client.installBackbone({ backbone });
    if (!added.ok) return added;
    this.#adopt(added.value);
    return succeed(null);
  }

  async chooseBackend(backend: BackendName | 'auto'): Promise<void> {
    await this.#settings.change({ backend, rememberedBackend: null });
    const used = await this.client.useBackend({ backend });
    if (used.ok) this.#adopt(used.value);
    else this.#notices.report(used.failure);
  }

  /** Loads another backbone; the caller re-embeds. Returns whether it is in use now. */
  async chooseBackbone(backboneId: BackboneId, signal: AbortSignal): Promise<boolean> {
    const before = this.status;
    const onProgress = (progress: Progress): void => this.#starting(progress);
    try {
      const used = await this.client.useBackbone({ backboneId }, { signal, onProgress });
      if (used.ok) {
        this.#adopt(used.value);
        return true;
      }
      this.#notices.report(used.failure);
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
    this.status = before;
    return false;
  }

  #starting(progress: Progress): void {
    this.status = { kind: 'starting', progress };
  }

  #adopt(engine: EngineState): void {
    this.status = { kind: 'ready', engine };
    this.#notices.clear('engine-crashed', 'engine-unsupported', 'backend-unavailable');
    if (this.#settings.current.rememberedBackend !== engine.backend) {
      void this.#settings.change({ rememberedBackend: engine.backend });
    }
  }
}
