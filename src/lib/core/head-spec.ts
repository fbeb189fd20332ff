// The wish for a head (`HeadSpec`) and its settings' limits. Source of the defaults: measured recipes (docs/recipes.md).

export type HeadKind = 'ridge' | 'knn' | 'dense';

export interface RidgeSpec {
  readonly kind: 'ridge';
  /** Ridge penalty λ on unit-length features; flat between 0.001 and 0.1. */
  readonly lambda: number;
  /** Probabilities are softmax(temperature · score). */
  readonly temperature: number;
  /** Give every class the same weight, however many samples it has. */
  readonly balanced: boolean;
}

export interface KnnSpec {
  readonly kind: 'knn';
  /** Neighbours that vote; never more than the shots of the smallest class. */
  readonly k: number;
  readonly balanced: boolean;
}

export interface DenseSpec {
  readonly kind: 'dense';
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly hiddenUnits: number;
  /** Share of hidden units switched off at each training step, in [0, 0.9]. */
  readonly dropout: number;
  readonly seed: number;
  readonly balanced: boolean;
}

export type HeadSpec = RidgeSpec | KnnSpec | DenseSpec;

/** Every head's settings, so that switching between heads loses none. */
export interface HeadSettings {
  readonly selected: HeadKind;
  readonly ridge: RidgeSpec;
  readonly knn: KnnSpec;
  readonly dense: DenseSpec;
}

export const defaultHeadSettings: HeadSettings = {
  selected: 'ridge',
  ridge: { kind: 'ridge', lambda: 0.03, temperature: 4, balanced: true },
  knn: { kind: 'knn', k: 3, balanced: true },
  dense: {
    kind: 'dense',
    epochs: 50,
    batchSize: 16,
    learningRate: 0.001,
    hiddenUnits: 100,
    dropout: 0,
    seed: 1,
    balanced: true,
  },
};

/** The spec of the selected head. */
export function selectedSpec(settings: HeadSettings): HeadSpec {
  return settings[settings.selected];
}

/** Inclusive limits of one numeric setting, and the step a control offers. */
export interface Limits {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Limits of every numeric setting; validation and controls read the same table. */
export const headLimits = {
  ridge: {
    lambda: { min: 0.0001, max: 10, step: 0.0001 },
    temperature: { min: 0.5, max: 20, step: 0.5 },
  },
  knn: { k: { min: 1, max: 50, step: 1 } },
  dense: {
    epochs: { min: 1, max: 500, step: 1 },
    batchSize: { min: 1, max: 512, step: 1 },
    learningRate: { min: 0.00001, max: 0.1, step: 0.00001 },
    hiddenUnits: { min: 0, max: 512, step: 1 },
    dropout: { min: 0, max: 0.9, step: 0.05 },
    seed: { min: 0, max: 2147483647, step: 1 },
  },
} as const satisfies Record<HeadKind, Record<string, Limits>>;

/** `value` forced into `limits`; anything that is no number becomes `fallback`. */
export function clampTo(limits: Limits, value: number, fallback: number): number {
  if (!Number.isFinite(value)) return fallback;
  return Math.min(limits.max, Math.max(limits.min, value));
}
