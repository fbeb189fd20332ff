// A line of text to a board by radio: the UART service of Nordic, which micro:bit and many others have.
// https://webbluetoothcg.github.io/web-bluetooth/

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, messageOf, succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';
import { refusal } from './serial.ts';

const uart = '6e400001-b5a3-f393-e0a9-e50e24dcca9e';
/** Most bytes that every board takes at once. */
const chunkBytes = 20;
const device = 'the Bluetooth board';

/** What is used; no browser's types have it yet. */
interface Characteristic {
  readonly properties: { readonly write: boolean; readonly writeWithoutResponse: boolean };
  writeValue(value: Uint8Array): Promise<void>;
}

interface Board {
  readonly gatt: {
    connect(): Promise<{
      getPrimaryService(id: string): Promise<{ getCharacteristics(): Promise<Characteristic[]> }>;
    }>;
    disconnect(): void;
  };
}

interface Bluetooth {
  requestDevice(wish: {
    readonly filters: readonly object[];
    readonly optionalServices: readonly string[];
  }): Promise<Board>;
}

export function bluetoothRunner(): DeedRunner<DeedOf<'bluetooth'>> {
  const { bluetooth } = navigator as { readonly bluetooth?: Bluetooth };
  let link: { readonly board: Board; readonly inbox: Characteristic } | null = null;
  const drop = (): void => {
    link?.board.gatt.disconnect();
    link = null;
  };
  return {
    device: {
      words: device,
      get connected() {
        return link !== null;
      },
      async connect() {
        if (!bluetooth) return fail({ code: 'device-unsupported', device });
        drop();
        try {
          const filters = [{ services: [uart] }, { namePrefix: 'BBC micro:bit' }];
          const board = await bluetooth.requestDevice({ filters, optionalServices: [uart] });
          const service = await (await board.gatt.connect()).getPrimaryService(uart);
          // Boards disagree on which of the two is which: the one that can be written to is meant.
          const inbox = (await service.getCharacteristics()).find(
            ({ properties }) => properties.write || properties.writeWithoutResponse,
          );
          if (!inbox) throw new Error('it takes no lines');
          link = { board, inbox };
          return succeed(null);
        } catch (error) {
          return fail(refusal(error, device));
        }
      },
    },
    async run({ line }) {
      if (!link) return fail({ code: 'device-not-connected', device });
      const bytes = new TextEncoder().encode(`${line}\n`);
      try {
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          await link.inbox.writeValue(bytes.slice(at, at + chunkBytes));
        }
        return succeed(null);
      } catch (error) {
        drop();
        return fail({ code: 'device-failed', device, detail: messageOf(error) });
      }
    },
    stop: drop,
  };
}
