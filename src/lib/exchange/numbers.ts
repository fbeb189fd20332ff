// Float32 numbers as little-endian bytes, and back.

/** Bytes of arrays, one after the other. Every machine that runs a browser today is little-endian. */
export function floatBytes(arrays: readonly Float32Array[]): Uint8Array {
  const total = arrays.reduce((sum, { length }) => sum + length, 0);
  const all = new Float32Array(total);
  let at = 0;
  for (const values of arrays) {
    all.set(values, at);
    at += values.length;
  }
  return new Uint8Array(all.buffer);
}

/** The numbers in `bytes`, copied, or null when the length is not whole or a number is not finite. */
export function floatsFrom(bytes: Uint8Array): Float32Array | null {
  if (bytes.byteLength % 4 !== 0) return null;
  const values = new Float32Array(bytes.slice().buffer);
  return values.every(Number.isFinite) ? values : null;
}
