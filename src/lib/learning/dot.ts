// Dot products on flat rows: the inner loops of the Gram matrix, the cosines and the linear solver.
// Four rows at a time, two running sums each: the shared row is read once and the additions do not wait for each other.
// Every row is summed in the same order wherever it stands, so equal rows give bit-equal sums.
// The two functions differ in the array type only: one function for both would see mixed types and run several times slower.

/** Four dot products of float32 rows of `n` numbers that begin at `r0` … `r3` in `rows`, with the row at `at` in `other`. */
export function dotFour(
  rows: Float32Array,
  r0: number,
  r1: number,
  r2: number,
  r3: number,
  other: Float32Array,
  at: number,
  n: number,
  out: Float64Array,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    const x = other[at + i] ?? 0;
    const y = other[at + i + 1] ?? 0;
    a0 += x * (rows[r0 + i] ?? 0);
    a1 += x * (rows[r1 + i] ?? 0);
    a2 += x * (rows[r2 + i] ?? 0);
    a3 += x * (rows[r3 + i] ?? 0);
    b0 += y * (rows[r0 + i + 1] ?? 0);
    b1 += y * (rows[r1 + i + 1] ?? 0);
    b2 += y * (rows[r2 + i + 1] ?? 0);
    b3 += y * (rows[r3 + i + 1] ?? 0);
  }
  if (even < n) {
    const x = other[at + even] ?? 0;
    a0 += x * (rows[r0 + even] ?? 0);
    a1 += x * (rows[r1 + even] ?? 0);
    a2 += x * (rows[r2 + even] ?? 0);
    a3 += x * (rows[r3 + even] ?? 0);
  }
  out[0] = a0 + b0;
  out[1] = a1 + b1;
  out[2] = a2 + b2;
  out[3] = a3 + b3;
}

/** As `dotFour`, on float64 rows. */
export function dotFourDouble(
  rows: Float64Array,
  r0: number,
  r1: number,
  r2: number,
  r3: number,
  other: Float64Array,
  at: number,
  n: number,
  out: Float64Array,
): void {
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  const even = n - (n % 2);
  for (let i = 0; i < even; i += 2) {
    const x = other[at + i] ?? 0;
    const y = other[at + i + 1] ?? 0;
    a0 += x * (rows[r0 + i] ?? 0);
    a1 += x * (rows[r1 + i] ?? 0);
    a2 += x * (rows[r2 + i] ?? 0);
    a3 += x * (rows[r3 + i] ?? 0);
    b0 += y * (rows[r0 + i + 1] ?? 0);
    b1 += y * (rows[r1 + i + 1] ?? 0);
    b2 += y * (rows[r2 + i + 1] ?? 0);
    b3 += y * (rows[r3 + i + 1] ?? 0);
  }
  if (even < n) {
    const x = other[at + even] ?? 0;
    a0 += x * (rows[r0 + even] ?? 0);
    a1 += x * (rows[r1 + even] ?? 0);
    a2 += x * (rows[r2 + even] ?? 0);
    a3 += x * (rows[r3 + even] ?? 0);
  }
  out[0] = a0 + b0;
  out[1] = a1 + b1;
  out[2] = a2 + b2;
  out[3] = a3 + b3;
}

/** Sum of the products of two float32 vectors' first `n` numbers. */
export function dot(a: Float32Array, b: Float32Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
