// The types that `handful-runtime` hands out, as a maker's editor sees them; `npm run check` judges them.
import { expectTypeOf, test } from 'vitest';
import type {
  Classification,
  GestureEvent,
  Gestures,
  Model,
  Picture,
  Watch,
  WatchOptions,
} from '#lib/runtime/web/handful-runtime.d.ts';

test('watching and gestures are typed', () => {
  expectTypeOf<[HTMLVideoElement, { dwellMs: number }]>().toExtend<Parameters<Model['watch']>>();
  expectTypeOf<[HTMLVideoElement]>().toExtend<Parameters<Model['watch']>>();
  expectTypeOf<Model['watch']>().returns.toEqualTypeOf<Watch>();
  expectTypeOf<Watch['stop']>().toEqualTypeOf<() => void>();
  expectTypeOf<HTMLVideoElement>().toExtend<Picture>();
  expectTypeOf<ImageData>().toExtend<Picture>();
  expectTypeOf<[Classification, number]>().toExtend<Parameters<Gestures['push']>>();
  expectTypeOf<[Classification]>().toExtend<Parameters<Gestures['push']>>();
  expectTypeOf<Gestures['push']>().returns.toEqualTypeOf<GestureEvent[]>();
  expectTypeOf<GestureEvent['type']>().toEqualTypeOf<'enter' | 'hold' | 'leave'>();
  expectTypeOf<GestureEvent['label']>().toEqualTypeOf<string | null>();
  const options = {
    onEnter({ label, atMs }) {
      expectTypeOf(label).toEqualTypeOf<string | null>();
      expectTypeOf(atMs).toEqualTypeOf<number>();
    },
    onFrame: ({ classes }) =>
      expectTypeOf(classes[0]?.probability).toEqualTypeOf<number | undefined>(),
    dwellMs: 300,
    signal: new AbortController().signal,
  } satisfies WatchOptions;
  expectTypeOf(options).toExtend<WatchOptions>();
  // @ts-expect-error: no such way of smoothing
  expectTypeOf<{ smoothing: 'mean' }>().toExtend<WatchOptions>();
  // @ts-expect-error: a listener is a function
  expectTypeOf<{ onEnter: string }>().toExtend<WatchOptions>();
});
