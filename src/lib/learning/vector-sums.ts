// Four float32 or two float64 products at a time in WebAssembly, where the browser has it: what thousands of samples need.
// Whoever calls has the same in plain TypeScript for where it has not.

import { vectorRoutinesCode, type VectorRoutines } from './vector-routines.ts';

// As much of WebAssembly as is used here: this room is compiled without the browser's types.
interface Memory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: Memory } },
  ) => { readonly exports: unknown };
};

const pageBytes = 65_536;
/** Numbers that are added up in float32. Few where the sums are whole lengths, as what is lost counts against λ. */
const momentStep = 256;
const gramStep = 32;

/** The memory is given back with the object: make one for a piece of work and let it go. */
export class VectorSums {
  readonly #memory: Memory;
  readonly #routines: VectorRoutines;

  constructor(memory: Memory, routines: VectorRoutines) {
    this.#memory = memory;
    this.#routines = routines;
  }

  /**
   * packed += sign · Σ scaleₙ² z zᵀ over the rows of `features` in `slots`; `packed` is a lower triangle [D, D]. Products are
   * float32 and added up over at most 256 samples, those sums float64: an entry is right to about 1e-7 of the largest.
   */
  addProducts(
    packed: Float64Array,
    features: Float32Array,
    dimension: number,
    slots: readonly number[],
    scale: (slot: number) => number,
    sign: 1 | -1,
  ): void {
    const pack: Pack = (block, first, count) => {
      for (let n = 0; n < count; n += 1) {
        const slot = slots[first + n] ?? 0;
        packSample(block, n, features, slot * dimension, dimension, scale(slot));
      }
    };
    this.#add(packed, {
      size: dimension,
      from: 0,
      length: slots.length,
      step: momentStep,
      pack,
      sign,
    });
  }

  /**
   * packed += all products between the rows of `features` in `slots`, from the one at `from` on; as right as above, and
   * bit-equal for equal rows.
   */
  addGram(
    packed: Float64Array,
    features: Float32Array,
    dimension: number,
    slots: Int32Array,
    from: number,
  ): void {
    const pack: Pack = (block, first, count) => {
      for (const [i, slot] of slots.entries()) {
        packNumbers(block, i, features, slot * dimension + first, count);
      }
    };
    this.#add(packed, {
      size: slots.length,
      from,
      length: dimension,
      step: gramStep,
      pack,
      sign: 1,
    });
  }

  #add(packed: Float64Array, { size, from, length, step, pack, sign }: Products): void {
    const panels = 2 * Math.ceil(size / 8);
    const width = 4 * panels;
    const panelBytes = 16 * step;
    const out = panels * panelBytes;
    this.#makeRoom(out + 16 * width);
    const block = new Float32Array(this.#memory.buffer, 0, out / 4);
    const products = new Float32Array(this.#memory.buffer, out, 4 * width);
    for (let first = 0; first < length; first += step) {
      const count = Math.min(step, length - first);
      pack(block, first, count);
      for (let panel = from >> 2; 4 * panel < size; panel += 1) {
        const own = panel * panelBytes;
        this.#routines.panelProducts(own, 0, own + 1, panelBytes, 16 * count, out, 4 * width);
        for (let k = 0; k < 4; k += 1) {
          const row = 4 * panel + k;
          if (row < from || row >= size) continue;
          addRow(packed, (row * (row + 1)) / 2, products, k * width, row + 1, sign);
        }
      }
    }
  }

  /** Puts a packed lower triangle into the memory, to be worked on there. */
  hold(packed: Float64Array): HeldRows {
    const sums = 8 * packed.length;
    this.#makeRoom(sums + 64 + 16);
    const held = new Float64Array(this.#memory.buffer, 0, packed.length);
    held.set(packed);
    return {
      values: held,
      pairs: new Float64Array(this.#memory.buffer, sums, 8),
      dots: (r0, r1, r2, r3, other, count) => {
        const end = 8 * (other + count);
        this.#routines.fourDots(8 * r0, 8 * r1, 8 * r2, 8 * r3, 8 * other, end, sums);
      },
    };
  }

  #makeRoom(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
  }
}

export interface HeldRows {
  readonly values: Float64Array;
  /** What `dots` wrote: two numbers a row, whose sum is the product. */
  readonly pairs: Float64Array;
  /** Products of the first `count` numbers, an even number above 0, of four rows with those of another. */
  readonly dots: (
    r0: number,
    r1: number,
    r2: number,
    r3: number,
    other: number,
    count: number,
  ) => void;
}

/** Rows, and numbers in a row, below which vectors gain nothing. */
export const fewestForVectors = 64;

/** Null where the browser cannot compute with vectors, or may not compile. */
export function vectorSums(): VectorSums | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(vectorRoutinesCode());
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return new VectorSums(memory, exports as VectorRoutines);
  } catch {
    // Whatever is missing: plain TypeScript does the same.
    return null;
  }
}

/** Puts numbers `first` … `first + count` of every sum into the block: four of the matrix's rows are a panel. */
type Pack = (block: Float32Array, first: number, count: number) => void;

/** Products between `size` rows, from one on, each a sum over `length` numbers, `step` of them at once. */
interface Products {
  readonly size: number;
  readonly from: number;
  readonly length: number;
  readonly step: number;
  readonly pack: Pack;
  readonly sign: 1 | -1;
}

/** `count` numbers of one of the matrix's rows. */
function packNumbers(
  block: Float32Array,
  row: number,
  values: Float32Array,
  from: number,
  count: number,
): void {
  const to = (row >> 2) * 4 * gramStep + (row & 3);
  for (let n = 0; n < count; n += 1) block[to + 4 * n] = values[from + n] ?? 0;
}

/** Sample `n` of a block: one number of each of the matrix's rows. */
function packSample(
  block: Float32Array,
  n: number,
  features: Float32Array,
  row: number,
  dimension: number,
  scale: number,
): void {
  for (let d = 0; d < dimension; d += 1) {
    block[(d >> 2) * 4 * momentStep + 4 * n + (d & 3)] = scale * (features[row + d] ?? 0);
  }
}

function addRow(
  packed: Float64Array,
  at: number,
  products: Float32Array,
  from: number,
  count: number,
  sign: 1 | -1,
): void {
  for (let j = 0; j < count; j += 1) {
    packed[at + j] = (packed[at + j] ?? 0) + sign * (products[from + j] ?? 0);
  }
}
