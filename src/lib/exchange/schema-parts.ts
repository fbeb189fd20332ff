// Pieces that the shapes of our JSON are made of.

import * as v from 'valibot';
import { cleanText } from '#lib/core/clean-text.ts';
import type { Limits } from '#lib/core/head-spec.ts';
import { ownFileLimits } from '#lib/core/own-file.ts';
import { cleanName, nameLimit } from '#lib/core/project.ts';

export const within = ({ min, max }: Limits) =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
export const whole = (limits: Limits) => v.pipe(within(limits), v.integer());
/** Made fit to show, as names that are typed are. */
export const name = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(100 * nameLimit),
  v.transform((text) => cleanName(text, '?')),
);
/** As `name`, of what is called like a file. */
export const fileName = v.pipe(
  v.string(),
  v.maxLength(100 * ownFileLimits.letters),
  v.transform((text) => cleanText(text, ownFileLimits.letters) || '?'),
);
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
export const time = v.pipe(v.number(), v.finite(), v.minValue(0));
export const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
