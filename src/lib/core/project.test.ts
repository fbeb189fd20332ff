import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanName,
  emptyProject,
  freeColour,
  freeName,
  learnableClasses,
  nameLimit,
  takesOf,
  type ProjectClass,
  type Sample,
} from './project.ts';
import { trainingSignature } from './signature.ts';
import { defaultHeadSettings } from './head-spec.ts';

const sample = (id: string, classId: string, takeId: string): Sample => ({
  id,
  classId,
  takeId,
  capturedAtMs: 0,
  source: 'camera',
  sizePx: 256,
});
const entry = (id: string, enabled = true): ProjectClass => ({ id, name: id, colour: 0, enabled });
const project = (...classes: ProjectClass[]) => ({ ...emptyProject('p', 'P', 'b', 0), classes });

describe('names', () => {
  test('are never empty and never too long', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const cleaned = cleanName(name, 'fallback');
        expect(cleaned.length).toBeGreaterThan(0);
        expect(Array.from(cleaned).length).toBeLessThanOrEqual(nameLimit);
        expect(/\p{Cc}/u.test(cleaned)).toBe(false);
      }),
    );
  });

  test('do not collide', () => {
    expect(freeName('A', ['A', 'A 2'])).toBe('A 3');
    expect(freeName('B', ['A'])).toBe('B');
  });
});

test('a new class gets the colour used least', () => {
  expect(freeColour([])).toBe(0);
  expect(freeColour([entry('a'), { ...entry('b'), colour: 1 }])).toBe(2);
});

test('takes group a class’s samples in order', () => {
  const samples = [
    sample('1', 'a', 't1'),
    sample('2', 'b', 't2'),
    sample('3', 'a', 't3'),
    sample('4', 'a', 't1'),
  ];
  expect(takesOf(samples, 'a').map((take) => [take.id, take.samples.map(({ id }) => id)])).toEqual([
    ['t1', ['1', '4']],
    ['t3', ['3']],
  ]);
});

describe('learning', () => {
  const document = {
    project: project(entry('a'), entry('b', false), entry('c')),
    samples: [sample('1', 'a', 't'), sample('2', 'b', 't')],
  };

  test('leaves out disabled and empty classes', () => {
    expect(learnableClasses(document).map(({ id }) => id)).toEqual(['a']);
  });

  test('is out of date exactly when what it learns from changes', () => {
    const spec = defaultHeadSettings.ridge;
    const before = trainingSignature(document, spec);
    const withDisabled = { ...document, samples: [...document.samples, sample('3', 'b', 't')] };
    const withEnabled = { ...document, samples: [...document.samples, sample('3', 'a', 't')] };
    expect(trainingSignature(withDisabled, spec)).toBe(before);
    expect(trainingSignature(withEnabled, spec)).not.toBe(before);
    expect(trainingSignature(document, { ...spec, lambda: 1 })).not.toBe(before);
  });
});
