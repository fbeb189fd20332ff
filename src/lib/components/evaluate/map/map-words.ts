// What a map shows, in words: the same for whoever cannot see it, and what it can and cannot be trusted for.

import { neighbourCounts } from '#lib/charts/scatter.ts';
import type { MapKind, MapLayout } from '#lib/core/sample-map.ts';
import { percent } from '../words.ts';
import type { MapPoints } from './map-points.ts';

export const kindWords: Record<MapKind, string> = {
  pca: 'The two directions in which your samples differ most. Far apart here is truly different; what lies on one spot may still differ in other ways.',
  umap: 'Samples that are alike are drawn together. Groups mean something; how far one group lies from another does not.',
};

/** How the live picture found its place. */
export const liveWords: Record<MapKind, string> = {
  pca: 'The ring is what the camera sees now, in its exact place.',
  umap: 'The ring is what the camera sees now. It is placed between the five samples most like it: in this kind of map nothing new has a place of its own.',
};

/** How much of what there is the layout shows. */
export function coverageWords({ kind, shown, laidOut, ids }: MapLayout): string {
  if (kind === 'pca') {
    return shown === null ? '' : `These two directions show ${percent(shown)} of all differences.`;
  }
  const rest = ids.length - laidOut;
  if (rest === 0) return `${countOf(ids.length)} laid out.`;
  return `${laidOut} of ${ids.length} samples laid out; the other ${rest} lie between the five samples most like them.`;
}

/** How a class lies on the map. */
export interface ClassPlace {
  readonly name: string;
  readonly samples: number;
  /** Share of its samples that lie among their own (`neighbourCounts`); null with one mark on the map. */
  readonly together: number | null;
  /** The class in whose midst most of the others lie; null when none does. */
  readonly beside: string | null;
}

export function classPlaces({ places, classIndexes, classes }: MapPoints): ClassPlace[] {
  const counts = neighbourCounts(places, classIndexes, classes.length);
  return classes.map(({ name }, c) => {
    const row = counts[c] ?? [];
    const all = row.reduce((sum, count) => sum + count, 0);
    const others = row.map((count, other) => (other === c ? 0 : count));
    const most = Math.max(0, ...others);
    return {
      name,
      samples: classIndexes.reduce((sum, index) => sum + (index === c ? 1 : 0), 0),
      together: all === 0 ? null : (row[c] ?? 0) / all,
      beside: most === 0 ? null : (classes[others.indexOf(most)]?.name ?? null),
    };
  });
}

/** The one sentence on what there is to see. */
export function mapSummary(places: readonly ClassPlace[]): string {
  const mixed = places.filter(({ together }) => together !== null && together < 0.9);
  if (places.length < 2) return 'One class only: there is nothing to tell apart yet.';
  if (mixed.length === 0) return 'Every class keeps to itself on this map.';
  const names = mixed.map(({ name, beside }) =>
    beside === null ? `“${name}”` : `“${name}” (beside “${beside}”)`,
  );
  return `Not all keep to themselves: ${names.join(', ')}.`;
}

export const countOf = (count: number): string => (count === 1 ? '1 sample' : `${count} samples`);
