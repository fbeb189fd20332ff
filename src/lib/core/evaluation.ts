// What an honest evaluation says, as plain data: made by `learning/evaluation/`, shown by the page and the report.

import type { HeadKind } from './head-spec.ts';
import type { ClassId, SampleId, TakeId } from './project.ts';

/** Which take a sample belongs to; lists of these go oldest first, so that takes have an order. */
export interface TakenSample {
  readonly id: SampleId;
  readonly takeId: TakeId;
}

/** A share in [0, 1] with the interval in which as many new looks lie 19 times out of 20. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many independent looks the interval counts: takes when honest, frames when not. */
  readonly looks: number;
}

/** What was said about one sample by a head that was fitted without its take. */
export interface SampleOutcome {
  readonly id: SampleId;
  readonly takeId: TakeId;
  /** Index into the evaluation's `classIds`. */
  readonly classIndex: number;
  readonly predictedIndex: number;
  /** Probability of the predicted class, in [0, 1]. */
  readonly probability: number;
  /** The most similar samples of those the head was fitted on, most similar first. */
  readonly nearest: readonly SampleId[];
}

/** Predictions whose probability lies in [from, to). */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability that was claimed, and share that was right. */
  readonly claimed: number;
  readonly right: number;
}

export interface HonestResult {
  /** Balanced accuracy: the mean of the classes' recalls. */
  readonly accuracy: Estimate;
  /** What frames held out at random would have claimed, with the interval that goes with such claims. */
  readonly random: Estimate;
  readonly foldCount: number;
  /** [C]; precision is null when the class was never named. */
  readonly recalls: readonly number[];
  readonly precisions: readonly (number | null)[];
  /** [C][C]: samples of class `row` that were named `column`. */
  readonly confusion: readonly (readonly number[])[];
  /** Mean of −ln(probability of the true class). */
  readonly logLoss: number;
  readonly reliability: readonly ReliabilityBin[];
  readonly outcomes: readonly SampleOutcome[];
}

/** A sample that resembles another class more than the rest of its own. */
export interface Suspect {
  readonly id: SampleId;
  readonly classIndex: number;
  /** The class that it resembles. */
  readonly likelyIndex: number;
  /** How much more similar the other class is than its own, a difference of cosines; larger is more suspect. */
  readonly margin: number;
  readonly nearest: readonly SampleId[];
}

/** A take most of whose samples resemble another class more than the other takes of their own: a hard take, or a wrong label. */
export interface OddTake {
  readonly takeId: TakeId;
  readonly classIndex: number;
  /** The class that most of these samples resemble, and their share of the take. */
  readonly likelyIndex: number;
  readonly share: number;
}

/** How well largest cosine tells samples of known classes from samples of a class that was left out. */
export interface UnknownResult {
  /** Chance that a known sample has a larger cosine than one of a left-out class. */
  readonly auroc: number;
  /** Share of a left-out class that is taken for a known one where 95 % of known samples are accepted. */
  readonly falseAcceptsAt95: number;
  /** Cosine that accepts 95 % of held-out samples, every class counting alike; null with fewer than three takes a class. */
  readonly threshold: number | null;
  /** Shares accepted of takes on which the threshold was not fitted; null with it. */
  readonly trueAccepts: number | null;
  readonly falseAccepts: number | null;
}

export interface Evaluation {
  readonly head: HeadKind;
  readonly classIds: readonly ClassId[];
  readonly labels: readonly string[];
  /** Samples by class, and takes that began in the class. */
  readonly shots: readonly number[];
  readonly takes: readonly number[];
  /** Samples used, and samples there are: very many are thinned out evenly over takes. */
  readonly sampleCount: number;
  readonly sampleTotal: number;
  /** null when a class has fewer than two takes: then there is no honest number. */
  readonly honest: HonestResult | null;
  readonly suspects: readonly Suspect[];
  readonly oddTakes: readonly OddTake[];
  /** [C] how like each other the takes of a class are, a median of cosines; null with one take. */
  readonly likeness: readonly (number | null)[];
  readonly unknown: UnknownResult | null;
}

/** What a head costs. */
export interface HeadCost {
  /** One fit on the samples: all of them for a closed form, the mean over the folds for a dense head. */
  readonly fitMs: number;
  /** One embedding → probabilities. */
  readonly predictMs: number;
  /** The head's numbers as they are stored and exported. */
  readonly bytes: number;
}

/** Mean of paired differences and its standard error, null with fewer than two pairs. */
export interface PairedDifference {
  readonly mean: number;
  readonly error: number | null;
}

/** Honest accuracy of a head fitted on less than there is. */
export interface CurvePoint {
  /** Shots or takes of each class. */
  readonly count: number;
  /** Balanced accuracy on takes that were left out. */
  readonly accuracy: number;
  /** Standard error of the accuracy over the rounds, each of which leaves other takes out. */
  readonly error: number;
}

/** Honest accuracy of the ridge head against how much it was taught. */
export interface LearningCurve {
  /** By shots, all from one take. */
  readonly oneTake: readonly CurvePoint[];
  /** By shots, drawn from as many takes as there are. */
  readonly manyTakes: readonly CurvePoint[];
  /** By takes, with all their samples. */
  readonly byTakes: readonly CurvePoint[];
  /** What the last take added, over rounds; null with fewer than two points. */
  readonly lastTake: PairedDifference | null;
  /** What the last step in shots added, spread over takes; null with fewer than two points. */
  readonly lastShots: PairedDifference | null;
}

/** Whether more of the same kind is worth it, by what the last step brought. */
export type Worth = 'yes' | 'no' | 'unclear';

/** A gain under this is not worth the trouble. */
const leastGain = 0.01;

/**
 * *yes*: the last step's gain stands out of its own spread. *no*: even with its spread on top it is hardly anything.
 * *unclear*: the spread hides which.
 */
export function worthOf({ mean, error }: PairedDifference): Worth {
  const spread = error ?? Infinity;
  if (mean >= leastGain && mean > spread) return 'yes';
  return mean + spread < 2 * leastGain ? 'no' : 'unclear';
}
