// The frames of a video file as samples of one take.

import { openFilm, type Film } from '#lib/camera/film.ts';
import { centreSquare } from '#lib/core/crop.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import type { EngineClient } from '#lib/engine/client.ts';
import type { CapturedSample } from '#lib/engine/protocol.ts';
import { mostFrames } from '#lib/exchange/motion-jpeg.ts';
import { newId } from './clock.ts';
import { newClasses, type SampleFeed } from './sample-feed.ts';

interface FilmParts {
  readonly client: EngineClient;
  readonly backboneId: string;
  readonly startMs: number;
  readonly name: string;
  readonly framesPerSecond: number;
}

export interface FilmFeed extends SampleFeed {
  /** What to say about it when it was read. */
  warnings(): string[];
  close(): void;
}

/** Opens the file; frames are read one at a time. The caller closes the feed. */
export async function filmFeed(
  { blob, fileName }: { readonly blob: Blob; readonly fileName: string },
  parts: FilmParts,
  signal: AbortSignal,
): Promise<Result<FilmFeed>> {
  const opened = await openFilm(blob, fileName, signal);
  if (!opened.ok) return opened;
  const film = opened.value;
  const times = frameTimes(film.durationSeconds, parts.framesPerSecond);
  const classes = newClasses([parts.name]);
  const takeId = newId();
  let stuckAt: number | null = null;
  const missing = (seconds: number): Result<never> => {
    stuckAt ??= seconds;
    const detail = `no picture at second ${seconds.toFixed(1)}`;
    return fail({ code: 'bad-picture', fileName, detail });
  };
  return succeed({
    classes,
    count: times.length,
    async read(index) {
      const seconds = times[index] ?? 0;
      // A browser that gave up once would make people wait for every frame after it.
      const kept = stuckAt === null ? await keepFrame(film, seconds, parts.client, signal) : null;
      if (!kept) return missing(seconds);
      if (!kept.ok) return kept;
      const { jpeg, sizePx, embedding: values } = kept.value;
      const capturedAtMs = parts.startMs + Math.round(seconds * 1000) + index;
      const sample = {
        id: newId(),
        classId: classes[0]?.id ?? '',
        takeId,
        capturedAtMs,
        source: 'file',
        sizePx,
      } as const;
      return succeed({ sample, jpeg, embedding: { backboneId: parts.backboneId, values } });
    },
    warnings: () => filmWords(film.durationSeconds, parts.framesPerSecond, stuckAt),
    close: () => film.close(),
  });
}

async function keepFrame(
  film: Film,
  seconds: number,
  client: EngineClient,
  signal: AbortSignal,
): Promise<Result<CapturedSample> | null> {
  const image = await film.frameAt(seconds, signal);
  return image && client.capture({ frame: { image, crop: centreSquare } });
}

/** The middles of equal parts of the film: as many a second as wished, at most `mostFrames` in all, at least one. */
export function frameTimes(durationSeconds: number, framesPerSecond: number): number[] {
  const wished = Math.floor(durationSeconds * framesPerSecond);
  const count = Math.min(mostFrames, Math.max(1, wished));
  return Array.from({ length: count }, (_, i) => ((i + 0.5) * durationSeconds) / count);
}

function filmWords(seconds: number, framesPerSecond: number, stuckAt: number | null): string[] {
  const words: string[] = [];
  if (seconds * framesPerSecond > mostFrames) {
    words.push(`It is long: ${mostFrames} frames were taken, evenly spread over all of it.`);
  }
  if (stuckAt !== null) {
    words.push(
      `The browser could not go on at second ${stuckAt.toFixed(1)}; the rest is left out.`,
    );
  }
  return words;
}
