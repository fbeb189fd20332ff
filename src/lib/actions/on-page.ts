// Deeds that stay on the page: words over the whole screen, a counter, a stopwatch, a photo, a key.

import type { DeedOf } from '#lib/core/class-action.ts';
import { succeed } from '#lib/core/failure.ts';
import type { DeedRunner, Stage } from './deed-runner.ts';

export function textRunner(stage: Stage): DeedRunner<DeedOf<'text'>> {
  return {
    run({ text }, { actionId }) {
      stage.show(actionId, text);
      return succeed(null);
    },
    left: (_deed, { actionId }) => stage.show(actionId, null),
  };
}

export function countRunner(stage: Stage): DeedRunner<DeedOf<'count'>> {
  return {
    run(_deed, { actionId }) {
      stage.count(actionId);
      return succeed(null);
    },
  };
}

/** All of a hold counts, known when it ends. */
export function timeRunner(stage: Stage): DeedRunner<DeedOf<'time'>> {
  return {
    run: () => succeed(null),
    left: (_deed, { actionId, heldMs }) => stage.time(actionId, heldMs),
  };
}

export function photoRunner(stage: Stage): DeedRunner<DeedOf<'photo'>> {
  return { run: (_deed, { className }) => stage.photo(className) };
}

/**
 * A key for what listens on this page, such as the game: down while the gesture is held. Browsers let no page press keys
 * of other programs, nor do these press buttons.
 */
export function keyRunner(): DeedRunner<DeedOf<'key'>> {
  const send = (type: 'keydown' | 'keyup', key: string): void => {
    window.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true }));
  };
  return {
    run({ key }) {
      send('keydown', key);
      return succeed(null);
    },
    left: ({ key }) => send('keyup', key),
  };
}
