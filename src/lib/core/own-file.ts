// A picture or a sound of a person's own that an action shows or plays. Its bytes lie in storage under their hash, once
// for all actions and projects that name them; in a project there is only what is here.

/** SHA-256 of the bytes as they are kept, in 64 hex digits. */
export type FileHash = string;

export interface OwnFile {
  readonly hash: FileHash;
  /** As the file was called when it was chosen. */
  readonly name: string;
}

/** Kept as JPEG and as wave file (`wave.ts`), whatever was chosen: nothing else opens everywhere, or is as soon looked through. */
export type OwnFileKind = 'picture' | 'sound';

export const ownFileLimits = {
  /** Of the name. */
  letters: 80,
  /** Of a sound file that is chosen, and of what is kept of it. */
  soundBytes: 5 * 1024 ** 2,
  soundSeconds: 30,
  /** Longer side of a kept picture, and its bytes. */
  pictureSidePx: 1600,
  pictureBytes: 4 * 1024 ** 2,
} as const;

/** Width and height of a picture as it is kept: shrunk to the limit, never enlarged, at least one pixel. */
export function keptSize(
  widthPx: number,
  heightPx: number,
): { readonly widthPx: number; readonly heightPx: number } {
  const scale = Math.min(1, ownFileLimits.pictureSidePx / Math.max(widthPx, heightPx));
  const side = (lengthPx: number): number => Math.max(1, Math.round(lengthPx * scale));
  return { widthPx: side(widthPx), heightPx: side(heightPx) };
}
