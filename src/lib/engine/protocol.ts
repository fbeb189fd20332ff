// What the page and the engine's worker say to each other. Types only.
// Every verb is a request with one answer; some report progress on the way. Tensors never cross.

import type {
  BackboneFacts,
  BackendName,
  InstalledBackbone,
  LoadedBackbone,
} from '#lib/core/backbone.ts';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { Evaluation, HeadCost, LearningCurve, TakenSample } from '#lib/core/evaluation.ts';
import type { Explanation, LayerWish } from '#lib/core/explanation.ts';
import type { Failure } from '#lib/core/failure.ts';
import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import type { OnnxGraph } from '#lib/core/onnx-graph.ts';
import type { HeadSpec, RidgeSpec } from '#lib/core/head-spec.ts';
import type { PictureFacts } from '#lib/core/picture-facts.ts';
import type { Prediction } from '#lib/core/prediction.ts';
import type { BackboneId, ClassId, CropFrame, SampleId } from '#lib/core/project.ts';
import type {
  InputSpec,
  NetworkSpec,
  PictureSet,
  Stack,
  TrainedNetwork,
} from '#lib/convnet/network.ts';
import type { FittedHead, TrainedHead } from '#lib/learning/head.ts';

/** A picture on its way to the engine, which closes it. */
export interface Frame {
  readonly image: ImageBitmap | VideoFrame | ImageData;
  readonly crop: CropFrame;
}

export interface StartOptions {
  /** Absolute address of the folder `models/`, ending in `/`. */
  readonly modelsUrl: string;
  /** null: the catalogue's first. */
  readonly backboneId: BackboneId | null;
  /** A backend by name, or `auto`: what was remembered for this device, else a short measurement. */
  readonly backend: BackendName | 'auto';
  readonly rememberedBackend: BackendName | null;
  /** Backbones that came in files, kept on this device. */
  readonly installed?: readonly InstalledBackbone[];
}

export interface BackendTrial {
  readonly backend: BackendName;
  /** Median ms of one embedding; null when it does not work here. */
  readonly medianMs: number | null;
  readonly reason: string | null;
}

export interface EngineState {
  readonly backend: BackendName;
  /** Filled when the choice was measured. */
  readonly trials: readonly BackendTrial[];
  readonly backbone: LoadedBackbone;
  /** The backbone's layers from the picture on; null when it does not show its inside. */
  readonly layers: readonly BackboneLayer[] | null;
  /** Whether the backbone can be handed on in Handful's own format, which is the one that the runtime reads. */
  readonly ownFormat: boolean;
  readonly catalogue: readonly BackboneFacts[];
  /** Rows of the catalogue that could not be used, with the reason. */
  readonly skipped: readonly SkippedBackbone[];
}

export interface SkippedBackbone {
  readonly name: string;
  readonly reason: string;
}

export interface PredictRequest {
  readonly frame: Frame;
  /** Whether the prediction is to bring the embedding along. */
  readonly withEmbedding?: boolean;
}

export interface ExplainRequest extends PredictRequest {
  readonly layer: LayerWish | null;
}

/** A sample as the engine holds it for fitting. */
export interface EngineSample {
  readonly id: SampleId;
  readonly classId: ClassId;
  readonly embedding: Float32Array;
}

export interface CapturedSample {
  /** The square JPEG that is kept; the embedding was computed from exactly these bytes. */
  readonly jpeg: Uint8Array;
  readonly sizePx: number;
  readonly embedding: Float32Array;
}

export interface InspectedPicture {
  readonly facts: PictureFacts;
  /** Features (`learning/features.ts`) of the picture whose middle is one colour; null when they were not asked for. */
  readonly border: Float32Array | null;
}

/** RGBA [sidePx, sidePx, 4]. */
export interface SquarePixels {
  readonly sidePx: number;
  readonly rgba: Uint8ClampedArray;
}

export interface FitRequest {
  readonly spec: HeadSpec;
  /** Classes to learn, in order of the outputs, with their names. */
  readonly classes: readonly { readonly id: ClassId; readonly name: string }[];
}

export interface FitReport {
  /** Nearest neighbours leave their samples with the engine: `wholeHead` brings them. */
  readonly head: FittedHead;
  readonly fitMs: number;
  /** Share of the training samples that the head gets right, in [0, 1]: how well it remembers, not how good it is. */
  readonly trainingAccuracy: number;
  readonly sampleCount: number;
  /** True when `stop` ended a dense head's training before its last epoch. */
  readonly stopped: boolean;
  readonly history: readonly EpochLog[];
}

