// Sounds, with Web Audio faked at its edge: what is built and started, and when it ends.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { soundNames } from '#lib/core/class-action.ts';
import { writeWave } from '#lib/core/wave.ts';
import type { Moment } from './deed-runner.ts';
import { soundRunner } from './sound.ts';

const moment: Moment = { actionId: 'a', className: 'Up', heldMs: 500 };
const own = { hash: 'ab'.repeat(32), name: 'doorbell.mp3' };
const wave = writeWave({ samples: Float32Array.of(0, 1, -1, 0), sampleRate: 44_100 });

interface Started {
  readonly what: string;
  readonly fromS: number;
  endS: number;
}

/** What sounds on the one context that is open. */
let started: Started[] = [];
let contexts: { state: string }[] = [];
let waiting: (() => void) | null = null;

class FakeContext {
  state = 'running';
  readonly currentTime = 10;
  readonly destination = 'speaker';
  constructor() {
    contexts.push(this);
  }
  resume(): Promise<void> {
    return waiting === null ? Promise.resolve() : new Promise((resolve) => (waiting = resolve));
  }
  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }
}

class FakeNode {
  readonly #what: string;
  #sound: Started | null = null;
  readonly gain = { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() };
  constructor(context: FakeContext, wish: { frequency?: number; buffer?: FakeBuffer }) {
    if (context.state === 'closed') throw new Error('the context is closed');
    this.#what = wish.buffer ? `wave ${wish.buffer.data.join(' ')}` : `${wish.frequency ?? 0} Hz`;
  }
  connect(target: unknown): unknown {
    return target;
  }
  start(fromS = 10): void {
    this.#sound = { what: this.#what, fromS, endS: Infinity };
    started.push(this.#sound);
  }
  stop(endS = 10): void {
    if (this.#sound) this.#sound.endS = endS;
  }
}

class FakeBuffer {
  data: number[] = [];
  readonly sampleRate: number;
  constructor({ sampleRate }: { sampleRate: number }) {
    this.sampleRate = sampleRate;
  }
  copyToChannel(samples: Float32Array): void {
    this.data = Array.from(samples);
  }
}

beforeEach(() => {
  started = [];
  contexts = [];
  waiting = null;
  vi.stubGlobal('AudioContext', FakeContext);
  vi.stubGlobal('OscillatorNode', FakeNode);
  vi.stubGlobal('GainNode', FakeNode);
  vi.stubGlobal('AudioBufferSourceNode', FakeNode);
  vi.stubGlobal('AudioBuffer', FakeBuffer);
});
afterEach(() => vi.unstubAllGlobals());

const runnerWith = (bytes: Uint8Array | null) =>
  soundRunner({ file: () => Promise.resolve(bytes) });

test('every built-in sound sounds, ends by itself, and no two are the same', async () => {
  const runner = runnerWith(null);
  const heard: string[] = [];
  for (const sound of soundNames) {
    started = [];
    expect(await runner.run({ kind: 'sound', sound }, moment)).toEqual({ ok: true, value: null });
    expect(started.length).toBeGreaterThan(0);
    for (const { fromS, endS } of started) {
      expect(fromS).toBeGreaterThanOrEqual(10);
      expect(endS).toBeGreaterThan(fromS);
      expect(endS).toBeLessThan(12);
    }
    heard.push(JSON.stringify(started));
  }
  expect(new Set(heard).size).toBe(soundNames.length);
  expect(contexts).toHaveLength(1);
});

test('a sound of one’s own is played in the place of the built-in one', async () => {
  const file = vi.fn(() => Promise.resolve(wave));
  const runner = soundRunner({ file });
  expect(await runner.run({ kind: 'sound', sound: 'ding', own }, moment)).toMatchObject({
    ok: true,
  });
  expect(file).toHaveBeenCalledWith(own.hash);
  expect(started.map(({ what }) => what)).toEqual(['wave 0 1 -1 0']);
});

test('the same action begins anew, another one sounds beside it', async () => {
  const runner = runnerWith(wave);
  const deed = { kind: 'sound', sound: 'ding', own } as const;
  await runner.run(deed, moment);
  await runner.run(deed, { ...moment, actionId: 'b' });
  await runner.run(deed, moment);
  expect(started.map(({ endS }) => Number.isFinite(endS))).toEqual([true, false, false]);
});

test('one that is gone, or is no sound, is told in words', async () => {
  for (const bytes of [null, Uint8Array.of(1, 2, 3)]) {
    const answered = await runnerWith(bytes).run({ kind: 'sound', sound: 'ding', own }, moment);
    expect(answered).toEqual({
      ok: false,
      failure: { code: 'own-file-missing', name: 'doorbell.mp3' },
    });
    expect(started).toEqual([]);
  }
});

test('switched off while it is read, it does not sound; switched on again it does', async () => {
  let give: (bytes: Uint8Array) => void = () => undefined;
  const runner = soundRunner({ file: () => new Promise((resolve) => (give = resolve)) });
  const running = runner.run({ kind: 'sound', sound: 'ding', own }, moment);
  await vi.waitFor(() => expect(contexts).toHaveLength(1));
  await Promise.resolve();
  runner.stop?.();
  give(wave);
  expect(await running).toMatchObject({ ok: true });
  expect(started).toEqual([]);
  expect(contexts[0]?.state).toBe('closed');
  const again = runner.run({ kind: 'sound', sound: 'ding', own }, moment);
  await vi.waitFor(() => expect(contexts).toHaveLength(2));
  await Promise.resolve();
  give(wave);
  await again;
  expect(started).toHaveLength(1);
});
