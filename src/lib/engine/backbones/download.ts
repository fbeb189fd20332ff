// Files of a model folder: fetched once, counted while they arrive, and checked against their checksum.

import { fail, messageOf, succeed, type Result } from '#lib/core/failure.ts';

export type Fetcher = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

export interface DownloadContext {
  readonly fetch: Fetcher;
  readonly signal: AbortSignal;
  /** Name of the backbone, for the words of a failure. */
  readonly name: string;
}

/**
 * The bytes behind `url`. `onBytes` hears how many have arrived so far.
 * Fails with `backbone-unavailable`; rejects with AbortError when aborted.
 */
export async function download(
  url: string,
  context: DownloadContext,
  onBytes: (doneBytes: number) => void = () => undefined,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    const response = await context.fetch(url, { signal: context.signal });
    if (!response.ok) return unavailable(context, `${fileName(url)}: status ${response.status}`);
    if (!response.body) return succeed(new Uint8Array(await response.arrayBuffer()));
    const chunks: Uint8Array[] = [];
    let doneBytes = 0;
    const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      chunks.push(part.value);
      doneBytes += part.value.length;
      onBytes(doneBytes);
      context.signal.throwIfAborted();
    }
    return succeed(joined(chunks, doneBytes));
  } catch (error) {
    context.signal.throwIfAborted();
    return unavailable(context, `${fileName(url)}: ${messageOf(error)}`);
  }
}

/** The text behind `url`; fails and rejects as `download` does. */
export async function downloadText(url: string, context: DownloadContext): Promise<Result<string>> {
  const bytes = await download(url, context);
  return bytes.ok ? succeed(new TextDecoder().decode(bytes.value)) : bytes;
}

/** SHA-256 as hex; null where the browser offers none (a page that is not secure). */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
  if (!(subtle as SubtleCrypto | undefined)) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `parts` one after the other. */
export function joined(
  parts: readonly Uint8Array[],
  length = parts.reduce((sum, part) => sum + part.length, 0),
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function unavailable(context: DownloadContext, detail: string): Result<never> {
  return fail({ code: 'backbone-unavailable', name: context.name, detail });
}

function fileName(url: string): string {
  return new URL(url).pathname.split('/').pop() ?? url;
}
