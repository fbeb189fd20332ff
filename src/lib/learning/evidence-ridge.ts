// How a ridge head reads activations. With s = √e, M the whitening's linear map, μ its mean and n = ‖M(s − μ)‖:
//   score_c = b_c + k_c·M(s − μ)/n = b_c − (a_c·μ)/n + Σ_d a_cd √e_d / n,   a_c = M k_c, as M is symmetric.
// √e_d belongs to the positions in proportion to their activation of channel d: A[p,d]/(P e_d) of it each, since e_d is
// their mean. (With n held, that is their integrated gradient along the straight way from an empty picture.)

import { rootsOf, shrinkDirections } from './features.ts';
import type { RidgeHead, Whitening } from './head.ts';
import type { LinearView, ViewOf } from './linear-view.ts';

export function ridgeEvidence(head: RidgeHead, whitening: Whitening | null): ViewOf {
  const { dimension, bias } = head;
  const classes = bias.length;
  const directions = classDirections(head, whitening);
  const usual = alongMean(directions, whitening, classes);
  return (embedding, positions): LinearView => {
    const inverse = inverseLength(rootsOf(embedding, whitening));
    const weights = new Float64Array(dimension * classes);
    const totals = Float64Array.from(bias, (b, c) => b - (usual[c] ?? 0) * inverse);
    for (let d = 0; d < dimension; d += 1) {
      const value = embedding[d] ?? 0;
      if (value <= 0) continue;
      const root = Math.sqrt(value);
      for (let c = 0; c < classes; c += 1) {
        const contribution = (directions[d * classes + c] ?? 0) * inverse * root;
        weights[d * classes + c] = contribution / (positions * value);
        totals[c] = (totals[c] ?? 0) + contribution;
      }
    }
    const spread = usual.map((value) => -value * inverse);
    return { weights, spread, elsewhere: Float64Array.from(bias), totals };
  };
}

/** a = M·kernel, [D, C]. */
function classDirections(head: RidgeHead, whitening: Whitening | null): Float64Array {
  const { kernel, dimension, bias } = head;
  const directions = Float64Array.from(kernel);
  if (!whitening) return directions;
  const column = new Float64Array(dimension);
  for (let c = 0; c < bias.length; c += 1) {
    for (let d = 0; d < dimension; d += 1) column[d] = kernel[d * bias.length + c] ?? 0;
    shrinkDirections(column, whitening);
    for (let d = 0; d < dimension; d += 1) directions[d * bias.length + c] = column[d] ?? 0;
  }
  return directions;
}

/** a_c·μ, [C]: what the pool's usual picture says. */
function alongMean(
  directions: Float64Array,
  whitening: Whitening | null,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes);
  if (!whitening) return sums;
  whitening.mean.forEach((value, d) => {
    for (let c = 0; c < classes; c += 1) {
      sums[c] = (sums[c] ?? 0) + value * (directions[d * classes + c] ?? 0);
    }
  });
  return sums;
}

function inverseLength(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
