// How many files a zip says it holds, at its very end. Not to be believed when it is low; when it is high, nobody need count.

const endBytes = 22;
const bigEndBytes = 56 + 20;
const commentBytes = 65_535;

/** 0 when the end of the zip is not found. */
export async function statedCount(blob: Blob): Promise<number> {
  const start = Math.max(0, blob.size - endBytes - bigEndBytes - commentBytes);
  const tail = new Uint8Array(await blob.slice(start).arrayBuffer());
  const view = new DataView(tail.buffer);
  const end = lastPlace(tail, 0x05, 0x06);
  if (end < 0 || end + endBytes > tail.length) return 0;
  const count = view.getUint16(end + 10, true);
  const bigEnd = count === 0xffff ? lastPlace(tail.subarray(0, end), 0x06, 0x06) : -1;
  return bigEnd < 0 || bigEnd + 40 > tail.length
    ? count
    : Number(view.getBigUint64(bigEnd + 32, true));
}

/** Where “PK” and these two bytes are for the last time; −1 when they are nowhere. */
function lastPlace(bytes: Uint8Array, third: number, fourth: number): number {
  for (let at = bytes.length - 4; at >= 0; at -= 1) {
    const isPk = bytes[at] === 0x50 && bytes[at + 1] === 0x4b;
    if (isPk && bytes[at + 2] === third && bytes[at + 3] === fourth) return at;
  }
  return -1;
}
