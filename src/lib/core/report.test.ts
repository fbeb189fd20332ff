import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadedBackbone } from './backbone.ts';
import type { Evaluation } from './evaluation.ts';
import { emptyProject, type ProjectDocument, type Sample } from './project.ts';
import { makeReport, shownSamples, type ReportParts } from './report.ts';

const backbone: LoadedBackbone = {
  id: 'test@1',
  name: 'Test',
  note: '',
  licence: 'MIT',
  embeddingSize: 24,
  inputSizePx: 96,
  inputRange: [-1, 1],
  parameters: 10,
  bytes: 0,
  unknownThreshold: 0.4,
  sha256: 'a'.repeat(64),
  hasWhitening: true,
};

function documentOf(takes: readonly (readonly number[])[]): ProjectDocument {
  let atMs = Date.UTC(2026, 0, 1);
  const classes = takes.map((_, c) => ({
    id: `c${c}`,
    name: `Class ${c}`,
    colour: c,
    enabled: c < 2,
  }));
  const samples = takes.flatMap((counts, c) =>
    counts.flatMap((count, t) =>
      Array.from({ length: count }, (_, n): Sample => {
        atMs += 1000;
        const id = `s${c}-${t}-${n}`;
        return {
          id,
          classId: `c${c}`,
          takeId: `t${c}-${t}`,
          capturedAtMs: atMs,
          source: 'camera',
          sizePx: 256,
        };
      }),
    ),
  );
  return { project: { ...emptyProject('p', 'Thumbs', 'test@1', 0), classes }, samples };
}

const evaluation: Evaluation = {
  head: 'ridge',
  classIds: ['c0', 'c1'],
  labels: ['Class 0', 'Class 1'],
  shots: [5, 4],
  takes: [2, 2],
  sampleCount: 9,
  sampleTotal: 9,
  honest: {
    accuracy: { value: 0.8, low: 0.5, high: 0.95, looks: 4 },
    random: { value: 0.98, low: 0.9, high: 1, looks: 9 },
    foldCount: 2,
    recalls: [0.6, 1],
    precisions: [1, null],
    confusion: [
      [3, 2],
      [0, 4],
    ],
    logLoss: 0.4,
    reliability: [{ from: 0.9, to: 1, count: 9, claimed: 0.95, right: 0.78 }],
    outcomes: [],
  },
  suspects: [],
  oddTakes: [],
  likeness: [0.9, 0.9],
  unknown: null,
};

const parts = (changes: Partial<ReportParts> = {}): ReportParts => ({
  document: documentOf([[3, 2], [2, 2], [1]]),
  backbone,
  evaluation,
  whyNoEvaluation: 'The test is not finished.',
  curve: null,
  unknownLimit: 0.4,
  randomSplit: { rounds: 7, seed: 1 },
  appVersion: '1.2.3',
  databaseVersion: 3,
  nowMs: Date.UTC(2026, 10, 25),
  ...changes,
});

describe('makeReport', () => {
  test('what was measured stands there as it was measured', () => {
    const report = makeReport(parts());
    expect(report.honest).toMatchObject({
      measured: true,
      value: {
        accuracy: evaluation.honest?.accuracy,
        randomSplit: { value: 0.98, rounds: 7, seed: 1 },
        rounds: 2,
        classes: [
          { name: 'Class 0', recall: 0.6, precision: 1 },
          { name: 'Class 1', recall: 1, precision: null },
        ],
      },
    });
    expect(report.classes.map(({ samples, takes }) => [samples, takes.length])).toEqual([
      [5, 2],
      [4, 2],
      [1, 1],
    ]);
    expect(report.classes[2]?.enabled).toBe(false);
    expect(report.classes[0]?.takes[0]?.began).toBe('2026-01-01T00:00:01.000Z');
    expect(report.writtenAt).toBe('2026-11-25T00:00:00.000Z');
    expect(report.head).toEqual(parts().document.project.heads.ridge);
    expect(report.unknownLimit).toBe(0.4);
  });

  test('what was not measured says why, and there is no number', () => {
    const asked = makeReport(parts());
    expect(asked.learningCurve).toEqual({
      measured: false,
      why: expect.stringContaining('not asked') as string,
    });
    expect(asked.unknown.measured).toBe(false);
    const unfinished = makeReport(parts({ evaluation: null }));
    for (const part of [unfinished.honest, unfinished.learningCurve, unfinished.unknown]) {
      expect(part).toEqual({ measured: false, why: 'The test is not finished.' });
    }
    expect(unfinished.tested).toBeNull();
    const oneTake = makeReport(parts({ evaluation: { ...evaluation, honest: null } }));
    for (const part of [oneTake.honest, oneTake.learningCurve, oneTake.unknown]) {
      expect(part).toMatchObject({
        measured: false,
        why: expect.stringContaining('two takes') as string,
      });
    }
  });

  test('a limit that is switched off is none', () => {
    const { document } = parts();
    const live = { ...document.project.live, unknownEnabled: false };
    const off = { ...document, project: { ...document.project, live } };
    expect(makeReport(parts({ document: off })).unknownLimit).toBeNull();
  });
});

test('pictures: of every take as long as there is room, never more than asked for, no sample twice', () => {
  const takesOf = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      takesOf,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 40 }),
      (takes, most, room) => {
        const shown = shownSamples(documentOf(takes), most, room);
        const ids = shown.flat(2);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeLessThanOrEqual(room);
        expect(shown.map((list) => list.length)).toEqual(takes.map((list) => list.length));
        for (const list of shown.flat()) expect(list.length).toBeLessThanOrEqual(most);
        if (takes.flat().length <= room)
          for (const list of shown.flat()) expect(list).not.toEqual([]);
        for (const [c, list] of shown.entries()) {
          for (const [t, own] of list.entries()) {
            for (const id of own) expect(id).toMatch(new RegExp(`^s${c}-${t}-`));
          }
        }
      },
    ),
  );
});
