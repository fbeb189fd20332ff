// The report on how good it is: everything that was measured, as one plain document, and why what is missing was not.
// The page and the file show the same document, so that they cannot disagree. Format: docs/report.md.

import type { LoadedBackbone } from './backbone.ts';
import type {
  CurvePoint,
  Estimate,
  Evaluation,
  LearningCurve,
  ReliabilityBin,
  UnknownResult,
} from './evaluation.ts';
import { selectedSpec, type HeadSpec } from './head-spec.ts';
import { takesOf, type ProjectDocument, type SampleId } from './project.ts';

/** What was measured, or one sentence on why it was not. */
export type Measured<T> =
  | { readonly measured: true; readonly value: T }
  | { readonly measured: false; readonly why: string };

export interface ReportedTake {
  readonly samples: number;
  /** When its first sample was captured, ISO 8601. */
  readonly began: string;
  readonly source: 'camera' | 'file';
}

export interface ReportedClass {
  readonly name: string;
  /** A class that is switched off is not learned and not tested. */
  readonly enabled: boolean;
  readonly samples: number;
  readonly takes: readonly ReportedTake[];
}

export interface ReportedHonest {
  /** Balanced accuracy on takes put aside. */
  readonly accuracy: Estimate;
  /** Takes were put aside in this many rounds. */
  readonly rounds: number;
  /** What single frames put aside at random would have claimed. */
  readonly randomSplit: Estimate & { readonly rounds: number; readonly seed: number };
  /** Mean of −ln(probability of the true class). */
  readonly logLoss: number;
  /** Classes of `confusion`, in its order; precision is null when a class was never named. */
  readonly classes: readonly {
    readonly name: string;
    readonly recall: number;
    readonly precision: number | null;
  }[];
  /** Samples of class `row` that were named `column`. */
  readonly confusion: readonly (readonly number[])[];
  readonly reliability: readonly ReliabilityBin[];
}

export interface ReportedCurve {
  readonly byTakes: readonly CurvePoint[];
  readonly oneTake: readonly CurvePoint[];
  readonly manyTakes: readonly CurvePoint[];
}

export interface Report {
  readonly format: 'handful-report';
  readonly version: 1;
  readonly writtenAt: string;
  readonly app: {
    readonly name: 'Handful';
    readonly version: string;
    /** Version of the layout of what is stored in the browser. */
    readonly databaseVersion: number;
  };
  readonly project: string;
  readonly backbone: {
    readonly id: string;
    readonly name: string;
    /** SHA-256 of its weights, hex. */
    readonly sha256: string;
    readonly embeddingSize: number;
    readonly inputSizePx: number;
    readonly whitened: boolean;
  };
  /** The recipe: the head and all its settings; `seed` is part of a dense one, the others need none. */
  readonly head: HeadSpec;
  /** Limit of *none of these* in use, a cosine; null: never none of these. */
  readonly unknownLimit: number | null;
  readonly classes: readonly ReportedClass[];
  /** Samples that were tested, of all there are in classes that are learned. */
  readonly tested: { readonly samples: number; readonly of: number } | null;
  readonly honest: Measured<ReportedHonest>;
  readonly learningCurve: Measured<ReportedCurve>;
  readonly unknown: Measured<UnknownResult>;
}

export interface ReportParts {
  readonly document: ProjectDocument;
  readonly backbone: LoadedBackbone;
  /** Of the samples as they are; null with why there is none. */
  readonly evaluation: Evaluation | null;
  readonly whyNoEvaluation: string;
  /** null: it was not asked for. */
  readonly curve: LearningCurve | null;
  readonly unknownLimit: number | null;
  readonly randomSplit: { readonly rounds: number; readonly seed: number };
  readonly appVersion: string;
  readonly databaseVersion: number;
  readonly nowMs: number;
}

const noTakes =
  'There is no honest number: every class needs two takes or more, one to learn from and one to test with.';

