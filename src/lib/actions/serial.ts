// A line of text to a board on a cable (Arduino, micro:bit) over Web Serial: https://wicg.github.io/serial/

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, messageOf, succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';

/** What is used of a port; no browser's types have it yet. */
interface Port {
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { readonly baudRate: number }): Promise<void>;
  close(): Promise<void>;
}

interface Serial {
  requestPort(): Promise<Port>;
}

/** What a micro:bit speaks, and the examples for Arduino should: docs/live.md. */
const baudRate = 115_200;
const device = 'the serial port';

export function serialRunner(): DeedRunner<DeedOf<'serial'>> {
  const { serial } = navigator as { readonly serial?: Serial };
  let port: Port | null = null;
  const drop = (): void => {
    const old = port;
    port = null;
    // A port that was pulled out cannot be closed any more.
    void old?.close().catch(() => undefined);
  };
  return {
    device: {
      words: device,
      get connected() {
        return port !== null;
      },
      async connect() {
        if (!serial) return fail({ code: 'device-unsupported', device });
        drop();
        try {
          const chosen = await serial.requestPort();
          await chosen.open({ baudRate });
          port = chosen;
          return succeed(null);
        } catch (error) {
          return fail(refusal(error, device));
        }
      },
    },
    async run({ line }) {
      if (!port?.writable) return fail({ code: 'device-not-connected', device });
      try {
        const writer = port.writable.getWriter();
        await writer.write(new TextEncoder().encode(`${line}\n`)).finally(() => {
          writer.releaseLock();
        });
        return succeed(null);
      } catch (error) {
        drop();
        return fail({ code: 'device-failed', device, detail: messageOf(error) });
      }
    },
    stop: drop,
  };
}

/** Nothing chosen and not allowed are told alike by browsers; anything else is the device's own fault. */
export function refusal(error: unknown, name: string) {
  const refused =
    error instanceof DOMException &&
    ['NotFoundError', 'SecurityError', 'NotAllowedError'].includes(error.name);
  return refused
    ? ({ code: 'device-not-chosen', device: name } as const)
    : ({ code: 'device-failed', device: name, detail: messageOf(error) } as const);
}
