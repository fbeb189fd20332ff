// A graph of Keras layers being written: plain JSON as tfjs-layers 1.x and later read it, and the tensors it names.

import type { NamedTensor } from './head-weights.ts';

export interface LayerTensor {
  readonly weight: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Statistics stand after everything that is trained, as Teachable Machine's own files have it. */
  readonly statistic?: boolean;
}

export interface WrittenModel {
  /** `{class_name, config}`, to be put into a Sequential. */
  readonly json: object;
  readonly tensors: readonly NamedTensor[];
  readonly statistics: readonly NamedTensor[];
}

export class LayersGraph {
  readonly input: string;
  readonly #name: string;
  readonly #layers: object[] = [];
  readonly #tensors: NamedTensor[] = [];
  readonly #statistics: NamedTensor[] = [];

  /** `shape` without the batch. Names must differ in the whole file. */
  constructor(name: string, input: string, shape: readonly number[]) {
    this.#name = name;
    this.input = input;
    const config = { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false };
    this.#layers.push({
      name: input,
      class_name: 'InputLayer',
      config: { ...config, name: input },
      inbound_nodes: [],
    });
  }

  /** Adds a layer that reads `inputs`. Returns its name. */
  layer(
    kind: string,
    name: string,
    inputs: readonly string[],
    config: object = {},
    tensors: readonly LayerTensor[] = [],
  ): string {
    this.#layers.push({
      name,
      class_name: kind,
      config: { ...config, name, trainable: true },
      inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])],
    });
    for (const { weight, shape, values, statistic = false } of tensors) {
      const list = statistic ? this.#statistics : this.#tensors;
      list.push({ name: `${name}/${weight}`, shape, values });
    }
    return name;
  }

  model(output: string): WrittenModel {
    const config = {
      name: this.#name,
      layers: this.#layers,
      input_layers: [[this.input, 0, 0]],
      output_layers: [[output, 0, 0]],
    };
    const json = { class_name: 'Model', config };
    return { json, tensors: this.#tensors, statistics: this.#statistics };
  }
}

export function sequential(name: string, layers: readonly object[]): object {
  return { class_name: 'Sequential', config: { name, layers } };
}

/** Whoever reads the file fills in the weights: drawing random ones first would only cost time. */
export const zeros = { class_name: 'Zeros', config: {} };
