import { describe, expect, test } from 'vitest';
import { mostFrames, spread } from './motion-jpeg.ts';
import { openFiles, summaryOf } from './open-file.ts';

/** A JPEG as far as this room looks: start, some data, end. */
const frame = (seed: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, seed, 0xff, 0x00, seed, 0xff, 0xd9]);

async function summary(frames: number) {
  const blob = new Blob(Array.from({ length: frames }, (_, i) => frame(i % 200)));
  const opened = await openFiles([{ path: 'hand.mjpeg', blob }], 'hand.mjpeg');
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  return summaryOf(opened.value);
}

describe('motion JPEG', () => {
  test('every frame is a sample of one take', async () => {
    expect(await summary(7)).toEqual({
      kind: 'pictures',
      classes: [{ name: 'hand', samples: 7 }],
      takes: 1,
      warnings: [],
    });
  });

  test('a long film gives evenly spread frames, and says so', async () => {
    const { classes, warnings } = await summary(3 * mostFrames);
    expect(classes[0]?.samples).toBe(mostFrames);
    expect(warnings.join()).toContain(`${3 * mostFrames} frames`);
    expect(spread([0, 1, 2, 3, 4, 5], 3)).toEqual([0, 2, 4]);
  });

  test('what is cut off in the middle keeps its whole frames', async () => {
    const blob = new Blob([frame(1), frame(2), frame(3).slice(0, 6)]);
    const opened = await openFiles([{ path: 'cut.mjpg', blob }], 'cut.mjpg');
    expect(opened.ok && summaryOf(opened.value).classes).toEqual([{ name: 'cut', samples: 2 }]);
  });

  test.each([
    ['nothing of it', new Blob(['no pictures here'])],
    ['half a picture', new Blob([frame(1).slice(0, 6)])],
  ])('a name alone makes no film: %s', async (_, blob) => {
    const opened = await openFiles([{ path: 'song.mjpeg', blob }], 'song.mjpeg');
    expect(opened.ok).toBe(false);
  });
});
