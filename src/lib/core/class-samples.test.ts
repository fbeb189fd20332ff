import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplesByClass } from './class-samples.ts';
import { takesOf, type Sample } from './project.ts';

const samplesArbitrary: fc.Arbitrary<Sample[]> = fc
  .array(fc.record({ place: fc.nat(3), take: fc.nat(2) }), { maxLength: 30 })
  .map((places) =>
    places.map(({ place, take }, i) => ({
      id: `s${i}`,
      classId: `c${place}`,
      takeId: `t${take}`,
      capturedAtMs: i,
      source: 'camera',
      sizePx: 256,
    })),
  );

describe('samplesByClass', () => {
  it('finds for every class what a look at all samples finds', () => {
    fc.assert(
      fc.property(samplesArbitrary, (samples) => {
        const found = samplesByClass(samples);
        for (const classId of ['c0', 'c1', 'c2', 'c3']) {
          expect(found.get(classId)?.takes ?? []).toEqual(takesOf(samples, classId));
          const own = samples.filter((sample) => sample.classId === classId);
          expect(found.get(classId)?.samples ?? []).toEqual(own);
        }
      }),
    );
  });

  it('keeps the object of a class in which nothing changed, and makes that of one that did', () => {
    fc.assert(
      fc.property(
        samplesArbitrary.filter(({ length }) => length > 0),
        fc.nat(),
        (samples, at) => {
          const before = samplesByClass(samples);
          const gone = samples[at % samples.length];
          const after = samplesByClass(
            samples.filter((sample) => sample !== gone),
            before,
          );
          for (const [classId, held] of after) {
            expect(held === before.get(classId)).toBe(classId !== gone?.classId);
          }
        },
      ),
    );
  });
});
