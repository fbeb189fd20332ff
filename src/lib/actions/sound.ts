// Short sounds made of plain tones, with nothing to load; or a sound of the person's own, played once to its end.

import type { DeedOf, SoundName } from '#lib/core/class-action.ts';
import { fail, succeed } from '#lib/core/failure.ts';
import { readWave, type Wave } from '#lib/core/wave.ts';
import type { DeedRunner, Stage } from './deed-runner.ts';

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

export function soundRunner(stage: Pick<Stage, 'file'>): DeedRunner<DeedOf<'sound'>> {
  let context: AudioContext | null = null;
  /** By action: one that begins again does not sound over itself. */
  const playing = new Map<string, AudioBufferSourceNode>();
  return {
    async run({ sound, own }, { actionId }) {
      const speaker = (context ??= new AudioContext());
      await speaker.resume();
      const bytes = own ? await stage.file(own.hash) : null;
      // Switched off while it was read.
      if (context !== speaker) return succeed(null);
      if (!own) {
        for (const tone of tones[sound]) play(speaker, tone);
        return succeed(null);
      }
      const wave = bytes && readWave(bytes);
      if (!wave) return fail({ code: 'own-file-missing', name: own.name });
      playing.get(actionId)?.stop();
      playing.set(actionId, playWave(speaker, wave));
      return succeed(null);
    },
    stop() {
      void context?.close();
      context = null;
      playing.clear();
    },
  };
}

function playWave(context: AudioContext, { samples, sampleRate }: Wave): AudioBufferSourceNode {
  // A buffer cannot be empty.
  const length = Math.max(1, samples.length);
  const buffer = new AudioBuffer({ length, sampleRate, numberOfChannels: 1 });
  buffer.copyToChannel(Float32Array.from(samples), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  source.start();
  return source;
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
