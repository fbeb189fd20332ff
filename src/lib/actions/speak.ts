// Says words aloud, with a voice of this device only: others send the words to somebody's server.

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, succeed } from '#lib/core/failure.ts';
import type { DeedRunner } from './deed-runner.ts';

/** Some browsers load their voices only when they are first asked for. */
const voicesWaitMs = 1000;

export function speakRunner(): DeedRunner<DeedOf<'speak'>> {
  const { speechSynthesis: speech } = globalThis as Partial<typeof globalThis>;
  return {
    async run({ text }) {
      if (!speech) return fail({ code: 'no-voice' });
      const voice = await ownVoice(speech);
      if (!voice) return fail({ code: 'no-voice' });
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      // The newest word counts; a queue would speak of gestures long gone.
      speech.cancel();
      speech.speak(utterance);
      return succeed(null);
    },
    stop: () => speech?.cancel(),
  };
}

async function ownVoice(speech: SpeechSynthesis): Promise<SpeechSynthesisVoice | null> {
  if (speech.getVoices().length === 0) await voicesCome(speech);
  const own = speech.getVoices().filter(({ localService }) => localService);
  const { language } = navigator;
  const [tongue = ''] = language.split('-');
  const fitting = own.find(({ lang }) => lang === language);
  return fitting ?? own.find(({ lang }) => lang.startsWith(tongue)) ?? own[0] ?? null;
}

function voicesCome(speech: SpeechSynthesis): Promise<void> {
  return new Promise((resolve) => {
    speech.addEventListener('voiceschanged', () => resolve(), { once: true });
    setTimeout(resolve, voicesWaitMs);
  });
}
