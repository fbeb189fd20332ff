import { describe, expect, test } from 'vitest';
import type { LayerSpec } from './layer-spec.ts';
import { defaultStack, networkFacts, withOutputs } from './network.ts';

const { input } = defaultStack;
const dense: LayerSpec = { kind: 'dense', units: 256 };
const conv: LayerSpec = { kind: 'conv', kernel: 5, stride: 1, maps: 10 };

describe('networkFacts', () => {
  test('the example is possible, and so it is for any number of classes', () => {
    expect(networkFacts(defaultStack)).toMatchObject({ refusal: null, parameters: 41_014 });
    expect(networkFacts(withOutputs(defaultStack, 2)).parameters).toBe(260 + 40_348 + 58);
  });

  test('the end must be fully connected', () => {
    for (const layers of [[], [conv], [dense, { ...dense }, conv]]) {
      expect(networkFacts({ input, layers }).refusal?.reason).toMatch(/fully connected/);
    }
  });

  test('a missing output is no fault of the layers that are there', () => {
    const pool: LayerSpec = { kind: 'pool', of: 'max', window: 2, stride: 2 };
    for (const layers of [[], [conv], [conv, pool]]) {
      expect(networkFacts({ input, layers }).refusal).toMatchObject({ index: layers.length });
    }
  });

  test('what would train for ever is refused at the layer that costs most', () => {
    const colour = { side: 64, channels: 3 } as const;
    const wide = networkFacts({ input: colour, layers: [dense, { ...dense, units: 5000 }, dense] });
    expect(wide.refusal).toMatchObject({ index: 0 });
    const slow = networkFacts({
      input: colour,
      layers: [
        { kind: 'conv', kernel: 15, stride: 1, maps: 32 },
        { kind: 'pool', of: 'max', window: 8, stride: 8 },
        { kind: 'dense', units: 2 },
      ],
    });
    expect(slow.refusal?.reason).toMatch(/too much work/);
  });

  test('an impossible layer is refused before all that', () => {
    const layers: LayerSpec[] = [dense, conv, dense];
    expect(networkFacts({ input, layers }).refusal).toMatchObject({ index: 1 });
  });
});