export interface EpochLog {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
}

export interface EvaluateRequest extends FitRequest {
  /** Takes of the samples, oldest first; samples that are not named are left out. */
  readonly taken: readonly TakenSample[];
  /** Also measure what the head costs. */
  readonly withCost: boolean;
  /** More samples than this are thinned out; absent: as many as an evaluation takes. */
  readonly most?: number;
}

export interface CurveRequest {
  readonly spec: RidgeSpec;
  readonly classes: FitRequest['classes'];
  readonly taken: readonly TakenSample[];
}

/** The samples that a limit of *none of these* is fitted on. */
export type LimitRequest = Pick<EvaluateRequest, 'classes' | 'taken'>;

export interface EvaluateReport {
  readonly evaluation: Evaluation;
  /** null unless asked for, and when no head could be fitted. */
  readonly cost: HeadCost | null;
  readonly evaluateMs: number;
}

/** Trains a network of its own from nothing; the stack's last layer has one unit a class. */
export interface NetworkRequest {
  readonly stack: Stack;
  readonly spec: NetworkSpec;
  readonly train: PictureSet;
  /** Pictures [N, side, side, channels] to name afterwards; null: none. */
  readonly test: Float32Array | null;
}

export interface NetworkReport {
  readonly network: TrainedNetwork;
  readonly history: readonly EpochLog[];
  readonly trainMs: number;
  /** True when it was stopped before its last epoch. */
  readonly stopped: boolean;
  /** Class indexes of the pictures of `test`, [N]. */
  readonly named: Uint16Array;
}

/** What a network of one's own makes of a picture. */
export interface NetworkRun {
  /** The picture as the network sees it, [side, side, channels] in [0, 1]. */
  readonly input: Float32Array;
  /** Every layer's output in turn, row-major; the last one's are probabilities. */
  readonly activations: readonly Float32Array[];
}

/** Embeddings with their classes. */
export interface EmbeddingSet {
  readonly embeddings: readonly Float32Array[];
  readonly classIndexes: Uint16Array;
}

/** Fits a head on some embeddings and names others, beside the samples and the head in use, which stay as they are. */
export interface HeadTrialRequest {
  readonly spec: HeadSpec;
  readonly train: EmbeddingSet;
  readonly test: readonly Float32Array[];
}

export interface HeadTrial {
  /** Class indexes of `test`, [N]. */
  readonly named: Uint16Array;
  readonly fitMs: number;
}

/** A model as Teachable Machine writes it: fed with the square's pixels as x / 127 − 1. */
export interface LayersTrialRequest {
  /** Text of `model.json`. */
  readonly model: string;
  readonly weights: Uint8Array;
  readonly inputSizePx: number;
  readonly jpegs: readonly Uint8Array[];
}

/** An ONNX graph whose input is the square's pixels, 0 … 255. */
export interface GraphTrialRequest {
  readonly graph: OnnxGraph;
  readonly jpegs: readonly Uint8Array[];
}

export interface EngineMemory {
  readonly tensors: number;
  readonly tensorBytes: number;
  readonly samples: number;
}

export type Progress =
  | {
      readonly kind: 'download';
      readonly name: string;
      readonly doneBytes: number;
      /** null where the catalogue does not state it. */
      readonly totalBytes: number | null;
    }
  | { readonly kind: 'measure'; readonly backend: BackendName }
  | { readonly kind: 'epoch'; readonly log: EpochLog }
  /** The network that is being trained as it is now, a few times a second. */
  | { readonly kind: 'network'; readonly network: TrainedNetwork }
  | { readonly kind: 'count'; readonly done: number; readonly total: number };

