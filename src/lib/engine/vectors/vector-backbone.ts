// A backbone on the processor by routines of our own: what wasm uses wherever the network's shapes allow it.

import type { LoadedBackbone } from '#lib/core/backbone.ts';
import type { BackboneLayer } from '#lib/core/backbone-layer.ts';
import type { FoldedBackbone } from '#lib/core/folded-backbone.ts';
import type { Backbone, BackboneInside, Look } from '../backbones/backbone.ts';
import { vectorNetwork, type VectorNetwork } from './vector-network.ts';

/** Null where the network or the browser does not allow it: then TensorFlow.js computes. */
export async function vectorBackbone(
  facts: LoadedBackbone,
  folded: FoldedBackbone,
  layers: readonly BackboneLayer[],
): Promise<Backbone | null> {
  const network = await vectorNetwork(folded);
  return network && new VectorBackbone(facts, folded, layers, network);
}

class VectorBackbone implements Backbone, BackboneInside {
  readonly facts: LoadedBackbone;
  readonly pixelRange: readonly [number, number];
  readonly layers: readonly BackboneLayer[];
  readonly #folded: FoldedBackbone;
  readonly #network: VectorNetwork;
  /** Keeps all activations; made when somebody looks inside for the first time. */
  #open: Promise<VectorNetwork | null> | null = null;

  constructor(
    facts: LoadedBackbone,
    folded: FoldedBackbone,
    layers: readonly BackboneLayer[],
    network: VectorNetwork,
  ) {
    this.facts = facts;
    this.pixelRange = folded.inputRange;
    this.layers = layers;
    this.#folded = folded;
    this.#network = network;
  }

  get inside(): BackboneInside {
    return this;
  }

  embed(input: Float32Array): Promise<Float32Array> {
    return Promise.resolve(this.#network.run(input));
  }

  async look(input: Float32Array, layer: number | null): Promise<Look> {
    this.#open ??= vectorNetwork(this.#folded, { keepAll: true });
    const network = await this.#open;
    if (!network) throw new Error('the network cannot be opened');
    return {
      embedding: network.run(input),
      last: network.activation(this.layers.length - 1),
      layer: layer === null || layer >= this.layers.length ? null : network.activation(layer),
    };
  }

  /** The memory goes with the object. */
  dispose(): void {
    this.#open = null;
  }
}
