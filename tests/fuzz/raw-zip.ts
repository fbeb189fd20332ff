// Zips written by hand, so that they can say what no packer would: any name, any size, a million entries.
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawEntry {
  /** Bytes of the name; a text is written as UTF-8. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  /** `bytes` are deflated already, and this is what the directory says about their size. */
  readonly statedSize?: number;
}

const localBytes = 30;
const centralBytes = 46;

/** A zip of `entries`, one after the other. More than 65 535 are counted the Zip64 way. */
export function rawZip(entries: readonly RawEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { header, name, data } = packed(entry);
    const local = Buffer.alloc(localBytes);
    local.write('PK\x03\x04', 0, 'latin1');
    header.copy(local, 4);
    parts.push(local, name, data);
    const central = Buffer.alloc(centralBytes);
    central.write('PK\x01\x02', 0, 'latin1');
    central.writeUInt16LE(20, 4);
    header.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(central, name);
    offset += localBytes + name.length + data.length;
  }
  const index = Buffer.concat(directory);
  return new Uint8Array(
    Buffer.concat([...parts, index, endOf(entries.length, index.length, offset)]),
  );
}

/** What local and central headers share, from the version on: 26 bytes. */
function packed({ name: text, bytes, deflate = false, statedSize }: RawEntry): {
  header: Buffer;
  name: Buffer;
  data: Buffer;
} {
  const name = Buffer.from(text, 'utf8').subarray(0, 65_535);
  const squeezed = deflate || statedSize !== undefined;
  const data = statedSize === undefined && deflate ? deflateRawSync(bytes) : Buffer.from(bytes);
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(0x800, 2);
  header.writeUInt16LE(squeezed ? 8 : 0, 4);
  header.writeUInt32LE(statedSize === undefined ? crc32(bytes) : 0, 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(statedSize ?? bytes.length, 18);
  header.writeUInt16LE(name.length, 22);
  return { header, name, data };
}

function endOf(count: number, indexBytes: number, at: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  const many = count > 0xfffe;
  end.writeUInt16LE(many ? 0xffff : count, 8);
  end.writeUInt16LE(many ? 0xffff : count, 10);
  end.writeUInt32LE(indexBytes, 12);
  end.writeUInt32LE(at, 16);
  if (!many) return end;
  const big = Buffer.alloc(56);
  big.write('PK\x06\x06', 0, 'latin1');
  big.writeBigUInt64LE(44n, 4);
  big.writeUInt16LE(45, 12);
  big.writeUInt16LE(45, 14);
  for (const place of [24, 32]) big.writeBigUInt64LE(BigInt(count), place);
  big.writeBigUInt64LE(BigInt(indexBytes), 40);
  big.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 0, 'latin1');
  locator.writeBigUInt64LE(BigInt(at + indexBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([big, locator, end]);
}

/** Deflated zeros that grow a thousandfold: `megabytes` of them, cheap to make however many. */
export function zeroBomb(megabytes: number): Uint8Array {
  const block = deflateRawSync(Buffer.alloc(1024 ** 2), { finishFlush: 3 });
  const last = deflateRawSync(Buffer.alloc(0));
  return new Uint8Array(Buffer.concat([...new Array<Buffer>(megabytes).fill(block), last]));
}
