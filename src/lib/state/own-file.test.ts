// What a person chooses for an action, with the browser's decoders faked: what is kept, and what is refused in words.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeFailure } from '#lib/core/failure.ts';
import { readWave } from '#lib/core/wave.ts';
import { chosenFile } from './own-file.ts';

const fileOf = (name: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]): File =>
  new File(parts, name);
/** The start of a PNG that says it is this large. */
function png(widthPx: number, heightPx: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(40);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, widthPx);
  view.setUint32(20, heightPx);
  return bytes;
}

async function refusal(kind: 'picture' | 'sound', file: File): Promise<string> {
  const chosen = await chosenFile(kind, file);
  return chosen.ok ? 'taken' : describeFailure(chosen.failure).what;
}

afterEach(() => vi.unstubAllGlobals());

describe('a picture', () => {
  const drawn: unknown[][] = [];
  const close = vi.fn();

  beforeEach(() => {
    drawn.length = 0;
    close.mockClear();
    vi.stubGlobal('createImageBitmap', (blob: Blob) =>
      blob.size < 30
        ? Promise.reject(new Error('it is broken'))
        : Promise.resolve({ width: 3200, height: 1000, close }),
    );
    class Canvas {
      readonly size: number[];
      constructor(...size: number[]) {
        this.size = size;
      }
      getContext() {
        return {
          fillRect: (...args: unknown[]) => drawn.push(['white', ...args]),
          drawImage: (_image: unknown, ...args: unknown[]) => drawn.push(['draw', ...args]),
        };
      }
      convertToBlob({ type, quality }: { type: string; quality: number }): Promise<Blob> {
        return Promise.resolve(new Blob([`${type} ${quality} ${this.size.join('x')}`]));
      }
    }
    vi.stubGlobal('OffscreenCanvas', Canvas);
  });

  test('is written anew as a JPEG of bounded size, on white, under its hash', async () => {
    const chosen = await chosenFile('picture', fileOf('cat\u202e.png', png(3200, 1000)));
    if (!chosen.ok) throw new Error(JSON.stringify(chosen.failure));
    const { own, bytes } = chosen.value;
    expect(new TextDecoder().decode(bytes)).toBe('image/jpeg 0.85 1600x500');
    expect(drawn).toEqual([
      ['white', 0, 0, 1600, 500],
      ['draw', 0, 0, 1600, 500],
    ]);
    expect(close).toHaveBeenCalledTimes(1);
    expect(own.name).toBe('cat.png');
    expect(own.hash).toMatch(/^[0-9a-f]{64}$/);
    const again = await chosenFile('picture', fileOf('dog.png', png(3200, 1000)));
    expect(again.ok && again.value.own).toEqual({ hash: own.hash, name: 'dog.png' });
  });

  test('drawings, other files, bombs and broken ones are refused', async () => {
    const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>';
    expect(await refusal('picture', fileOf('a.svg', svg))).toBe('“a.svg” is a drawing (SVG).');
    expect(await refusal('picture', fileOf('a.png', svg))).toBe('“a.png” is a drawing (SVG).');
    expect(await refusal('picture', fileOf('a.png', 'hello'))).toBe('“a.png” is no picture.');
    expect(await refusal('picture', fileOf('a.png', png(60_000, 2)))).toMatch(/is too large/);
    expect(await refusal('picture', fileOf('a.png', png(9, 9).slice(0, 26)))).toMatch(/broken/);
    expect(drawn).toEqual([]);
  });
});

describe('a sound', () => {
  let decoded: object | null = null;
  let stated: number | null = null;
  let decodes = 0;
  const mp3 = new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0]);
  const soundOf = (seconds: number, ...channels: number[]) => ({
    duration: seconds,
    length: Math.round(seconds * 44_100),
    sampleRate: 44_100,
    numberOfChannels: channels.length,
    getChannelData: (i: number) =>
      new Float32Array(Math.round(seconds * 44_100)).fill(channels[i] ?? 0),
  });

  beforeEach(() => {
    decodes = 0;
    stated = null;
    decoded = soundOf(0.01, 1, 0.5);
    class Context {
      decodeAudioData(): Promise<object> {
        decodes += 1;
        return decoded ? Promise.resolve(decoded) : Promise.reject(new Error('unable to decode'));
      }
    }
    vi.stubGlobal('OfflineAudioContext', Context);
    class Sound {
      readonly duration = stated ?? Infinity;
      onloadedmetadata = (): void => undefined;
      removeAttribute = vi.fn();
      set src(_url: string) {
        queueMicrotask(() => this.onloadedmetadata());
      }
    }
    vi.stubGlobal('Audio', Sound);
  });

  test('is written anew as a plain wave file of one channel', async () => {
    const chosen = await chosenFile('sound', fileOf('ding.mp3', mp3));
    if (!chosen.ok) throw new Error(JSON.stringify(chosen.failure));
    const wave = readWave(chosen.value.bytes);
    expect(wave?.sampleRate).toBe(44_100);
    expect(wave?.samples).toHaveLength(441);
    expect(wave?.samples[7]).toBeCloseTo(0.75, 3);
    expect(chosen.value.own.name).toBe('ding.mp3');
  });

  test('one of half a minute is taken though its encoder added silence, and cut', async () => {
    decoded = soundOf(30.2, 0.1);
    const chosen = await chosenFile('sound', fileOf('half.mp3', mp3));
    expect(chosen.ok && readWave(chosen.value.bytes)?.samples.length).toBe(30 * 44_100);
  });

  test('other files, large and long ones are refused before they are decoded', async () => {
    expect(await refusal('sound', fileOf('a.mp3', 'hello'))).toBe('“a.mp3” is no sound.');
    expect(await refusal('sound', fileOf('a.mp3', png(2, 2)))).toBe('“a.mp3” is no sound.');
    const large = new Uint8Array(5 * 1024 ** 2 + 1);
    expect(await refusal('sound', fileOf('a.mp3', large))).toBe('“a.mp3” is larger than 5 MB.');
    stated = 4800;
    expect(await refusal('sound', fileOf('a.mp3', mp3))).toBe('“a.mp3” lasts 4800 seconds.');
    expect(decodes).toBe(0);
  });

  test('what decoding finds out counts', async () => {
    decoded = soundOf(31, 0);
    expect(await refusal('sound', fileOf('a.mp3', mp3))).toBe('“a.mp3” lasts 31 seconds.');
    decoded = null;
    expect(await refusal('sound', fileOf('a.mp3', mp3))).toBe(
      '“a.mp3” cannot be played by this browser (unable to decode).',
    );
  });
});
