// Plain numbers → a live head. A new kind of head is one case here, and the compiler asks for it.

import { fail, succeed, type Result } from '#lib/core/failure.ts';

import { denseHead } from './dense.ts';
import type { Head, TrainedHead, Whitening } from './head.ts';
import { knnHead } from './knn.ts';
import { ridgeHead } from './ridge.ts';
import { validateHead } from './validate-head.ts';

/**
 * A live head from a trained one, whose sizes are checked first. `whitening` is the backbone's, null when it has none.
 * Fails (`head-mismatch`) on wrong sizes, numbers that are not finite, or a missing whitening.
 */
export function createHead(trained: TrainedHead, whitening: Whitening | null): Result<Head> {
  const checked = validateHead(trained);
  if (!checked.ok) return checked;
  switch (trained.kind) {
    case 'ridge': {
      if (trained.features === 'sqrt') return succeed(ridgeHead(trained, null));
      if (whitening?.mean.length !== trained.dimension) {
        const reason = 'it needs the whitening of its backbone, which is not here';
        return fail({ code: 'head-mismatch', reason });
      }
      return succeed(ridgeHead(trained, whitening));
    }
    case 'knn':
      return succeed(knnHead(trained));
    case 'dense':
      return succeed(denseHead(trained));
  }
}
