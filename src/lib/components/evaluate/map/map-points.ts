// The samples of a layout as they are now: a sample that changed its class has another colour, one that is gone is absent.

import { markShapes, type MarkShape } from '#lib/charts/scatter.ts';
import type { ClassSamples } from '#lib/core/class-samples.ts';
import type { ClassId, ProjectClass, Sample, SampleId } from '#lib/core/project.ts';
import type { MapLayout } from '#lib/core/sample-map.ts';

export interface MapClass {
  readonly id: ClassId;
  readonly name: string;
  readonly colour: number;
  /** Its number on the Teach page, which also stands in its marks. */
  readonly number: number;
  readonly takes: number;
}

/** Everything by index: thousands of points need no object each. */
export interface MapPoints {
  /** In the order of classes, takes and capture: the order in which Page down goes through them. */
  readonly samples: readonly Sample[];
  /** [N, 2] */
  readonly places: Float32Array;
  /** Index into `classes` of each. */
  readonly classIndexes: Uint16Array;
  /** Take of each within its class, from 1. */
  readonly takeNumbers: Uint16Array;
  /** Place of each in its take, from 1, and how many the take has. */
  readonly placesInTake: Uint16Array;
  readonly takeSizes: Uint16Array;
  /** Classes that have points. */
  readonly classes: readonly MapClass[];
}

export function mapPoints(
  layout: MapLayout,
  classes: readonly ProjectClass[],
  ofClass: (id: ClassId) => ClassSamples,
): MapPoints {
  const at = new Map<SampleId, number>(layout.ids.map((id, n) => [id, n]));
  const samples: Sample[] = [];
  const places: number[] = [];
  const classIndexes: number[] = [];
  const takeNumbers: number[] = [];
  const placesInTake: number[] = [];
  const takeSizes: number[] = [];
  const shown: MapClass[] = [];
  classes.forEach(({ id, name, colour, enabled }, index) => {
    if (!enabled) return;
    const { takes } = ofClass(id);
    const before = samples.length;
    takes.forEach((take, t) =>
      take.samples.forEach((sample, place) => {
        const n = at.get(sample.id);
        if (n === undefined) return;
        samples.push(sample);
        places.push(layout.places[2 * n] ?? 0, layout.places[2 * n + 1] ?? 0);
        classIndexes.push(shown.length);
        takeNumbers.push(t + 1);
        placesInTake.push(place + 1);
        takeSizes.push(take.samples.length);
      }),
    );
    if (samples.length === before) return;
    shown.push({ id, name, colour, number: index + 1, takes: takes.length });
  });
  return {
    samples,
    places: Float32Array.from(places),
    classIndexes: Uint16Array.from(classIndexes),
    takeNumbers: Uint16Array.from(takeNumbers),
    placesInTake: Uint16Array.from(placesInTake),
    takeSizes: Uint16Array.from(takeSizes),
    classes: shown,
  };
}

export function shapeOfTake(number: number): MarkShape {
  return markShapes[(number - 1) % markShapes.length] ?? 'circle';
}

/** What a point is, in words. */
export function pointWords(points: MapPoints, index: number): string {
  const { classes, classIndexes, takeNumbers, placesInTake, takeSizes } = points;
  const name = classes[classIndexes[index] ?? 0]?.name ?? '';
  return `${name}, take ${takeNumbers[index] ?? 0}, sample ${placesInTake[index] ?? 0} of ${takeSizes[index] ?? 0}`;
}
