// Device settings: their defaults, and a reading that survives whatever an older or damaged store holds.

import { backendNames, type BackendName } from '#lib/core/backbone.ts';
import type { DeviceSettings } from './store.ts';

export const defaultSettings: DeviceSettings = {
  lastProjectId: null,
  backend: 'auto',
  rememberedBackend: null,
  cameraId: null,
  theme: 'system',
  heatMap: false,
  dismissed: {},
  allowed: {},
};

/** `stored` where each field is what it should be, the default elsewhere. */
export function cleanSettings(stored: unknown): DeviceSettings {
  if (typeof stored !== 'object' || stored === null) return defaultSettings;
  const found: { readonly [K in keyof DeviceSettings]?: unknown } = stored;
  const backend = backendOf(found.backend);
  const theme = found.theme;
  return {
    lastProjectId: textOf(found.lastProjectId),
    backend: backend ?? 'auto',
    rememberedBackend: backendOf(found.rememberedBackend),
    cameraId: textOf(found.cameraId),
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    heatMap: found.heatMap === true,
    dismissed: listsOf(found.dismissed),
    allowed: listsOf(found.allowed),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listsOf(value: unknown): Record<string, readonly string[]> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, list]: [string, unknown]) =>
      Array.isArray(list) ? [[key, list.filter((entry) => typeof entry === 'string')]] : [],
    ),
  );
}

function backendOf(value: unknown): BackendName | null {
  return backendNames.find((name) => name === value) ?? null;
}
