// What one core can do at best: multiply-adds on WebAssembly vectors that stay in registers, as many a second as there are.
import {
  assemble,
  f32x4,
  i32,
  repeatWhile,
  routine,
  v128,
  type Code,
} from '#lib/core/assembler.ts';

const lanes = 4;
/** Enough that none has to wait for the one before. */
const sums = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

const code = assemble([
  routine(
    'spin',
    { left: 'i32' },
    { ...Object.fromEntries(sums.map((name) => [name, 'v128' as const])), x: 'v128' },
    ({ get, set }) => {
      const step = (name: string): Code =>
        set(name, f32x4.add(f32x4.mul(get(name), get('x')), get('x')));
      return [
        set('x', f32x4.const(0.5)),
        repeatWhile(get('left'), [
          ...sums.map(step),
          set('left', i32.add(get('left'), i32.const(-1))),
        ]),
        // The result must be of use, or a clever compiler leaves the work out.
        v128.store(
          i32.const(0),
          sums.map(get).reduce((all, each) => f32x4.add(all, each)),
        ),
      ];
    },
  ),
]);

/** Multiply-adds a second, the best of `rounds`. */
export function ceiling(rounds: number): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const spin = exports.spin as (left: number) => void;
  const turns = 4_000_000;
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    spin(turns);
    const seconds = (performance.now() - began) / 1000;
    best = Math.max(best, (turns * sums.length * lanes) / seconds);
  }
  return best;
}
