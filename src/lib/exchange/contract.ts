// What happens between a picture and the probabilities, for whoever rebuilds it: as JSON and as numbered sentences.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import { centreSquare } from '#lib/core/crop.ts';
import type { CropFrame } from '#lib/core/project.ts';
import type { TrainedHead } from '#lib/learning/head.ts';

export type Features = 'embedding' | 'sqrt' | 'sqrt-whitened' | 'unit-length';

export interface ContractInput {
  readonly head: TrainedHead;
  readonly backbone: LoadedBackbone;
  /** Cosine under which a picture is *none of these*; null: the backbone's own. */
  readonly unknownThreshold: number | null;
  readonly unknownEnabled: boolean;
  /** The part of the camera picture that the person looks at. */
  readonly frame: CropFrame;
  /** Whether the samples that the rule compares with are in the file. */
  readonly hasSamples: boolean;
}

export function featuresOf(head: TrainedHead): Features {
  if (head.kind === 'ridge') return head.features;
  return head.kind === 'knn' ? 'unit-length' : 'embedding';
}

const featureWords: Record<Features, string> = {
  embedding: 'The embedding itself.',
  sqrt: 's = sqrt(max(0, embedding)); features = s / |s|.',
  'sqrt-whitened':
    's = sqrt(max(0, embedding)) − mean; s −= Σ gains[i] · v[i] · (v[i] · s); features = s / |s|. Mean, v and gains: whitening.json and whitening.bin.',
  'unit-length': 'features = embedding / |embedding|.',
};

/** The contract as JSON: every number that a rebuilt preprocessing needs. */
export function contractOf(input: ContractInput): {
  readonly preprocessing: object;
  readonly features: Features;
  readonly output: string;
  readonly unknown: object;
} {
  const { head, backbone, frame, hasSamples } = input;
  const { inputSizePx: side, inputRange } = backbone;
  const [low, high] = inputRange;
  return {
    preprocessing: {
      crop: isCentre(frame) ? 'centre square' : 'the square that `frame` names',
      frame,
      resize: `canvas drawImage to ${side} × ${side} pixels`,
      sizePx: side,
      channels: 'RGB',
      layout: 'NHWC',
      range: inputRange,
      scaling: { multiply: (high - low) / 255, add: low },
      mirrored: false,
      embedding: 'global average of the last feature map',
      features: featureWords[featuresOf(head)],
    },
    features: featuresOf(head),
    output: outputWords(head),
    unknown: {
      rule: unknownRule(backbone),
      threshold: unknownBelow(input),
      features: backbone.hasWhitening ? 'sqrt-whitened' : 'sqrt',
      samples: hasSamples ? 'samples.bin' : null,
    },
  };
}

/** The same in words, one step a sentence. */
export function contractSteps(input: ContractInput): string[] {
  const { head, backbone, frame, hasSamples } = input;
  const { inputSizePx: side, inputRange } = backbone;
  const [low, high] = inputRange;
  const threshold = unknownBelow(input);
  return [
    `Take ${frameWords(frame)}, as the camera gives it: not mirrored.`,
    `Shrink it to ${side} × ${side} pixels, smoothly, as a canvas does; colours in the order red, green, blue.`,
    `Each number x from 0 to 255 becomes ${low} + x / 255 · ${high - low}.`,
    `The backbone ${backbone.name} (${backbone.id}) makes feature maps of it; their average over all places is the embedding, ${backbone.embeddingSize} numbers.`,
    `Features: ${featureWords[featuresOf(head)]}`,
    outputWords(head),
    hasSamples
      ? `None of these: ${unknownRule(backbone)} ${threshold === null ? 'It was switched off.' : `Here it is ${threshold}.`}`
      : 'None of these cannot be told from this file: it holds no samples to compare with.',
  ];
}

/** The cosine that the rule uses; null when the person switched it off. */
export function unknownBelow({
  unknownEnabled,
  unknownThreshold,
  backbone,
}: Pick<ContractInput, 'unknownEnabled' | 'unknownThreshold' | 'backbone'>): number | null {
  return unknownEnabled ? (unknownThreshold ?? backbone.unknownThreshold) : null;
}

const isCentre = ({ centreX, centreY, size }: CropFrame): boolean =>
  centreX === centreSquare.centreX &&
  centreY === centreSquare.centreY &&
  size === centreSquare.size;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

const frameWords = (frame: CropFrame): string =>
  isCentre(frame)
    ? 'the middle square of the picture'
    : `the square whose middle lies at ${percent(frame.centreX)} of the picture’s width and ${percent(frame.centreY)} of its height, and whose side is ${percent(frame.size)} of the shorter side`;

const outputWords = (head: TrainedHead): string =>
  head.kind === 'knn'
    ? 'Votes of the k rows with the largest dot product.'
    : 'softmax of the last layer, classes in the order of `labels`.';

const unknownRule = ({ hasWhitening }: LoadedBackbone): string =>
  `The picture is none of the classes when the largest dot product of its ${hasWhitening ? 'sqrt-whitened' : 'sqrt'} features with those of any sample in samples.bin lies under the threshold.`;
