// Pictures as far as their headers: kind and size, and nothing to see.

const bytesOf = (...parts: (string | readonly number[])[]): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      parts.map((part) =>
        typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
      ),
    ),
  );
const big = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
const little = (value: number, bytes: number): number[] => big(value, bytes).reverse();

export const jpeg = (width: number, height: number): Uint8Array =>
  bytesOf(
    [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8],
    [...big(height, 2), ...big(width, 2), 1, 1, 0x11, 0, 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9],
  );

export const png = (width: number, height: number): Uint8Array =>
  bytesOf(
    '\x89PNG\r\n\x1a\n',
    big(13, 4),
    'IHDR',
    big(width, 4),
    big(height, 4),
    [8, 2, 0, 0, 0],
    [0, 0, 0, 0],
  );

export const gif = (width: number, height: number, frame = [width, height]): Uint8Array =>
  bytesOf(
    'GIF89a',
    [...little(width, 2), ...little(height, 2), 0, 0, 0],
    [0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0],
    [...little(frame[0] ?? 0, 2), ...little(frame[1] ?? 0, 2), 0, 2, 0, 0x3b],
  );

export const webp = (width: number, height: number): Uint8Array =>
  bytesOf(
    'RIFF',
    little(30, 4),
    'WEBPVP8X',
    little(10, 4),
    [0, 0, 0, 0],
    little(width - 1, 3),
    little(height - 1, 3),
  );

export const bmp = (width: number, height: number): Uint8Array =>
  bytesOf(
    'BM',
    little(60, 4),
    [0, 0, 0, 0],
    little(54, 4),
    little(40, 4),
    little(width, 4),
    little(height, 4),
    new Array<number>(30).fill(0),
  );

export const avif = (width: number, height: number): Uint8Array =>
  bytesOf(
    big(20, 4),
    'ftypavif',
    new Array<number>(8).fill(0),
    big(20, 4),
    'ispe',
    [0, 0, 0, 0],
    big(width, 4),
    big(height, 4),
    new Array<number>(20).fill(0),
  );

export const pictureHeaders = [jpeg, png, gif, webp, bmp, avif] as const;
