import { describe, expect, test } from 'vitest';
import { seededRandom } from '#lib/core/random.ts';
import type { MapLayout } from '#lib/core/sample-map.ts';
import { Projector } from './projector.ts';
import type { HeldSample } from './protocol.ts';
import type { LayoutContext } from './umap-layout.ts';

const dimension = 24;
const still: LayoutContext = { pause: () => Promise.resolve(), onProgress: () => undefined };

/** `perTake` samples in each of two takes of each of three classes, far apart. */
function samples(perTake: number): HeldSample[] {
  const random = seededRandom(3);
  return Array.from({ length: 6 }, (_, take) => {
    const centre = Array.from({ length: dimension }, (__, d) => (d % 3 === take % 3 ? 1 : 0.05));
    return Array.from({ length: perTake }, (__, n) => ({
      id: `${take}-${n}`,
      takeId: `take ${take}`,
      embedding: Float32Array.from(centre, (value) => value * (0.9 + 0.2 * random())),
    }));
  }).flat();
}

function holding(put: readonly HeldSample[]): Projector {
  const projector = new Projector();
  projector.begin({ dimension, whitening: null });
  projector.change({ put, removed: [] });
  return projector;
}

const placeOf = ({ ids, places }: MapLayout, id: string): [number, number] => {
  const n = ids.indexOf(id);
  return [places[2 * n] ?? NaN, places[2 * n + 1] ?? NaN];
};
const distance = (a: [number, number], b: [number, number]): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('the plane', () => {
  test('classes far apart lie apart, and how much it shows is said', () => {
    const layout = holding(samples(6)).pca();
    expect(layout.ids).toHaveLength(36);
    expect(layout.shown).toBeGreaterThan(0.8);
    const within = distance(placeOf(layout, '0-0'), placeOf(layout, '3-0'));
    expect(distance(placeOf(layout, '0-0'), placeOf(layout, '1-0'))).toBeGreaterThan(5 * within);
  });

  test('an embedding that is a sample’s lies on it, and it is its own nearest', () => {
    const all = samples(6);
    const projector = holding(all);
    const layout = projector.pca();
    const point = projector.place({ kind: 'pca', embedding: all[9]!.embedding });
    expect(point?.nearest[0]).toBe(all[9]!.id);
    expect(distance([point!.x, point!.y], placeOf(layout, all[9]!.id))).toBeLessThan(1e-6);
  });

  test('what was removed is gone, also from the middle; nothing held, nothing laid out', () => {
    const all = samples(3);
    const projector = holding(all);
    projector.change({ put: [], removed: ['0-1', 'never there'] });
    const layout = projector.pca();
    expect(layout.ids).not.toContain('0-1');
    expect(layout.ids).toHaveLength(17);
    const fresh = holding(all.filter(({ id }) => id !== '0-1')).pca();
    for (const id of fresh.ids) {
      expect(distance(placeOf(layout, id), placeOf(fresh, id))).toBeLessThan(1e-5);
    }
    projector.change({ put: [], removed: all.map(({ id }) => id) });
    expect(projector.pca().ids).toEqual([]);
    expect(projector.place({ kind: 'pca', embedding: all[0]!.embedding })).toBeNull();
  });
});

describe('UMAP', () => {
  test('keeps neighbours together, the same in whatever order the samples came', async () => {
    const all = samples(8);
    const layout = await holding(all).umap(still);
    const again = await holding(all.toReversed()).umap(still);
    for (const { id } of all) {
      const [own, other] = id.startsWith('0') ? ['3-0', '1-0'] : ['0-0', '2-0'];
      if (id.startsWith('0') || id.startsWith('3')) {
        expect(distance(placeOf(layout, id), placeOf(layout, own))).toBeLessThan(
          distance(placeOf(layout, id), placeOf(layout, other)),
        );
      }
    }
    for (const { id } of all) expect(placeOf(again, id)).toEqual(placeOf(layout, id));
  });

  test('what comes later lies at its neighbours; what was laid out stays; before there is none', async () => {
    const all = samples(8);
    const late = all[7]!;
    const projector = holding(all.filter((each) => each !== late));
    expect(await projector.umapAgain(still.pause)).toBeNull();
    expect(projector.place({ kind: 'umap', embedding: late.embedding })).toBeNull();
    const before = await projector.umap(still);
    projector.change({ put: [late], removed: ['1-1'] });
    const after = await projector.umapAgain(still.pause);
    if (!after) throw new Error('the layout is gone');
    expect(after.laidOut).toBe(before.ids.length - 1);
    expect(after.ids).not.toContain('1-1');
    expect(placeOf(after, '0-0')).toEqual(placeOf(before, '0-0'));
    expect(distance(placeOf(after, late.id), placeOf(after, '0-0'))).toBeLessThan(
      distance(placeOf(after, late.id), placeOf(after, '1-0')),
    );
  });

  test('gives up when it is no longer wanted, and tells how far it is', async () => {
    const projector = holding(samples(8));
    const told: number[] = [];
    let pauses = 0;
    const pause = (): Promise<void> =>
      (pauses += 1) > 60 ? Promise.reject(new DOMException('', 'AbortError')) : Promise.resolve();
    const context = { pause, onProgress: (done: number, total: number) => told.push(done / total) };
    await expect(projector.umap(context)).rejects.toThrow(DOMException);
    expect(told.length).toBeGreaterThan(50);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeLessThan(1);
    expect(await projector.umapAgain(still.pause)).toBeNull();
  });
});
