import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultGestures } from '#lib/core/use-settings.ts';
import { RuntimeGestures } from './gestures.ts';
import { startWatch } from './watch.ts';
import type { Classification, WatchOptions } from './web/handful-runtime.d.ts';

/** A canvas, or a film when it has a time. */
const picture = { width: 9, height: 9 };
const quick = { ...defaultGestures, smoothingMs: 0, dwellMs: 0, coolDownMs: 0 };

/** A watch whose model says what `shown` names; `log` has what was told. */
function world(options: WatchOptions = {}, watched: object = picture) {
  const log: string[] = [];
  const shown = { label: 'a' as string | null, error: null as Error | null };
  const told = ({ type, label }: { type: string; label: string | null }): void => {
    if (type !== 'hold' || log.at(-1) !== `hold ${label}`) log.push(`${type} ${label}`);
  };
  const classify = vi.fn((): Promise<Classification> => {
    if (shown.error) return Promise.reject(shown.error);
    const { label } = shown;
    const classes = ['a', 'b'].map((each) => ({
      label: each,
      probability: each === label ? 1 : 0,
    }));
    return Promise.resolve({ label, probability: 1, classes, similarity: null });
  });
  const watch = startWatch({
    picture: watched,
    gestures: new RuntimeGestures(quick),
    classify,
    options: { onEnter: told, onHold: told, onLeave: told, ...options },
  });
  return { watch, log, shown, classify, told };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('watching', () => {
  test('tells each frame, then what came of it; stopping leaves what is held, and then nothing is looked at', async () => {
    const frames: (string | null)[] = [];
    const { watch, log, shown, classify } = world({ onFrame: ({ label }) => frames.push(label) });
    await pass(100);
    expect(log).toEqual(['enter a', 'hold a']);
    expect(watch.held?.label).toBe('a');
    shown.label = 'b';
    await pass(40);
    expect(log).toEqual(['enter a', 'hold a', 'leave a', 'enter b']);
    expect(frames).toEqual(['a', 'a', 'a', 'b']);
    watch.stop();
    watch.stop();
    expect(log.at(-1)).toBe('leave b');
    expect(log.length).toBe(5);
    expect(watch.held).toBeNull();
    await pass(3000);
    expect(classify).toHaveBeenCalledTimes(4);
    expect(log.length).toBe(5);
  });

  test('a signal ends it too, and one that was aborted lets it not begin', async () => {
    const ending = new AbortController();
    const first = world({ signal: ending.signal });
    await pass(40);
    ending.abort();
    expect(first.log).toEqual(['enter a', 'leave a']);
    const second = world({ signal: ending.signal });
    await pass(100);
    expect(second.classify).not.toHaveBeenCalled();
  });

  test('a film that stands still is looked at once, and what it showed is left after a while', async () => {
    const film = { videoWidth: 0, videoHeight: 0, currentTime: 0 };
    const { log, classify } = world({}, film);
    await pass(100);
    expect(classify).not.toHaveBeenCalled();
    film.videoWidth = film.videoHeight = 9;
    await pass(40);
    film.currentTime = 1;
    await pass(1000);
    expect(classify).toHaveBeenCalledTimes(2);
    expect(log).toEqual(['enter a', 'hold a']);
    await pass(1000);
    expect(log).toEqual(['enter a', 'hold a', 'leave a']);
    film.currentTime = 2;
    await pass(40);
    expect(log.at(-1)).toBe('enter a');
  });

  test('a listener may end it: what was entered by then is told and left', async () => {
    const { watch, log, shown, told } = world({
      onLeave(event) {
        told(event);
        watch.stop();
      },
    });
    await pass(40);
    shown.label = 'b';
    await pass(100);
    expect(log).toEqual(['enter a', 'leave a', 'enter b', 'leave b']);
  });

  test('an error ends it and is handed over, from the network or from a listener', async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    const { log, shown, classify } = world({ onError });
    await pass(40);
    shown.error = new Error('lost');
    await pass(200);
    expect(errors).toEqual([shown.error]);
    expect(classify).toHaveBeenCalledTimes(2);
    expect(log).toEqual(['enter a', 'leave a']);
    const bug = new Error('bug');
    const second = world({
      onError,
      onEnter() {
        throw bug;
      },
    });
    await pass(200);
    expect(errors.slice(1)).toEqual([bug]);
    expect(second.log).toEqual(['leave a']);
    const third = world({ onError }, {});
    await pass(40);
    expect(errors.slice(2)).toEqual([new TypeError('That is no picture.')]);
    expect(third.classify).not.toHaveBeenCalled();
  });
});
