// Pixels as a PNG, without loss: golden pictures must be the same numbers wherever they are opened.

/** RGBA [side, side, 4] → PNG in RGB, 8 bits a channel; transparency is dropped. */
export async function pngOf(rgba: Uint8ClampedArray, sidePx: number): Promise<Uint8Array> {
  // Each row begins with its filter: 0, none.
  const rows = new Uint8Array(sidePx * (1 + 3 * sidePx));
  for (let y = 0, to = 0; y < sidePx; y += 1) {
    to += 1;
    for (let from = y * sidePx * 4; from < (y + 1) * sidePx * 4; from += 4, to += 3) {
      rows.set(rgba.subarray(from, from + 3), to);
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, sidePx);
  view.setUint32(4, sidePx);
  // 8 bits, colour type RGB.
  header.set([8, 2], 8);
  const chunks = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', await deflated(rows)),
    chunk('IEND', new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** In the zlib format, which is what PNG wants. */
async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(12 + data.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  whole.set(new TextEncoder().encode(type), 4);
  whole.set(data, 8);
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)));
  return whole;
}

/** Table of the polynomial that PNG names. */
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
