import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWave, writeWave } from './wave.ts';

const samplesArbitrary = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 60 });
const rate = fc.integer({ min: 8000, max: 48_000 });

test('what is written is read again, to half a step of 16 bits', () => {
  fc.assert(
    fc.property(samplesArbitrary, rate, (list, sampleRate) => {
      const bytes = writeWave({ samples: Float32Array.from(list), sampleRate });
      expect(bytes).toHaveLength(44 + 2 * list.length);
      const read = readWave(bytes);
      expect(read?.sampleRate).toBe(sampleRate);
      expect(read?.samples).toHaveLength(list.length);
      list.forEach((sample, i) =>
        expect(Math.abs((read?.samples[i] ?? NaN) - sample)).toBeLessThanOrEqual(0.51 / 32_767),
      );
      expect(writeWave(read ?? { samples: new Float32Array(), sampleRate })).toEqual(bytes);
    }),
  );
});

test('too loud is cut off, not turned over', () => {
  const wave = readWave(writeWave({ samples: Float32Array.of(3, -3), sampleRate: 8000 }));
  expect(Array.from(wave?.samples ?? [])).toEqual([1, -1]);
});

test('anything else is not read, whatever its header says', () => {
  const good = writeWave({ samples: Float32Array.of(0, 0.5, -0.5), sampleRate: 44_100 });
  fc.assert(
    fc.property(fc.nat(43), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const broken = good.slice();
      broken[at] = (broken[at] ?? 0) ^ flip;
      expect(readWave(broken)).toBeNull();
    }),
  );
  expect(readWave(good.subarray(0, good.length - 1))).toBeNull();
  expect(readWave(good.subarray(0, 43))).toBeNull();
  expect(readWave(writeWave({ samples: new Float32Array(2), sampleRate: 96_000 }))).toBeNull();
});
