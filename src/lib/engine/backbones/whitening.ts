// The whitening asset beside a backbone's weights: fetched, checked, and tied to exactly these weights.

import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { parseWhitening } from '#lib/learning/whitening.ts';
import type { LoadedWhitening } from './backbone.ts';
import { download, downloadText, sha256Of, type DownloadContext } from './download.ts';

/** The asset at `url` (its binary lies beside it as `whitening.bin`), null when `url` is. Fails as downloads do. */
export async function loadWhitening(
  url: string | null,
  backboneSha256: string,
  context: DownloadContext,
): Promise<Result<LoadedWhitening | null>> {
  if (url === null) return succeed(null);
  const json = await downloadText(url, context);
  if (!json.ok) return json;
  const bytes = await download(url.replace(/\.json$/, '.bin'), context);
  if (!bytes.ok) return bytes;
  const parsed = parseWhitening(json.value, bytes.value);
  if (!parsed.ok) return parsed;
  const damaged = (detail: string): Result<never> =>
    fail({ code: 'backbone-corrupt', name: context.name, detail });
  const sha256 = await sha256Of(bytes.value);
  if (sha256 !== null && sha256 !== parsed.value.sha256)
    return damaged('whitening: wrong checksum');
  if (parsed.value.backboneSha256 !== backboneSha256) return damaged('whitening of other weights');
  return succeed({ json: json.value, bytes: bytes.value, whitening: parsed.value.whitening });
}
