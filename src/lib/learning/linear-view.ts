// A head seen from the activations A[p,d] whose mean is the embedding: linear, at a given frame.

/** For class c, the weight of channel d at this frame: a cell's evidence is Σ_d `weights[d·C + c]` · A[p,d]. */
export interface LinearView {
  /** [D, C] */
  readonly weights: Float64Array;
  /** [C] Evidence that lies on no position in particular, such as what is usually there: spread evenly. */
  readonly spread: Float64Array;
  /** [C] What no position explains: the bias. */
  readonly elsewhere: Float64Array;
  /** [C] What the head itself computes. */
  readonly totals: Float64Array;
}

/** An embedding [D], the mean of `positions` activations → how the head reads them. */
export type ViewOf = (embedding: Float32Array, positions: number) => LinearView;

/** Takes from every row [C] its mean: what all classes share decides nothing. In place. */
export function centreRows(rows: Float64Array, classes: number): Float64Array {
  for (let start = 0; start < rows.length; start += classes) {
    let mean = 0;
    for (let c = 0; c < classes; c += 1) mean += (rows[start + c] ?? 0) / classes;
    for (let c = 0; c < classes; c += 1) rows[start + c] = (rows[start + c] ?? 0) - mean;
  }
  return rows;
}
