// The stack that the learner builds: layers added, changed and taken away, and what follows from each.

import type { LayerSpec } from '#lib/convnet/layer-spec.ts';
import {
  defaultStack,
  mostLayers,
  networkFacts,
  type InputSpec,
  type Stack,
} from '#lib/convnet/network.ts';

const freshLayers: Record<LayerSpec['kind'], LayerSpec> = {
  conv: { kind: 'conv', kernel: 3, stride: 1, maps: 8 },
  pool: { kind: 'pool', of: 'max', window: 2, stride: 2 },
  dense: { kind: 'dense', units: 28 },
};

export class NetworkBuilder {
  stack = $state.raw<Stack>(defaultStack);
  readonly facts = $derived(networkFacts(this.stack));
  readonly full = $derived(this.stack.layers.length >= mostLayers);
  readonly isDefault = $derived(JSON.stringify(this.stack) === JSON.stringify(defaultStack));
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Puts a layer where it belongs: sliding layers before the first fully connected one, that one before the last layer. */
  add(kind: LayerSpec['kind']): void {
    if (this.full) return;
    const { layers } = this.stack;
    const firstDense = layers.findIndex((layer) => layer.kind === 'dense');
    const end = layers.at(-1)?.kind === 'dense' ? layers.length - 1 : layers.length;
    const index = kind === 'dense' || firstDense < 0 ? end : firstDense;
    this.#use([...layers.slice(0, index), freshLayers[kind], ...layers.slice(index)]);
  }

  remove(index: number): void {
    this.#use(this.stack.layers.filter((_, i) => i !== index));
  }

  change(index: number, layer: LayerSpec): void {
    this.#use(this.stack.layers.map((before, i) => (i === index ? layer : before)));
  }

  /** Swaps a layer with its neighbour above (−1) or below (1). */
  move(index: number, by: -1 | 1): void {
    const layers = [...this.stack.layers];
    const [moved] = layers.splice(index, 1);
    if (!moved || index + by < 0 || index + by > layers.length) return;
    layers.splice(index + by, 0, moved);
    this.#use(layers);
  }

  changeInput(input: InputSpec): void {
    this.#become({ ...this.stack, input });
  }

  reset(): void {
    this.#become(defaultStack);
  }

  #use(layers: readonly LayerSpec[]): void {
    this.#become({ ...this.stack, layers });
  }

  #become(stack: Stack): void {
    this.stack = stack;
    this.#onChange();
  }
}
