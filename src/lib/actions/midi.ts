// A MIDI note to every instrument that is plugged in, on while the gesture is held: https://www.w3.org/TR/webmidi/

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, messageOf, succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';
import { refusal } from './serial.ts';

const noteOn = 0x90;
const noteOff = 0x80;
const velocity = 100;
const device = 'the MIDI instrument';

export function midiRunner(): DeedRunner<DeedOf<'midi'>> {
  let access: MIDIAccess | null = null;
  const send = (message: number[]): void => {
    for (const output of access?.outputs.values() ?? []) output.send(message);
  };
  return {
    device: {
      words: device,
      get connected() {
        return access !== null;
      },
      async connect() {
        const { requestMIDIAccess } = navigator as Partial<Navigator>;
        if (!requestMIDIAccess) return fail({ code: 'device-unsupported', device });
        try {
          const granted = await requestMIDIAccess.call(navigator);
          if (granted.outputs.size === 0) return fail({ code: 'device-not-chosen', device });
          access = granted;
          return succeed(null);
        } catch (error) {
          return fail(refusal(error, device));
        }
      },
    },
    run({ note }) {
      if (!access) return fail({ code: 'device-not-connected', device });
      try {
        send([noteOn, note, velocity]);
        return succeed(null);
      } catch (error) {
        return fail({ code: 'device-failed', device, detail: messageOf(error) });
      }
    },
    left: ({ note }) => send([noteOff, note, 0]),
    stop: () => (access = null),
  };
}
