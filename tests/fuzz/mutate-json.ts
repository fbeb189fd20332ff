// Changes inside a JSON file, at any depth, with text that no writer of JSON would write.
import type { Step } from './recipe.ts';

type JsonStep = Extract<Step, { kind: 'json' }>;
type Container = unknown[] | Record<string, unknown>;

interface Place {
  readonly holder: Container;
  readonly key: string | number;
}

const stand = '@@here@@';
const mostPlaces = 3000;

export function changedJson(bytes: Uint8Array, step: JsonStep): Uint8Array {
  try {
    return changedText(new TextDecoder().decode(bytes), step);
  } catch {
    // An earlier step made it no JSON, or nested it deeper than it can be written again.
    return bytes;
  }
}

function changedText(json: string, step: JsonStep): Uint8Array {
  const value: unknown = JSON.parse(json);
  const root = { value };
  const places = placesIn(root);
  const place = places[Math.floor(step.place * places.length)];
  if (place) change(place, step);
  const text = JSON.stringify(root.value, (key, inner: unknown) => inner);
  const key = step.text.length % 2 === 0 ? '"__proto__"' : '"constructor"';
  return Buffer.from(text.replaceAll(`"${stand}"`, step.text).replaceAll('"@@key@@"', key));
}

function change({ holder, key }: Place, { what }: JsonStep): void {
  const container = holder as Record<string | number, unknown>;
  const inner = container[key];
  switch (what) {
    case 'replace':
      container[key] = stand;
      return;
    case 'remove':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      return;
    case 'add':
      if (Array.isArray(inner)) inner.push(stand);
      else if (typeof inner === 'object' && inner !== null)
        Object.assign(inner, { '@@key@@': stand });
      else container[key] = { '@@key@@': stand };
      return;
    case 'repeat':
      if (Array.isArray(holder))
        holder.splice(Number(key), 0, ...new Array<unknown>(2000).fill(inner));
      else container[key] = [inner, inner];
  }
}

/** Everything that can be changed, wide before deep. */
function placesIn(root: Container): Place[] {
  const places: Place[] = [];
  const waiting: Container[] = [root];
  for (
    let holder = waiting.shift();
    holder && places.length < mostPlaces;
    holder = waiting.shift()
  ) {
    for (const [key, inner] of Object.entries(holder)) {
      places.push({ holder, key });
      if (typeof inner === 'object' && inner !== null) waiting.push(inner as Container);
    }
  }
  return places;
}
