// A later version of the built app, made from the built one: every file that is named by its content has another name and
// the old one is gone, the default backbone is called otherwise, and the Teach page has another title.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeRelease } from '../../scripts/release.mjs';

export const titles = { now: 'Handful – teach your webcam', next: 'Handful – the next version' };
export const backboneNames = {
  now: 'Handful MobileNetV2 0.50',
  next: 'Handful of the next version',
};

/** Writes the next version of `build` into an empty folder. */
export function writeNextVersion(build: string, folder: string): void {
  cpSync(build, folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const named = files.filter((file) => file.includes(join('_app', 'immutable')));
  const hashes = new Set(named.map(hashOf));
  const { version } = JSON.parse(readFileSync(join(folder, '_app/version.json'), 'utf8')) as {
    version: string;
  };
  for (const file of files.filter((each) => /\.(js|css|html|json)$/.test(each))) {
    let text = readFileSync(file, 'utf8')
      .replaceAll(version, `${version}1`)
      .replaceAll(titles.now, titles.next)
      .replaceAll(backboneNames.now, backboneNames.next);
    for (const hash of hashes) text = text.replaceAll(hash, otherHash(hash));
    writeFileSync(file, file.endsWith('.html') ? withScriptHash(text) : text);
  }
  for (const file of named) {
    const name = basename(file).replace(hashOf(file), otherHash(hashOf(file)));
    renameSync(file, join(dirname(file), name));
  }
  writeRelease(folder);
}

/** The eight signs before the ending of a name. */
const hashOf = (file: string): string => /([\w-]{8})\.\w+$/.exec(file)?.[1] ?? '';

const otherHash = (hash: string): string => Array.from(hash).reverse().join('');

/** The page's policy names the hash of its one inline script, which holds the names of files. */
function withScriptHash(html: string): string {
  const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  return html.replace(/'sha256-[^']+'/, () => `'sha256-${hash}'`);
}
