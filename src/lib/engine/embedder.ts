// Pictures → the backbone's input → embeddings, timed, on the runtime in use.

import { centreSquare } from '#lib/core/crop.ts';
import { succeed, type Result } from '#lib/core/failure.ts';
import { measuredSidePx, pictureFacts, withoutMiddle } from '#lib/core/picture-facts.ts';
import type { CropFrame } from '#lib/core/project.ts';
import { featuresOf } from '#lib/learning/features.ts';
import type { Look } from './backbones/backbone.ts';
import { closeImage } from './image.ts';
import type { Pictures } from './pictures.ts';
import { InputWriter } from './preprocess.ts';
import type { Frame, InspectedPicture, SquarePixels } from './protocol.ts';
import type { Runtime } from './runtime.ts';

export interface Embedded {
  readonly embedding: Float32Array;
  readonly preprocessMs: number;
  readonly embedMs: number;
}

/** `look` is null when the backbone does not show its inside. */
export interface Seen extends Embedded {
  readonly look: Look | null;
}

export class Embedder {
  readonly #runtime: Runtime;
  readonly #pictures: Pictures;
  readonly #now: () => number;
  readonly #writer = new InputWriter();

  constructor(runtime: Runtime, pictures: Pictures, now: () => number) {
    this.#runtime = runtime;
    this.#pictures = pictures;
    this.#now = now;
  }

  async jpeg(jpeg: Uint8Array): Promise<Result<Embedded>> {
    const picture = await this.#pictures.decode(jpeg);
    if (!picture.ok) return picture;
    try {
      return await this.image(picture.value, centreSquare);
    } finally {
      closeImage(picture.value);
    }
  }

  /** The kept picture as it is fed to the backbone. Fails with `bad-picture`. */
  async input(jpeg: Uint8Array): Promise<Result<SquarePixels>> {
    const picture = await this.#pictures.decode(jpeg);
    if (!picture.ok) return picture;
    try {
      const sidePx = this.#runtime.source.facts.inputSizePx;
      const rgba = await this.#pictures.pixels(picture.value, centreSquare, sidePx);
      return succeed({ sidePx, rgba: rgba.slice() });
    } finally {
      closeImage(picture.value);
    }
  }

  /** Light and sharpness of a kept picture, and what is left of it without its middle. Fails with `bad-picture`. */
  async inspect(jpeg: Uint8Array, border: boolean): Promise<Result<InspectedPicture>> {
    const picture = await this.#pictures.decode(jpeg);
    if (!picture.ok) return picture;
    try {
      const image = picture.value;
      const facts = pictureFacts(await this.#pictures.pixels(image, centreSquare, measuredSidePx));
      if (!border) return succeed({ facts, border: null });
      const { inputSizePx } = this.#runtime.source.facts;
      const rgba = await this.#pictures.pixels(image, centreSquare, inputSizePx);
      const input = this.#writer.write(withoutMiddle(rgba), this.#runtime.pixelRange);
      const embedding = await this.#runtime.embed(input);
      if (!embedding.ok) return embedding;
      const { whitening } = this.#runtime.source;
      return succeed({
        facts,
        border: featuresOf(embedding.value, whitening?.whitening ?? null),
      });
    } finally {
      closeImage(picture.value);
    }
  }

  image(image: Frame['image'], crop: CropFrame): Promise<Result<Embedded>> {
    return this.#timed(image, crop, async (input) => {
      const embedding = await this.#runtime.embed(input);
      return embedding.ok ? succeed({ embedding: embedding.value }) : embedding;
    });
  }

  /** As `image`, with the activations of the last layer and of `layer`. */
  look({ image, crop }: Frame, layer: number | null): Promise<Result<Seen>> {
    return this.#timed<Pick<Seen, 'embedding' | 'look'>>(image, crop, async (input) => {
      const look = await this.#runtime.look(input, layer);
      if (!look.ok) return look;
      if (look.value) return succeed({ embedding: look.value.embedding, look: look.value });
      const embedding = await this.#runtime.embed(input);
      return embedding.ok ? succeed({ embedding: embedding.value, look: null }) : embedding;
    });
  }

  async #timed<T>(
    image: Frame['image'],
    crop: CropFrame,
    compute: (input: Float32Array) => Promise<Result<T>>,
  ): Promise<Result<T & Pick<Embedded, 'preprocessMs' | 'embedMs'>>> {
    const startedMs = this.#now();
    const { inputSizePx } = this.#runtime.source.facts;
    const rgba = await this.#pictures.pixels(image, crop, inputSizePx);
    const input = this.#writer.write(rgba, this.#runtime.pixelRange);
    const writtenMs = this.#now();
    const computed = await compute(input);
    if (!computed.ok) return computed;
    const preprocessMs = writtenMs - startedMs;
    return succeed({ ...computed.value, preprocessMs, embedMs: this.#now() - writtenMs });
  }
}
