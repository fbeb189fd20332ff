import { describe, expect, test } from 'vitest';
import { defaultHeadSettings, type HeadSpec } from '#lib/core/head-spec.ts';
import type { Report } from '#lib/core/report.ts';
import { readReport, writeReport } from './report-file.ts';

const estimate = { value: 0.8, low: 0.5, high: 0.95, looks: 4 };

const report: Report = {
  format: 'handful-report',
  version: 1,
  writtenAt: '2026-11-25T01:02:03.000Z',
  app: { name: 'Handful', version: '0.2.0', databaseVersion: 3 },
  project: 'Thumbs “up”',
  backbone: {
    id: 'test@1',
    name: 'Test',
    sha256: 'ab'.repeat(32),
    embeddingSize: 24,
    inputSizePx: 96,
    whitened: false,
  },
  head: defaultHeadSettings.ridge,
  unknownLimit: 0.4,
  classes: [
    {
      name: 'A',
      enabled: true,
      samples: 2,
      takes: [{ samples: 2, began: '2026-11-25T00:00:00.000Z', source: 'camera' }],
    },
  ],
  tested: { samples: 9, of: 9 },
  honest: {
    measured: true,
    value: {
      accuracy: estimate,
      rounds: 2,
      randomSplit: { ...estimate, rounds: 7, seed: 1 },
      logLoss: 0.4,
      classes: [{ name: 'A', recall: 1, precision: null }],
      confusion: [[2]],
      reliability: [{ from: 0.9, to: 1, count: 2, claimed: 1.000001, right: 1 }],
    },
  },
  learningCurve: { measured: false, why: 'It was not asked for.' },
  unknown: {
    measured: true,
    value: {
      auroc: 0.9,
      falseAcceptsAt95: 0.3,
      threshold: null,
      trueAccepts: null,
      falseAccepts: null,
    },
  },
};

test('what is written is read again, whatever the head', () => {
  const { ridge, knn, dense } = defaultHeadSettings;
  for (const head of [ridge, knn, dense] satisfies HeadSpec[]) {
    const mine = { ...report, head };
    expect(readReport('r.json', writeReport(mine))).toEqual({ ok: true, value: mine });
  }
});

describe('refused, in words', () => {
  const changed = (change: (copy: Record<string, unknown>) => void): string => {
    const copy = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    change(copy);
    return JSON.stringify(copy);
  };
  const cases: Record<string, string> = {
    'no JSON': '{',
    'another file': '{"format": "handful-head"}',
    'a newer version': changed((copy) => (copy.version = 2)),
    'a share above 1': changed(
      (copy) => (copy.honest = { measured: true, value: { ...report.honest, accuracy: 7 } }),
    ),
    'a missing number without why': changed((copy) => (copy.learningCurve = { measured: false })),
    'a table of another size': changed((copy) => {
      const { honest } = report;
      if (honest.measured)
        copy.honest = { ...honest, value: { ...honest.value, confusion: [[1, 2]] } };
    }),
    'a checksum that is none': changed(
      (copy) => (copy.backbone = { ...report.backbone, sha256: 'x' }),
    ),
  };
  for (const [name, json] of Object.entries(cases)) {
    test(name, () => {
      const read = readReport('r.json', json);
      expect(read.ok).toBe(false);
      if (!read.ok) expect(read.failure.code).toBe('bad-file');
    });
  }

  test('a report that does not keep to the format is never handed out', () => {
    expect(() => writeReport({ ...report, writtenAt: 'yesterday' })).toThrow('own format');
  });
});
