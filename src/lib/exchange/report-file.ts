// The report as JSON, out and in. What is written is read again before it is handed out. Format: docs/report.md.

import * as v from 'valibot';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { Report } from '#lib/core/report.ts';
import { checked, denseSpecSchema, issueWords, knnSpecSchema, ridgeSpecSchema } from './schema.ts';
import { badFile } from './zip.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Sums of single-precision numbers may end a hair beside 1. */
const hair = 1e-5;
const share = v.pipe(v.number(), v.minValue(-hair), v.maxValue(1 + hair));
const cosine = v.pipe(v.number(), v.minValue(-1 - hair), v.maxValue(1 + hair));
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(8000));
const time = v.pipe(v.string(), v.isoTimestamp());
const estimate = { value: share, low: share, high: share, looks: count };
const curve = v.array(v.object({ count, accuracy: share, error: share }));

function measured<T extends v.GenericSchema>(value: T) {
  return v.variant('measured', [
    v.object({ measured: v.literal(true), value }),
    v.object({ measured: v.literal(false), why: text }),
  ]);
}

const honest = v.pipe(
  v.object({
    accuracy: v.object(estimate),
    rounds: count,
    randomSplit: v.object({ ...estimate, rounds: count, seed: count }),
    logLoss: v.pipe(v.number(), v.finite(), v.minValue(0)),
    classes: v.array(v.object({ name: text, recall: share, precision: v.nullable(share) })),
    confusion: v.array(v.array(count)),
    reliability: v.array(v.object({ from: share, to: share, count, claimed: share, right: share })),
  }),
  v.check(
    ({ classes, confusion }) =>
      confusion.length === classes.length &&
      confusion.every((row) => row.length === classes.length),
    'the table of what was mixed up is not as large as there are classes',
  ),
);

const reportSchema: v.GenericSchema<unknown, Report> = v.object({
  format: v.literal('handful-report'),
  version: v.literal(1),
  writtenAt: time,
  app: v.object({ name: v.literal('Handful'), version: text, databaseVersion: count }),
  project: text,
  backbone: v.object({
    id: text,
    name: text,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    embeddingSize: count,
    inputSizePx: count,
    whitened: v.boolean(),
  }),
  head: v.variant('kind', [ridgeSpecSchema, knnSpecSchema, denseSpecSchema]),
  unknownLimit: v.nullable(cosine),
  classes: v.array(
    v.object({
      name: text,
      enabled: v.boolean(),
      samples: count,
      takes: v.array(
        v.object({ samples: count, began: time, source: v.picklist(['camera', 'file']) }),
      ),
    }),
  ),
  tested: v.nullable(v.object({ samples: count, of: count })),
  honest: measured(honest),
  learningCurve: measured(v.object({ byTakes: curve, oneTake: curve, manyTakes: curve })),
  unknown: measured(
    v.object({
      auroc: share,
      falseAcceptsAt95: share,
      threshold: v.nullable(cosine),
      trueAccepts: v.nullable(share),
      falseAccepts: v.nullable(share),
    }),
  ),
});

/** The text of the file. Throws when what was written cannot be read again: that is a bug. */
export function writeReport(report: Report): string {
  const written = `${JSON.stringify(report, null, 2)}\n`;
  const read = readReport('report', written);
  if (!read.ok)
    throw new Error(`the report does not keep to its own format: ${JSON.stringify(read.failure)}`);
  return written;
}

/** Fails with `bad-file`. */
export function readReport(fileName: string, json: string): Result<Report> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return fail(badFile(fileName, 'is not JSON.'));
  }
  const parsed = checked(reportSchema, value);
  if (parsed.success) return succeed(parsed.output);
  return fail(badFile(fileName, `is no report of Handful (${issueWords(parsed.issues)}).`));
}
