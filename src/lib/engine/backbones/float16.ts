// IEEE 754 half precision, as backbones store their weights.

/** Little-endian float16 numbers from `byteOffset` on, as float32. */
export function readFloat16(bytes: Uint8Array, byteOffset: number, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + byteOffset, count * 2);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) values[i] = halfToNumber(view.getUint16(i * 2, true));
  return values;
}

/** One half-precision number: 1 sign bit, 5 exponent bits, 10 bits of fraction. */
export function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Little-endian numbers of either kind a manifest may name, as float32. */
export function readNumbers(
  bytes: Uint8Array,
  dtype: 'float16 little-endian' | 'float32 little-endian',
  byteOffset: number,
  count: number,
): Float32Array {
  if (dtype === 'float16 little-endian') return readFloat16(bytes, byteOffset, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + byteOffset, count * 4);
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}
