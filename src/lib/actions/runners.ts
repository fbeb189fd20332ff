// The table of all kinds of deeds. Another kind is a row in `core/class-action.ts`, one file here and one line below.

import type { DeedKind, DeedOf } from '#lib/core/class-action.ts';
import { bluetoothRunner } from './bluetooth.ts';
import type { DeedRunner, Stage } from './deed-runner.ts';
import { channelRunner, embedderRunner } from './message.ts';
import { midiRunner } from './midi.ts';
import { countRunner, keyRunner, photoRunner, textRunner, timeRunner } from './on-page.ts';
import { serialRunner } from './serial.ts';
import { soundRunner } from './sound.ts';
import { speakRunner } from './speak.ts';
import { webhookRunner } from './webhook.ts';

export type Runners = { readonly [K in DeedKind]: DeedRunner<DeedOf<K>> };

export function createRunners(stage: Stage, webhookOrigins: readonly string[]): Runners {
  return {
    speak: speakRunner(),
    sound: soundRunner(stage),
    text: textRunner(stage),
    key: keyRunner(),
    count: countRunner(stage),
    time: timeRunner(stage),
    photo: photoRunner(stage),
    serial: serialRunner(),
    bluetooth: bluetoothRunner(),
    midi: midiRunner(),
    channel: channelRunner(),
    embedder: embedderRunner(),
    webhook: webhookRunner(webhookOrigins),
  };
}
