// SHA-256, by which contents are told apart and known again.

/** 64 hex digits. Only secure pages can compute it: elsewhere this rejects. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes.slice());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
