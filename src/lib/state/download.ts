// A file that was made goes to the person's downloads.

/** A name that every system takes, without an ending. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'project';
}

const takenMs = 5 * 60_000;

/** `onTaken`: the browser has its own copy by now. */
export function download(blob: Blob, fileName: string, onTaken = (): void => undefined): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser reads the blob after this task, and never says when it has: five minutes are ample for 4 GB.
  setTimeout(() => {
    URL.revokeObjectURL(url);
    onTaken();
  }, takenMs);
}
