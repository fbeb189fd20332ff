// Where a zip goes while it is written: memory, or whatever file the caller has opened for it.

export interface ArchiveSink {
  /** Closed when the zip is complete. */
  readonly writable: WritableStream<Uint8Array>;
  /** What was written, once `writable` is closed. */
  file(): Promise<Blob>;
}

/** Keeps all bytes. The browser may move them to its disk by itself, or refuse. */
export function memorySink(): ArchiveSink {
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  const pack = (): void => {
    parts.push(new Blob(chunks));
    chunks = [];
    waiting = 0;
  };
  return {
    writable: new WritableStream<Uint8Array>({
      write(chunk) {
        chunks.push(chunk.slice());
        waiting += chunk.length;
        if (waiting >= packBytes) pack();
      },
      close: pack,
    }),
    file: () => Promise.resolve(new Blob(parts, { type: 'application/zip' })),
  };
}

const packBytes = 4 * 1024 * 1024;
