// What WebAssembly can do here.

import { assemble, f32x4, i32, routine, v128 } from '#lib/core/assembler.ts';

let relaxed: boolean | null = null;

/** Whether there are multiply-adds in one instruction. */
export function hasRelaxedVectors(): boolean {
  relaxed ??= WebAssembly.validate(
    assemble([
      routine('try', {}, {}, () => [
        v128.store(
          i32.const(0),
          f32x4.relaxedMultiplyAdd(f32x4.const(1), f32x4.const(1), f32x4.const(1)),
        ),
      ]),
    ]),
  );
  return relaxed;
}
