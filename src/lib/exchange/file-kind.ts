// What a single file is, told by its first bytes; names are not believed.

export type ByteKind =
  'zip' | 'picture' | 'video' | 'audio' | 'json' | 'hdf5' | 'tflite' | 'empty' | 'other';

/** Kind of a file by its first bytes (512 are enough). */
export function kindOfBytes(start: Uint8Array): ByteKind {
  if (start.length === 0) return 'empty';
  const text = String.fromCharCode(...start);
  const at = (offset: number, words: string): boolean => text.startsWith(words, offset);
  if (at(0, 'PK\x03\x04') || at(0, 'PK\x05\x06')) return 'zip';
  if (at(0, '\xff\xd8\xff') || at(0, '\x89PNG\r\n') || at(0, 'GIF8')) return 'picture';
  if (at(0, 'RIFF')) return riffKind(text.slice(8, 12));
  if (at(0, 'BM') && start.length > 26 && start[14] === 40) return 'picture';
  if (at(4, 'ftyp')) return brandKind(text.slice(8, 12));
  if (at(0, '\x1aE\xdf\xa3')) return 'video';
  if (at(0, 'OggS')) return text.includes('theora') ? 'video' : 'audio';
  if (at(0, 'ID3') || at(0, 'fLaC') || (start[0] === 0xff && ((start[1] ?? 0) & 0xe6) === 0xe2)) {
    return 'audio';
  }
  if (at(0, '\x89HDF')) return 'hdf5';
  if (at(4, 'TFL3')) return 'tflite';
  return /^(\xef\xbb\xbf)?\s*[{[]/.test(text) ? 'json' : 'other';
}

function riffKind(form: string): ByteKind {
  if (form === 'WEBP') return 'picture';
  if (form === 'WAVE') return 'audio';
  return form === 'AVI ' ? 'video' : 'other';
}

/** ISO media files: pictures (AVIF, HEIC), sound, or films. */
function brandKind(brand: string): ByteKind {
  if (/^(avif|avis|heic|heix|heim|heis|hevc|mif1|msf1)$/.test(brand)) return 'picture';
  return /^(M4A|M4B)/.test(brand) ? 'audio' : 'video';
}

const pictureName = /\.(jpe?g|jfif|png|gif|webp|avif|bmp|hei[cf])$/i;
const videoName = /\.(mp4|m4v|mov|webm|ogv|mkv|avi|mjpe?g)$/i;
const audioName = /\.(wav|mp3|ogg|m4a|flac|aac)$/i;

/** Whether a name ends like a picture's; the bytes decide when it is read. */
export const looksLikePicture = (name: string): boolean => pictureName.test(name);
export const looksLikeVideo = (name: string): boolean => videoName.test(name);
export const looksLikeAudio = (name: string): boolean => audioName.test(name);

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Width and height that a picture's header states; null when it does not say in a way known here. */
export function statedSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = String.fromCharCode(...bytes.subarray(0, 32));
  if (text.startsWith('\x89PNG') && bytes.length >= 24) {
    return { widthPx: view.getUint32(16), heightPx: view.getUint32(20) };
  }
  if (text.startsWith('GIF8') && bytes.length >= 10) {
    return gifSize(view);
  }
  if (text.startsWith('BM') && bytes.length >= 26) {
    const side = (at: number): number => Math.abs(view.getInt32(at, true));
    return { widthPx: side(18), heightPx: side(22) };
  }
  if (text.startsWith('RIFF') && bytes.length >= 30) return webpSize(view, text.slice(12, 16));
  if (text.startsWith('\xff\xd8')) return jpegSize(view);
  return text.slice(4, 8) === 'ftyp' ? isoSize(bytes, view) : null;
}

function webpSize(view: DataView, chunk: string): PictureSize | null {
  if (chunk === 'VP8X') {
    const side = (at: number): number =>
      1 + view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
    return { widthPx: side(24), heightPx: side(27) };
  }
  if (chunk === 'VP8 ') {
    const side = (at: number): number => view.getUint16(at, true) & 0x3fff;
    return { widthPx: side(26), heightPx: side(28) };
  }
  const bits = view.getUint32(21, true);
  return { widthPx: 1 + (bits & 0x3fff), heightPx: 1 + ((bits >> 14) & 0x3fff) };
}

/** The screen, or the first frame where that is larger: decoders then make the screen larger. */
function gifSize(view: DataView): PictureSize {
  const screen = { widthPx: view.getUint16(6, true), heightPx: view.getUint16(8, true) };
  const flags = view.byteLength > 10 ? view.getUint8(10) : 0;
  let at = 13 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  // Extensions come first: a mark, a label, blocks of stated length, an empty block.
  while (at + 10 <= view.byteLength && view.getUint8(at) === 0x21) {
    at += 2;
    while (at < view.byteLength && view.getUint8(at) > 0) at += 1 + view.getUint8(at);
    at += 1;
  }
  if (at + 10 > view.byteLength || view.getUint8(at) !== 0x2c) return screen;
  const [left, top, width, height] = [1, 3, 5, 7].map((i) => view.getUint16(at + i, true));
  return {
    widthPx: Math.max(screen.widthPx, (left ?? 0) + (width ?? 0)),
    heightPx: Math.max(screen.heightPx, (top ?? 0) + (height ?? 0)),
  };
}

/** Walks the segments to the frame header; what lies between segments is skipped, as decoders do. */
function jpegSize(view: DataView): PictureSize | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    const marker = view.getUint8(at) === 0xff ? view.getUint8(at + 1) : 0xff;
    if (marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { widthPx: view.getUint16(at + 7), heightPx: view.getUint16(at + 5) };
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** The largest `ispe` box: a picture in tiles has one a tile and one for the whole. */
function isoSize(bytes: Uint8Array, view: DataView): PictureSize | null {
  const end = Math.min(bytes.length - 16, 65_536);
  let best: PictureSize | null = null;
  for (let at = 4; at < end; at += 1) {
    const isBox =
      bytes[at] === 0x69 &&
      bytes[at + 1] === 0x73 &&
      bytes[at + 2] === 0x70 &&
      bytes[at + 3] === 0x65;
    if (!isBox) continue;
    const size = { widthPx: view.getUint32(at + 8), heightPx: view.getUint32(at + 12) };
    if (!best || size.widthPx * size.heightPx > best.widthPx * best.heightPx) best = size;
  }
  return best;
}
