// Deeds that stay on the page: words or a picture over the whole screen, a counter, a stopwatch, a photo, a key.

import type { DeedOf } from '#lib/core/class-action.ts';
import { fail, succeed } from '#lib/core/failure.ts';
import type { DeedRunner, Stage } from './deed-runner.ts';

/** Words, or a picture; where that is gone, the words that stand for it. */
export function textRunner(stage: Pick<Stage, 'show' | 'picture'>): DeedRunner<DeedOf<'text'>> {
  /** Counts holds by action: a picture that is read when its gesture is over must not come up. */
  const holds = new Map<string, number>();
  const next = (actionId: string): number => {
    const hold = (holds.get(actionId) ?? 0) + 1;
    holds.set(actionId, hold);
    return hold;
  };
  return {
    async run({ text, picture }, { actionId }) {
      const hold = next(actionId);
      const address = picture ? await stage.picture(picture.hash) : null;
      if (holds.get(actionId) === hold) stage.show(actionId, { text, picture: address });
      return picture && address === null
        ? fail({ code: 'own-file-missing', name: picture.name })
        : succeed(null);
    },
    left(_deed, { actionId }) {
      next(actionId);
      stage.show(actionId, null);
    },
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
