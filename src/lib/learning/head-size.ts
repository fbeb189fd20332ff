// How much a head has learned, counted: its trained numbers, what it merely remembers, and its cost for one picture.

import type { FittedHead } from './head.ts';

export interface HeadSize {
  /** Weights and biases that were trained. */
  readonly trained: number;
  /** Numbers of kept embeddings. */
  readonly remembered: number;
  /** Multiply-adds for one embedding, without the square roots and the whitening. */
  readonly multiplyAdds: number;
}

export function headSize(head: FittedHead): HeadSize {
  switch (head.kind) {
    case 'ridge': {
      const { kernel, bias } = head;
      const trained = kernel.length + bias.length;
      return { trained, remembered: 0, multiplyAdds: kernel.length };
    }
    case 'dense': {
      const weights = head.layers.reduce((sum, { kernel }) => sum + kernel.length, 0);
      const biases = head.layers.reduce((sum, { bias }) => sum + bias.length, 0);
      return { trained: weights + biases, remembered: 0, multiplyAdds: weights };
    }
    case 'knn': {
      const length = head.sampleCount * head.dimension;
      return { trained: 0, remembered: length, multiplyAdds: length };
    }
  }
}
