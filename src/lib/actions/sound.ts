// Short sounds made of plain tones: nothing to load.

import type { DeedOf, SoundName } from '#lib/core/class-action.ts';
import { succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';

interface Tone {
  readonly shape: OscillatorType;
  readonly hertz: number;
  readonly startS: number;
  readonly lengthS: number;
}

const tones: Readonly<Record<SoundName, readonly Tone[]>> = {
  ding: [{ shape: 'sine', hertz: 880, startS: 0, lengthS: 0.6 }],
  pop: [{ shape: 'triangle', hertz: 330, startS: 0, lengthS: 0.09 }],
  chime: [523, 659, 784].map((hertz, i) => ({
    shape: 'sine' as const,
    hertz,
    startS: i * 0.14,
    lengthS: 0.5,
  })),
  buzz: [{ shape: 'sawtooth', hertz: 110, startS: 0, lengthS: 0.35 }],
};

/** Loud enough to be heard, far from distorting. */
const loudness = 0.25;

export function soundRunner(): DeedRunner<DeedOf<'sound'>> {
  let context: AudioContext | null = null;
  return {
    async run({ sound }) {
      context ??= new AudioContext();
      await context.resume();
      for (const tone of tones[sound]) play(context, tone);
      return succeed(null);
    },
    stop() {
      void context?.close();
      context = null;
    },
  };
}

function play(context: AudioContext, { shape, hertz, startS, lengthS }: Tone): void {
  const from = context.currentTime + startS;
  const oscillator = new OscillatorNode(context, { type: shape, frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(loudness, from);
  // A sound that is cut off clicks.
  gain.gain.exponentialRampToValueAtTime(0.001, from + lengthS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + lengthS);
}
