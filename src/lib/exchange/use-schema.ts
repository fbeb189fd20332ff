// What a project does when it is used, as it stands in files: nothing in it can reach further than a person could have typed.
// What leaves the page is off until it is allowed on this device, whatever a file says.

import * as v from 'valibot';
import { actionLimits, isWebhookAddress, keyNames, soundNames } from '#lib/core/class-action.ts';
import { cleanText } from '#lib/core/clean-text.ts';
import { gestureLimits, scanLimits } from '#lib/core/use-settings.ts';
import { fileName, hash, id, whole, within } from './schema-parts.ts';

/** One letter, digit or sign, as a key types it. */
const oneKey = v.pipe(v.string(), v.regex(/^[\p{L}\p{N}\p{P}\p{S}]$/u));
const text = (most: number) =>
  v.pipe(
    v.string(),
    v.maxLength(4 * most),
    v.transform((typed) => cleanText(typed, most)),
  );
const address = v.pipe(v.string(), v.maxLength(actionLimits.address));
/** Empty while a person has not typed it yet. */
const webhookAddress = v.union([
  v.literal(''),
  v.pipe(address, v.check(isWebhookAddress, 'no address that messages may go to')),
]);

/** Absent in files of earlier versions, which leave it out when they read a newer one. */
const ownFile = v.optional(v.object({ hash, name: fileName }));

const deedSchema = v.variant('kind', [
  v.object({ kind: v.literal('speak'), text: text(actionLimits.text) }),
  v.object({ kind: v.literal('sound'), sound: v.picklist(soundNames), own: ownFile }),
  v.object({ kind: v.literal('text'), text: text(actionLimits.text), picture: ownFile }),
  v.object({ kind: v.literal('key'), key: v.union([v.picklist(keyNames), oneKey]) }),
  v.object({ kind: v.literal('count') }),
  v.object({ kind: v.literal('time') }),
  v.object({ kind: v.literal('photo') }),
  v.object({ kind: v.literal('serial'), line: text(actionLimits.text) }),
  v.object({ kind: v.literal('bluetooth'), line: text(actionLimits.text) }),
  v.object({ kind: v.literal('midi'), note: whole(actionLimits.note) }),
  v.object({ kind: v.literal('channel'), name: text(actionLimits.text) }),
  v.object({ kind: v.literal('embedder'), origin: webhookAddress }),
  v.object({ kind: v.literal('webhook'), address: webhookAddress }),
]);

export const gesturesSchema = v.pipe(
  v.object({
    smoothing: v.picklist(['median', 'exponential']),
    smoothingMs: within(gestureLimits.smoothingMs),
    enter: within(gestureLimits.enter),
    leave: within(gestureLimits.leave),
    dwellMs: within(gestureLimits.dwellMs),
    coolDownMs: within(gestureLimits.coolDownMs),
  }),
  v.check(({ enter, leave }) => leave <= enter, 'leave lies above enter'),
);

export const useSchema = v.object({
  gestures: gesturesSchema,
  actions: v.pipe(
    v.array(
      v.object({
        id,
        classId: v.nullable(id),
        heldMs: within(actionLimits.heldMs),
        deed: deedSchema,
      }),
    ),
    v.maxLength(actionLimits.count),
  ),
  scan: v.object({
    classId: v.nullable(id),
    stepMs: within(scanLimits.stepMs),
    phrases: v.pipe(v.array(text(scanLimits.phrase)), v.maxLength(scanLimits.phrases)),
    aloud: v.boolean(),
  }),
});
