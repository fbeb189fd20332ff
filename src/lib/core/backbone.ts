// Facts about a backbone, as the catalogue and its model folder state them.

import type { BackboneId } from './project.ts';

/** What the app knows about an installed backbone before it is loaded. */
export interface BackboneFacts {
  readonly id: BackboneId;
  readonly name: string;
  /** One line for people: what it is and how good. */
  readonly note: string;
  readonly licence: string;
  readonly embeddingSize: number;
  readonly inputSizePx: number;
  readonly inputRange: readonly [number, number];
  readonly parameters: number;
  /** Bytes to download, 0 when unknown. */
  readonly bytes: number;
  /** Largest cosine of features under which a frame is *none of these*, unless the person chooses another. */
  readonly unknownThreshold: number;
}

/** A loaded backbone. */
export interface LoadedBackbone extends BackboneFacts {
  /** SHA-256 of the weights, hex; the head and every export are tied to it. */
  readonly sha256: string;
  readonly hasWhitening: boolean;
}

/** A backbone that came in a file, in Handful's own format, kept on this device. */
export interface InstalledBackbone {
  /** `name@version` of its manifest. */
  readonly id: BackboneId;
  readonly name: string;
  readonly note: string;
  readonly licence: string;
  /** Text of its `model.json`. */
  readonly manifest: string;
  /** Bytes of its `weights.bin`. */
  readonly weights: Uint8Array;
}

export type BackendName = 'wasm' | 'webgl' | 'webgpu';
export const backendNames: readonly BackendName[] = ['wasm', 'webgl', 'webgpu'];