export function makeReport(parts: ReportParts): Report {
  const { document, evaluation, backbone } = parts;
  const { project } = document;
  return {
    format: 'handful-report',
    version: 1,
    writtenAt: isoTime(parts.nowMs),
    app: { name: 'Handful', version: parts.appVersion, databaseVersion: parts.databaseVersion },
    project: project.name,
    backbone: {
      id: backbone.id,
      name: backbone.name,
      sha256: backbone.sha256,
      embeddingSize: backbone.embeddingSize,
      inputSizePx: backbone.inputSizePx,
      whitened: backbone.hasWhitening,
    },
    head: selectedSpec(project.heads),
    unknownLimit: project.live.unknownEnabled ? parts.unknownLimit : null,
    classes: reportedClasses(document),
    tested: evaluation && { samples: evaluation.sampleCount, of: evaluation.sampleTotal },
    honest: honestOf(parts),
    learningCurve: curveOf(parts),
    unknown: unknownOf(parts),
  };
}

/** Up to `most` samples of every take, spread evenly over it: [class][take]. `room` is how many there may be in all. */
export function shownSamples(
  document: ProjectDocument,
  most: number,
  room: number,
): SampleId[][][] {
  const takes = document.project.classes.map(({ id }) => takesOf(document.samples, id));
  const count = takes.reduce((sum, list) => sum + list.length, 0);
  const each = Math.min(most, Math.max(1, Math.floor(room / Math.max(1, count))));
  let left = room;
  return takes.map((list) =>
    list.map(({ samples }) => {
      const shown = Math.min(each, samples.length, left);
      left -= shown;
      return Array.from(
        { length: shown },
        (_, i) => samples[Math.floor((i * samples.length) / shown)]?.id ?? '',
      );
    }),
  );
}

function reportedClasses(document: ProjectDocument): ReportedClass[] {
  return document.project.classes.map(({ id, name, enabled }) => {
    const takes = takesOf(document.samples, id).map(({ samples }): ReportedTake => {
      const [first] = samples;
      return {
        samples: samples.length,
        began: isoTime(first?.capturedAtMs ?? 0),
        source: first?.source ?? 'file',
      };
    });
    const samples = takes.reduce((sum, take) => sum + take.samples, 0);
    return { name, enabled, samples, takes };
  });
}

function honestOf(parts: ReportParts): Measured<ReportedHonest> {
  const { evaluation, whyNoEvaluation, randomSplit } = parts;
  if (!evaluation) return missing(whyNoEvaluation);
  const { honest, labels } = evaluation;
  if (!honest) return missing(noTakes);
  const { accuracy, random, foldCount, logLoss, confusion, reliability } = honest;
  const classes = labels.map((name, c) => ({
    name,
    recall: honest.recalls[c] ?? 0,
    precision: honest.precisions[c] ?? null,
  }));
  const value = {
    accuracy,
    rounds: foldCount,
    randomSplit: { ...random, ...randomSplit },
    logLoss,
    classes,
    confusion,
    reliability,
  };
  return { measured: true, value };
}

function curveOf({ evaluation, whyNoEvaluation, curve }: ReportParts): Measured<ReportedCurve> {
  if (curve) {
    const { byTakes, oneTake, manyTakes } = curve;
    return { measured: true, value: { byTakes, oneTake, manyTakes } };
  }
  if (!evaluation) return missing(whyNoEvaluation);
  if (!evaluation.honest) return missing(noTakes);
  return missing('It was not asked for: it takes hundreds of trainings.');
}

function unknownOf({ evaluation, whyNoEvaluation }: ReportParts): Measured<UnknownResult> {
  if (!evaluation) return missing(whyNoEvaluation);
  if (!evaluation.honest) return missing(noTakes);
  if (evaluation.unknown) return { measured: true, value: evaluation.unknown };
  return missing('There are too few samples to leave a class out.');
}

const missing = (why: string): { measured: false; why: string } => ({ measured: false, why });

const isoTime = (ms: number): string => new Date(ms).toISOString();
