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

/**
 * The pixels of a PNG that `pngOf` wrote, RGBA [side, side, 4]: the same numbers wherever it is read, without a canvas.
 * Throws for any other PNG.
 */
export async function pixelsOfPng(
  png: Uint8Array,
): Promise<{ readonly rgba: Uint8ClampedArray; readonly sidePx: number }> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const sidePx = view.getUint32(16);
  const plain = png[24] === 8 && png[25] === 2 && view.getUint32(20) === sidePx;
  // The header's chunk ends at 33; the only other one before the end holds the rows.
  const length = view.getUint32(33);
  if (!plain || String.fromCharCode(...png.subarray(37, 41)) !== 'IDAT') throw notOurs();
  const rows = await inflated(png.slice(41, 41 + length));
  const rowBytes = 1 + 3 * sidePx;
  if (rows.length !== sidePx * rowBytes) throw notOurs();
  const rgba = new Uint8ClampedArray(sidePx * sidePx * 4).fill(255);
  for (let y = 0, to = 0; y < sidePx; y += 1) {
    if (rows[y * rowBytes] !== 0) throw notOurs();
    for (let from = y * rowBytes + 1; from < (y + 1) * rowBytes; from += 3, to += 4) {
      rgba.set(rows.subarray(from, from + 3), to);
    }
  }
  return { rgba, sidePx };
}

const notOurs = (): Error => new Error('a golden picture that Handful did not write');

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
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
