// Copies that own exactly their bytes: a view on a larger (or shared) buffer would be stored with all of it.

export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

export function ownFloats(values: Float32Array): Float32Array<ArrayBuffer> {
  return new Float32Array(values);
}