/** Request and answer of every verb. */
export interface Verbs {
  start: { request: StartOptions; answer: EngineState };
  useBackend: { request: { backend: BackendName | 'auto' }; answer: EngineState };
  useBackbone: { request: { backboneId: BackboneId }; answer: EngineState };
  /** Adds a backbone that came in a file; the one in use stays. */
  installBackbone: { request: { backbone: InstalledBackbone }; answer: EngineState };
  /** Takes it away again, unless it is in use. */
  uninstallBackbone: { request: { backboneId: BackboneId }; answer: EngineState };
  /** Picture → kept JPEG and its embedding. */
  capture: { request: { frame: Frame }; answer: CapturedSample };
  /** Kept JPEG → embedding; for another backbone or an import. */
  embedJpeg: { request: { jpeg: Uint8Array }; answer: { embedding: Float32Array } };
  /** Kept JPEG → light and sharpness and, when asked for, the features of the picture without its middle. */
  inspectJpeg: { request: { jpeg: Uint8Array; border: boolean }; answer: InspectedPicture };
  /** Kept JPEG → exactly the pixels that the backbone is fed with. */
  inputPixels: { request: { jpeg: Uint8Array }; answer: SquarePixels };
  /** Picture → embedding and prediction in one round trip; null without a head. */
  classify: { request: PredictRequest; answer: Prediction | null };
  /** Picture → prediction, what spoke for each class where, and feature maps; in one pass through the backbone. */
  explain: { request: ExplainRequest; answer: Explanation | null };
  /** Kept JPEG → embedding and prediction (golden samples, self-test). */
  classifyJpeg: {
    request: { jpeg: Uint8Array };
    answer: { embedding: Float32Array; prediction: Prediction | null };
  };
  putSamples: { request: { samples: readonly EngineSample[] }; answer: null };
  removeSamples: { request: { ids: readonly SampleId[] }; answer: null };
  clearSamples: { request: null; answer: null };
  /** Fits on the samples held, and predicts with the new head from then on. */
  fit: { request: FitRequest; answer: FitReport };
  /** How good a head of this spec is on takes it was not fitted on. The head in use stays. */
  evaluate: { request: EvaluateRequest; answer: EvaluateReport };
  /** How good with fewer shots or takes; null when a class has fewer than two takes. */
  learningCurve: { request: CurveRequest; answer: LearningCurve | null };
  /** Cosine under which a frame is *none of these*, fitted to the takes held; null while a class has fewer than three. */
  unknownLimit: { request: LimitRequest; answer: number | null };
  /** Predict with a head that was trained before; null takes the head away. */
  setHead: { request: { head: FittedHead | null }; answer: null };
  /** The head in use with all its numbers, to keep or to give away; null when none is. */
  wholeHead: { request: null; answer: TrainedHead | null };
  /** Aborting stops the training, and the answer holds what was learned so far. */
  trainNetwork: { request: NetworkRequest; answer: NetworkReport };
  /** Kept JPEG → what a network with this input sees, [side, side, channels] in [0, 1]. */
  readGrid: { request: { jpeg: Uint8Array; input: InputSpec }; answer: Float32Array };
  /** Grid or frame → activations of every layer. */
  runNetwork: {
    request: { network: TrainedNetwork; picture: Float32Array | Frame };
    answer: NetworkRun;
  };
  tryHead: { request: HeadTrialRequest; answer: HeadTrial };
  /** The whitening asset of the backbone in use as stored in its folder; null when it has none. */
  whiteningAsset: { request: null; answer: { json: string; bytes: Uint8Array } | null };
  /** The backbone in use as plain numbers; null when it is a graph that cannot be said so. */
  foldedBackbone: { request: null; answer: FoldedBackbone | null };
  /** The backbone in use as its folder keeps it; null when it is not in Handful's own format. */
  backboneFiles: { request: null; answer: { manifest: string; weights: Uint8Array } | null };
  /** Runs a layers model from a file, beside the backbone and the head in use, on pictures: probabilities of each. */
  tryLayersModel: { request: LayersTrialRequest; answer: readonly Float32Array[] };
  /** The same for an ONNX graph. */
  tryGraph: { request: GraphTrialRequest; answer: readonly Float32Array[] };
  memory: { request: null; answer: EngineMemory };
}

export type VerbName = keyof Verbs;

/** Page → worker. */
export type ToWorker =
  | { [V in VerbName]: { id: number; verb: V; request: Verbs[V]['request'] } }[VerbName]
  | { id: number; abort: true }
  | { id: number; ping: true };

/** Worker → page. */
export type FromWorker =
  | { id: number; kind: 'answer'; answer: Verbs[VerbName]['answer'] }
  | { id: number; kind: 'progress'; progress: Progress }
  | { id: number; kind: 'failure'; failure: Failure }
  | { id: number; kind: 'aborted' }
  | { id: number; kind: 'bug'; message: string; stack: string }
  | { id: number; kind: 'pong' }
  /** The engine changed by itself, after a lost graphics context; no answer to any request. */
  | { id: null; kind: 'state'; state: EngineState; reason: string };
