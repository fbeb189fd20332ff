// Answers as they are kept and given: with the app's own headers, whatever the host sends or leaves out.

const checksumHeader = 'x-handful-sha256';
const withoutBody = new Set([101, 204, 205, 304]);

/** The same answer with these headers. What only the browser may read (a redirect, another origin) passes as it is. */
export function withHeaders(
  response: Response,
  headers: Readonly<Record<string, string>>,
): Response {
  if (response.type === 'opaqueredirect' || response.type === 'opaque' || response.status === 0) {
    return response;
  }
  const all = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  // The body arrives unpacked.
  if (all.has('content-encoding')) all.delete('content-length');
  all.delete('content-encoding');
  const { status, statusText } = response;
  const body = withoutBody.has(status) ? null : response.body;
  return new Response(body, { status, statusText, headers: all });
}

/** A file ready to be kept: its type, its length, its checksum, and the app's headers. */
export function keptResponse(
  bytes: ArrayBuffer,
  { contentType, sha256 }: { readonly contentType: string | null; readonly sha256: string },
  headers: Readonly<Record<string, string>>,
): Response {
  const all = {
    ...headers,
    ...(contentType !== null && { 'Content-Type': contentType }),
    'Content-Length': `${bytes.byteLength}`,
    [checksumHeader]: sha256,
  };
  return new Response(bytes, { headers: all });
}

/** The checksum a kept answer was stored with. */
export const checksumOf = (response: Response): string | null =>
  response.headers.get(checksumHeader);

/** SHA-256 as hex. */
export async function sha256Of(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
