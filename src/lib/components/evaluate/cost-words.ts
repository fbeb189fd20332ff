// What a head or a backbone costs, in words for people.

export const timeWords = (ms: number): string =>
  ms < 1 ? '< 1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const frameWords = (ms: number): string => (ms < 0.1 ? '< 0.1 ms' : `${ms.toFixed(1)} ms`);

export const sizeWords = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
