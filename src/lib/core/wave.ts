// Sound as the plainest wave file there is: a header of 44 bytes, then one channel of 16-bit numbers.
// http://soundfile.sapp.org/doc/WaveFormat/

/** `samples` [n] in [-1, 1], one channel. */
export interface Wave {
  readonly samples: Float32Array;
  /** Samples a second. */
  readonly sampleRate: number;
}

export const sampleRateLimits = { min: 8000, max: 48_000 } as const;

const headerBytes = 44;
const fullScale = 32_767;

/** `44 + 2 n` bytes; what lies outside [-1, 1] is cut off. */
export function writeWave({ samples, sampleRate }: Wave): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + 2 * samples.length);
  bytes.set(waveHeader(2 * samples.length, sampleRate));
  const view = new DataView(bytes.buffer);
  // Half a minute is more than a million of them: plain loops.
  for (let i = 0; i < samples.length; i += 1) {
    const inside = Math.max(-1, Math.min(1, samples[i] ?? 0));
    view.setInt16(headerBytes + 2 * i, Math.round(fullScale * inside), true);
  }
  return bytes;
}

/** null: not exactly what `writeWave` writes, so that nothing has to be believed. */
export function readWave(bytes: Uint8Array): Wave | null {
  if (bytes.length < headerBytes || bytes.length % 2 !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sampleRate = view.getUint32(24, true);
  const { min, max } = sampleRateLimits;
  if (sampleRate < min || sampleRate > max) return null;
  const header = waveHeader(bytes.length - headerBytes, sampleRate);
  if (header.some((byte, i) => byte !== bytes[i])) return null;
  const samples = new Float32Array((bytes.length - headerBytes) / 2);
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = Math.max(-1, view.getInt16(headerBytes + 2 * i, true) / fullScale);
  }
  return { samples, sampleRate };
}

function waveHeader(dataBytes: number, sampleRate: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(headerBytes));
  const letters = (at: number, text: string): void => {
    Array.from(text).forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  };
  letters(0, 'RIFF');
  view.setUint32(4, headerBytes - 8 + dataBytes, true);
  letters(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  // Plain numbers, one channel.
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * sampleRate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, 'data');
  view.setUint32(40, dataBytes, true);
  return new Uint8Array(view.buffer);
}
