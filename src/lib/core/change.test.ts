import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyChange, invertChange, samplesTouched, type Change } from './change.ts';
import { emptyProject, type ProjectClass, type ProjectDocument, type Sample } from './project.ts';

const classArbitrary = (id: string): fc.Arbitrary<ProjectClass> =>
  fc.record({
    id: fc.constant(id),
    name: fc.string(),
    colour: fc.integer({ min: 0, max: 11 }),
    enabled: fc.boolean(),
  });

const documentArbitrary: fc.Arbitrary<ProjectDocument> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) =>
    fc.record({
      classes: fc.tuple(...Array.from({ length: count }, (_, i) => classArbitrary(`c${i}`))),
      places: fc.array(
        fc.record({ classIndex: fc.nat(count - 1), take: fc.nat(3), ms: fc.nat(20) }),
        { maxLength: 20 },
      ),
    }),
  )
  .map(({ classes, places }) => {
    const samples = places
      .map(({ classIndex, take, ms }, i): Sample => ({
        id: `s${String(i).padStart(2, '0')}`,
        classId: `c${classIndex}`,
        takeId: `t${take}`,
        capturedAtMs: ms,
        source: 'camera',
        sizePx: 256,
      }))
      .sort((a, b) => a.capturedAtMs - b.capturedAtMs || (a.id < b.id ? -1 : 1));
    return { project: { ...emptyProject('p', 'P', 'b@1', 0), classes }, samples };
  });

/** Any change that makes sense for the document. */
function changeArbitrary(document: ProjectDocument): fc.Arbitrary<Change> {
  const { classes } = document.project;
  const some = fc.subarray([...document.samples]);
  const anyClass = fc.constantFrom(...classes);
  const single: fc.Arbitrary<Change>[] = [
    some.map((samples) => ({ kind: 'remove-samples', samples })),
    fc.nat(20).map((ms) => ({
      kind: 'add-samples',
      samples: [
        {
          id: 'new',
          classId: classes[0]!.id,
          takeId: 'tn',
          capturedAtMs: ms,
          source: 'file',
          sizePx: 256,
        },
      ],
    })),
    fc.tuple(some, anyClass).map(([samples, to]) => ({
      kind: 'move-samples',
      moves: samples.map(({ id, classId }) => ({ sampleId: id, from: classId, to: to.id })),
    })),
    anyClass.map((entry) => ({
      kind: 'remove-class',
      class: entry,
      index: classes.indexOf(entry),
      samples: document.samples.filter(({ classId }) => classId === entry.id),
    })),
    fc.tuple(classArbitrary('added'), fc.nat(classes.length)).map(([entry, index]) => ({
      kind: 'add-class',
      class: entry,
      index,
      samples: [],
    })),
    fc.tuple(anyClass, fc.string()).map(([entry, name]) => ({
      kind: 'edit-class',
      classId: entry.id,
      before: { name: entry.name },
      after: { name },
    })),
    fc.tuple(fc.nat(classes.length - 1), fc.nat(classes.length - 1)).map(([from, to]) => ({
      kind: 'reorder-class',
      classId: classes[from]!.id,
      from,
      to,
    })),
    fc.string().map((name) => ({
      kind: 'edit-project',
      before: { name: document.project.name },
      after: { name },
    })),
  ];
  return fc.oneof(...single);
}

const withChange = documentArbitrary.chain((document) =>
  fc.record({ document: fc.constant(document), change: changeArbitrary(document) }),
);

describe('changes', () => {
  test('undo gives the document back', () => {
    fc.assert(
      fc.property(withChange, ({ document, change }) => {
        const after = applyChange(document, change);
        expect(applyChange(after, invertChange(change))).toEqual(document);
      }),
    );
  });

  test('redo gives the changed document again', () => {
    fc.assert(
      fc.property(withChange, ({ document, change }) => {
        const after = applyChange(document, change);
        const back = applyChange(after, invertChange(change));
        expect(applyChange(back, change)).toEqual(after);
      }),
    );
  });

  test('two changes in one are undone together', () => {
    fc.assert(
      fc.property(
        withChange.chain(({ document, change }) =>
          changeArbitrary(document).map((second) => ({ document, change, second })),
        ),
        ({ document, change }) => {
          const several: Change = { kind: 'several', changes: [change, invertChange(change)] };
          expect(applyChange(document, several)).toEqual(document);
          expect(applyChange(document, invertChange(several))).toEqual(document);
        },
      ),
    );
  });

  test('storage is told of exactly the samples that differ', () => {
    fc.assert(
      fc.property(withChange, ({ document, change }) => {
        const after = applyChange(document, change);
        const { put, removed } = samplesTouched(after, change);
        const rows = new Map(document.samples.map((sample) => [sample.id, sample]));
        for (const id of removed) rows.delete(id);
        for (const sample of put) rows.set(sample.id, sample);
        expect(new Set(rows.values())).toEqual(new Set(after.samples));
      }),
    );
  });
});
