// A loaded model: pictures in, classifications out, by the same steps as in the app.

import type { HeadFile } from '#lib/exchange/head-file.ts';
import { largestDifference } from '#lib/exchange/golden.ts';
import { pixelsOfPng } from '#lib/exchange/png.ts';
import type { Backbone } from '#lib/engine/backbones/backbone.ts';
import { InputWriter } from '#lib/engine/preprocess.ts';
import type { Head } from '#lib/learning/head.ts';
import type { TrainingStore } from '#lib/learning/training-store.ts';
import { classificationOf } from './classification.ts';
import { FramePixels } from './frame-pixels.ts';
import { gestureSettings, RuntimeGestures } from './gestures.ts';
import { startWatch } from './watch.ts';
import type {
  Classification,
  Gestures,
  GestureSettings,
  LoadOptions,
  Model,
  Picture,
  SelfTest,
  Watch,
  WatchOptions,
} from './web/handful-runtime.d.ts';

const tolerance = 1e-4;

export interface ModelParts {
  readonly file: HeadFile;
  readonly head: Head;
  /** The samples that came with the model. */
  readonly store: TrainingStore;
  readonly backbone: Backbone;
  readonly createCanvas: LoadOptions['createCanvas'];
}

export class RuntimeModel implements Model {
  readonly labels: readonly string[];
  readonly inputSize: number;
  readonly goldenPictures: number;
  readonly #parts: ModelParts;
  readonly #pixels: FramePixels;
  readonly #writer = new InputWriter();

  constructor(parts: ModelParts) {
    const { file, backbone, createCanvas } = parts;
    this.#parts = parts;
    this.labels = file.head.labels;
    this.inputSize = backbone.facts.inputSizePx;
    this.goldenPictures = file.golden.length;
    this.#pixels = new FramePixels(this.inputSize, file.frame, createCanvas);
  }

  async classify(picture: Picture): Promise<Classification> {
    const { file, store } = this.#parts;
    const embedding = await this.#embed(this.#pixels.of(picture));
    const probabilities = this.#parts.head.predict(embedding);
    const similarity = store.largestCosine(embedding, file.head.classIds);
    return classificationOf(this.labels, probabilities, similarity, file.unknownBelow);
  }

  watch(picture: Picture, options: WatchOptions = {}): Watch {
    const classify = (shown: Picture): Promise<Classification> => this.classify(shown);
    return startWatch({ picture, gestures: this.gestures(options), classify, options });
  }

  gestures(settings: Partial<GestureSettings> = {}): Gestures {
    return new RuntimeGestures(gestureSettings(settings, this.#parts.file.gestures));
  }

  async selfTest(): Promise<SelfTest> {
    const { golden } = this.#parts.file;
    let most = 0;
    for (const { picture, probabilities } of golden) {
      const { rgba } = await pixelsOfPng(picture);
      const now = this.#parts.head.predict(await this.#embed(rgba));
      most = Math.max(most, largestDifference(now, probabilities));
    }
    return { pictures: golden.length, largestDifference: most, passed: most <= tolerance };
  }

  dispose(): void {
    this.#parts.backbone.dispose();
  }

  #embed(rgba: Uint8ClampedArray): Promise<Float32Array> {
    const { backbone } = this.#parts;
    return backbone.embed(this.#writer.write(rgba, backbone.pixelRange));
  }
}
