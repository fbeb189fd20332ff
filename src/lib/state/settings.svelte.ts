// Settings of this device: theme, camera, backend, last project. Kept in storage, not in a project.

import type { DeviceSettings, ProjectStore } from '#lib/storage/store.ts';
import type { Notices } from './notices.svelte.ts';

export class Settings {
  current = $state.raw<DeviceSettings>({
    lastProjectId: null,
    backend: 'auto',
    rememberedBackend: null,
    cameraId: null,
    theme: 'system',
    heatMap: false,
    dismissed: {},
    allowed: {},
  });
  #store: ProjectStore;
  #notices: Notices;

  constructor(store: ProjectStore, notices: Notices) {
    this.#store = store;
    this.#notices = notices;
  }

  async load(): Promise<void> {
    this.current = await this.#store.readSettings();
    this.#applyTheme();
  }

  async change(part: Partial<DeviceSettings>): Promise<void> {
    this.current = { ...this.current, ...part };
    if (part.theme !== undefined) this.#applyTheme();
    const written = await this.#store.writeSettings(part);
    if (!written.ok) this.#notices.report(written.failure);
  }

  #applyTheme(): void {
    const root = document.documentElement;
    if (this.current.theme === 'system') root.removeAttribute('data-theme');
    else root.dataset.theme = this.current.theme;
  }
}
