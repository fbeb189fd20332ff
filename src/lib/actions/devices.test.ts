// Devices are faked at the browser's edge: what is sent, what is refused, what is lost.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Result } from '#lib/core/failure.ts';
import { bluetoothRunner } from './bluetooth.ts';
import type { Moment } from './deed-runner.ts';
import { midiRunner } from './midi.ts';
import { serialRunner } from './serial.ts';

const moment: Moment = { actionId: 'a', className: 'Up', heldMs: 500 };
const text = (bytes: readonly Uint8Array[]): string =>
  bytes.map((each) => new TextDecoder().decode(each)).join('');

afterEach(() => vi.unstubAllGlobals());

const codeOf = (result: Result<null> | undefined) =>
  result?.ok === false ? result.failure.code : 'ok';

function fakePort() {
  const sent: Uint8Array[] = [];
  let lost = false;
  const port = {
    writable: new WritableStream<Uint8Array>({
      write(chunk) {
        if (lost) throw new Error('The device has been lost.');
        sent.push(chunk);
      },
    }),
    open: vi.fn(() => Promise.resolve()),
    close: vi.fn(() => Promise.resolve()),
  };
  return { port, sent, lose: () => (lost = true) };
}

describe('serial port', () => {
  const deed = { kind: 'serial', line: 'thumbs up' } as const;

  test('a line is sent once a port was chosen, and the port is given back', async () => {
    const { port, sent } = fakePort();
    vi.stubGlobal('navigator', { serial: { requestPort: () => Promise.resolve(port) } });
    const runner = serialRunner();
    expect(codeOf(await runner.run(deed, moment))).toBe('device-not-connected');
    expect(codeOf(await runner.device?.connect())).toBe('ok');
    expect(port.open).toHaveBeenCalledWith({ baudRate: 115_200 });
    expect(codeOf(await runner.run(deed, moment))).toBe('ok');
    expect(codeOf(await runner.run({ ...deed, line: 'again' }, moment))).toBe('ok');
    expect(text(sent)).toBe('thumbs up\nagain\n');
    runner.stop?.();
    expect(port.close).toHaveBeenCalledTimes(1);
    expect(runner.device?.connected).toBe(false);
  });

  test('no such browser, nothing chosen, a port in use and a pulled cable are told apart', async () => {
    vi.stubGlobal('navigator', {});
    expect(codeOf(await serialRunner().device?.connect())).toBe('device-unsupported');
    const requestPort = vi.fn().mockRejectedValue(new DOMException('None.', 'NotFoundError'));
    vi.stubGlobal('navigator', { serial: { requestPort } });
    expect(codeOf(await serialRunner().device?.connect())).toBe('device-not-chosen');
    requestPort.mockRejectedValue(new DOMException('Open.', 'NetworkError'));
    expect(codeOf(await serialRunner().device?.connect())).toBe('device-failed');
    const { port, lose } = fakePort();
    requestPort.mockResolvedValue(port);
    const runner = serialRunner();
    await runner.device?.connect();
    lose();
    expect(codeOf(await runner.run(deed, moment))).toBe('device-failed');
    expect(runner.device?.connected).toBe(false);
  });
});

describe('Bluetooth board', () => {
  test('a long line goes in pieces to the characteristic that can be written', async () => {
    const sent: Uint8Array[] = [];
    const writeValue = (value: Uint8Array): Promise<void> => {
      sent.push(value);
      return Promise.resolve();
    };
    const outbox = { properties: { write: false, writeWithoutResponse: false } };
    const inbox = { properties: { write: true, writeWithoutResponse: false }, writeValue };
    const service = { getCharacteristics: () => Promise.resolve([outbox, inbox]) };
    const server = { getPrimaryService: () => Promise.resolve(service) };
    const gatt = { connect: () => Promise.resolve(server), disconnect: vi.fn() };
    vi.stubGlobal('navigator', { bluetooth: { requestDevice: () => Promise.resolve({ gatt }) } });
    const runner = bluetoothRunner();
    expect(codeOf(await runner.device?.connect())).toBe('ok');
    const line = 'a line of more than twenty bytes';
    expect(codeOf(await runner.run({ kind: 'bluetooth', line }, moment))).toBe('ok');
    expect(text(sent)).toBe(`${line}\n`);
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(20);
    runner.stop?.();
    expect(gatt.disconnect).toHaveBeenCalledTimes(1);
  });
});

describe('MIDI', () => {
  test('a note sounds on every output while it is held', async () => {
    const send = vi.fn();
    const outputs = new Map([
      ['1', { send }],
      ['2', { send }],
    ]);
    vi.stubGlobal('navigator', { requestMIDIAccess: () => Promise.resolve({ outputs }) });
    const runner = midiRunner();
    await runner.device?.connect();
    await runner.run({ kind: 'midi', note: 64 }, moment);
    runner.left?.({ kind: 'midi', note: 64 }, moment);
    const on = [0x90, 64, 100];
    const off = [0x80, 64, 0];
    expect(send.mock.calls).toEqual([[on], [on], [off], [off]]);
  });

  test('no instrument, and no such browser', async () => {
    const requestMIDIAccess = () => Promise.resolve({ outputs: new Map() });
    vi.stubGlobal('navigator', { requestMIDIAccess });
    expect(codeOf(await midiRunner().device?.connect())).toBe('device-not-chosen');
    vi.stubGlobal('navigator', {});
    expect(codeOf(await midiRunner().device?.connect())).toBe('device-unsupported');
  });
});
