// What a request is answered with: the file of the version that asks, never a mixture of two.

import { withHeaders } from './kept-response.ts';
import { addressOf, meaningOf, namedByContent, pathBelow, type ReleaseFile } from './release.ts';
import { basePathOf, keepUsed, keptFile, keptVersions, type VersionParts } from './versions.ts';

export interface AnswerParts extends VersionParts {
  /** The address of the page or worker that asks; null when the browser does not say. */
  readonly requesterUrl: () => Promise<string | null>;
  /** Work that goes on after the answer was given. */
  readonly later: (work: Promise<unknown>) => void;
}

/** Answers a GET within the app's own origin. Rejects where the network does. */
export async function answer(request: Request, parts: AnswerParts): Promise<Response> {
  const path = pathBelow(basePathOf(parts.baseUrl), request.url);
  if (path === null) return fromNetwork(request, parts);
  if (request.mode === 'navigate') return page(request, path, parts);
  const version = namedByContent(path)
    ? await versionHolding(path, parts)
    : await versionOfRequester(parts);
  if (version === null) return fromNetwork(request, parts);
  if (version === parts.release.version) return ownFile(request, path, parts);
  // A file that an older version lacks is not taken from a newer site.
  return (await keptFile(parts, version, path)) ?? Response.error();
}

/** A page always begins in the newest version that may run. */
async function page(request: Request, path: string, parts: AnswerParts): Promise<Response> {
  const meaning = meaningOf(path, (each) => fileOf(each, parts) !== null);
  if (meaning.kind === 'file') return ownFile(request, meaning.path, parts);
  if (meaning.kind === 'unknown') return unknownPage(request, path, parts);
  const { search } = new URL(request.url);
  return Response.redirect(`${addressOf(parts.baseUrl, meaning.path)}${search}`);
}

/** Perhaps the site has it by now; otherwise the page that its folder has for such addresses, offline too. */
async function unknownPage(request: Request, path: string, parts: AnswerParts): Promise<Response> {
  const standIn = `${path.slice(0, path.lastIndexOf('/') + 1)}404.html`;
  if (!fileOf(standIn, parts)) return fromNetwork(request, parts);
  const response = await fromNetwork(request, parts).catch(() => null);
  return response?.ok ? response : ownFile(request, standIn, parts);
}

/** Kept: as it is. Of the release, but not kept: from the network, and kept if it is the right one. */
async function ownFile(request: Request, path: string, parts: AnswerParts): Promise<Response> {
  const kept = await keptFile(parts, parts.release.version, path);
  if (kept) return kept;
  const response = await fromNetwork(request, parts);
  const file = fileOf(path, parts);
  if (response.ok && file) parts.later(keepUsed(response.clone(), file, parts));
  return response;
}

/** The version that has a file named by its content: this one, or an older one that still runs somewhere. */
async function versionHolding(path: string, parts: AnswerParts): Promise<string | null> {
  if (fileOf(path, parts)) return parts.release.version;
  for (const version of await keptVersions(parts)) {
    if (await keptFile(parts, version, path)) return version;
  }
  return null;
}

/**
 * Models have the same names in every version, and only the engine's worker reads them. Its script is named by its content, so
 * its address tells the version it belongs to. A page's own icons and the like come from this version.
 */
async function versionOfRequester(parts: AnswerParts): Promise<string | null> {
  const url = await parts.requesterUrl();
  const script = url === null ? null : pathBelow(basePathOf(parts.baseUrl), url);
  if (script === null || !namedByContent(script)) return parts.release.version;
  return versionHolding(script, parts);
}

const fileOf = (path: string, { release }: AnswerParts): ReleaseFile | null =>
  release.files.find((file) => file.path === path) ?? null;

async function fromNetwork(request: Request, { fetch, release }: AnswerParts): Promise<Response> {
  return withHeaders(await fetch(request), release.headers);
}
