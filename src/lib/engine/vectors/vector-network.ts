// A folded backbone computed by routines made for its very shapes: no tensors, no copies, rows worked off while they are
// still in the processor's caches. The reference is TensorFlow.js, which the tests compare it with.

import type { FoldedBackbone, FoldedLayer } from '#lib/core/folded-backbone.ts';
import {
  convRoutinesCode,
  depthwiseName,
  tileChannels,
  tileName,
  tilePixels,
  type DepthwiseRoutine,
  type DepthwiseShape,
  type TileRoutine,
  type TileShape,
} from './conv-routines.ts';
import {
  madeUp,
  planOf,
  planProblem,
  rowOf,
  type LayerPlan,
  type NetworkPlan,
  type Rows,
} from './network-plan.ts';
import { packWeights } from './pack-weights.ts';
import { hasRelaxedVectors } from './vector-support.ts';

/** Computes some rows of a layer, from `y` on. */
type Work = (y: number, rows: number) => void;

const pageBytes = 65_536;
const limits: Record<FoldedLayer['activation'], readonly [number, number]> = {
  relu: [0, Infinity],
  relu6: [0, 6],
  linear: [-Infinity, Infinity],
};

export interface VectorOptions {
  /** Every activation can be read after a run; takes more memory. */
  readonly keepAll?: boolean;
  /** Multiply-adds in one instruction; default: where the browser has them. */
  readonly relaxed?: boolean;
}

/** Null where the network has a shape that it cannot compute, or the browser no vectors. */
export async function vectorNetwork(
  backbone: FoldedBackbone,
  { keepAll = false, relaxed = hasRelaxedVectors() }: VectorOptions = {},
): Promise<VectorNetwork | null> {
  if (planProblem(backbone) !== null) return null;
  const plan = planOf(backbone, keepAll);
  const shapes = new Shapes();
  const works = plan.layers.map((layer) =>
    layer.layer.kind === 'conv'
      ? convolution(layer, plan.nothing, shapes)
      : depthwise(layer, shapes),
  );
  const code = shapes.code(relaxed);
  if (!WebAssembly.validate(code)) return null;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(plan.bytes / pageBytes) });
  for (const layer of plan.layers) packWeights(layer, memory.buffer);
  const { instance } = await WebAssembly.instantiate(code, { env: { memory } });
  const work = works.map((layer) => layer(instance.exports));
  return new VectorNetwork(plan, memory, work, backbone.embeddingSize);
}

export class VectorNetwork {
  readonly #plan: NetworkPlan;
  readonly #memory: WebAssembly.Memory;
  readonly #work: readonly Work[];
  readonly #embeddingSize: number;
  /** The next row that each layer computes. */
  readonly #next: Int32Array;

  constructor(
    plan: NetworkPlan,
    memory: WebAssembly.Memory,
    work: readonly Work[],
    embeddingSize: number,
  ) {
    this.#plan = plan;
    this.#memory = memory;
    this.#work = work;
    this.#embeddingSize = embeddingSize;
    this.#next = new Int32Array(plan.layers.length);
  }

  /** The picture [side, side, 3] in the network's range → embedding [D], the average of the last activation. */
  run(picture: Float32Array): Float32Array {
    this.#write(picture);
    this.#next.fill(0);
    const last = this.#plan.layers.length - 1;
    this.#computeUpTo(last, (this.#plan.layers[last]?.output.height ?? 0) - 1);
    return this.#average();
  }

  /** The activation of a layer after a run, `[side, side, channels]`, flat: a copy. Only with `keepAll`. */
  activation(index: number): Float32Array {
    const plan = this.#plan.layers[index];
    if (!plan) throw new RangeError(`there is no layer ${index}`);
    const { output, layer } = plan;
    const channels = layer.kernel[layer.kind === 'conv' ? 3 : 2];
    const all = new Float32Array(output.height * output.width * channels);
    for (let y = 0, to = 0; y < output.height; y += 1) {
      const row = this.#row(output, y);
      const pixel = output.pixelBytes / 4;
      for (let x = 0; x < output.width; x += 1, to += channels) {
        all.set(row.subarray(x * pixel, x * pixel + channels), to);
      }
    }
    return all;
  }

  #computeUpTo(index: number, lastRow: number): void {
    const plan = this.#plan.layers[index];
    if (!plan) return;
    const { layer, output, input, band, above } = plan;
    for (let y = this.#next[index] ?? 0; y <= lastRow; y = this.#next[index] ?? 0) {
      const rows = Math.min(band, output.height - y);
      const lowest = (y + rows - 1) * layer.stride - above + layer.kernel[0] - 1;
      this.#computeUpTo(index - 1, Math.min(lowest, input.height - 1));
      this.#work[index]?.(y, rows);
      this.#next[index] = y + rows;
    }
  }

  #write(picture: Float32Array): void {
    const rows = this.#plan.picture;
    const length = 3 * rows.width;
    for (let y = 0; y < rows.height; y += 1) {
      this.#row(rows, y).set(picture.subarray(y * length, (y + 1) * length));
    }
  }

  #average(): Float32Array {
    const last = this.#plan.layers.at(-1);
    const sums = new Float64Array(this.#embeddingSize);
    if (!last) return new Float32Array(0);
    const { output } = last;
    for (let y = 0; y < output.height; y += 1) {
      const row = this.#row(output, y);
      for (let from = 0; from < row.length; from += output.pixelBytes / 4) {
        for (let c = 0; c < sums.length; c += 1) sums[c] = (sums[c] ?? 0) + (row[from + c] ?? 0);
      }
    }
    const share = 1 / (output.height * output.width);
    return Float32Array.from(sums, (sum) => sum * share);
  }

  /** A row's pixels without its margins. */
  #row(rows: Rows, y: number): Float32Array {
    const from = rowOf(rows, y) + rows.marginBytes;
    return new Float32Array(this.#memory.buffer, from, (rows.width * rows.pixelBytes) / 4);
  }
}

type Routines = Readonly<Record<string, unknown>>;

/** Collects what routines the layers need. */
class Shapes {
  readonly #tiles = new Map<string, TileShape>();
  readonly #depthwise = new Map<string, DepthwiseShape>();

  tile(shape: TileShape): (routines: Routines) => TileRoutine {
    const name = tileName(shape);
    this.#tiles.set(name, shape);
    return (routines) => routines[name] as TileRoutine;
  }

  depthwise(shape: DepthwiseShape): (routines: Routines) => DepthwiseRoutine {
    const name = depthwiseName(shape);
    this.#depthwise.set(name, shape);
    return (routines) => routines[name] as DepthwiseRoutine;
  }

  code(relaxed: boolean): Uint8Array<ArrayBuffer> {
    return convRoutinesCode([...this.#tiles.values()], [...this.#depthwise.values()], relaxed);
  }
}

/** A kernel of h rows is h matrix products, added up: the first takes what is kept, the last has the activation. */
function convolution(
  plan: LayerPlan,
  nothing: number,
  shapes: Shapes,
): (routines: Routines) => Work {
  const { layer, input, output, residual, above, weights, bias } = plan;
  const [height, width, , outputs] = layer.kernel;
  const { stride } = layer;
  const length = width * input.pixelBytes;
  const blocks = madeUp(outputs) / tileChannels;
  const weightBlock = height * length * tileChannels;
  const groups = tileGroups(output.width);
  const inPixel = stride * input.pixelBytes;
  const products = Array.from({ length: height }, (_, kernelRow) => {
    const from = kernelRow > 0 ? output : residual;
    const shape = {
      inPixel,
      outPixel: output.pixelBytes,
      fromPixel: from?.pixelBytes ?? null,
      unrolled: length % 16 === 0 ? 4 : 3,
    } as const;
    return {
      from,
      limits: limits[kernelRow === height - 1 ? layer.activation : 'linear'],
      weights: weights + kernelRow * length * tileChannels,
      bias: kernelRow === 0 ? bias : nothing,
      routines: groups.map(({ pixels }) => shapes.tile({ ...shape, pixels })),
    };
  });
  const compute = (routines: Routines): Work => {
    const ready = products.map((product) => ({
      ...product,
      routines: product.routines.map((routine) => routine(routines)),
    }));
    return (y, rows) => {
      for (const [kernelRow, product] of ready.entries()) {
        const { from } = product;
        const [low, high] = product.limits;
        const inputRow = rowOf(input, y * stride - above + kernelRow);
        const outputRow = rowOf(output, y) + output.marginBytes;
        const fromRow = from ? rowOf(from, y) + from.marginBytes : 0;
        for (const [group, { firstX, tiles }] of groups.entries()) {
          product.routines[group]?.(
            inputRow + firstX * inPixel,
            stride * input.rowBytes,
            length,
            product.weights,
            weightBlock,
            product.bias,
            fromRow + firstX * (from?.pixelBytes ?? 0),
            from?.rowBytes ?? 0,
            outputRow + firstX * output.pixelBytes,
            output.rowBytes,
            tiles,
            rows,
            blocks,
            low,
            high,
          );
        }
      }
    };
  };
  // Rows above and below the picture lie elsewhere: with a kernel of several rows each is computed by itself.
  return height === 1 ? compute : (routines) => rowByRow(compute(routines));
}

function depthwise(plan: LayerPlan, shapes: Shapes): (routines: Routines) => Work {
  const { layer, input, output, above, weights } = plan;
  const { stride } = layer;
  const [low, high] = limits[layer.activation];
  const { pixelBytes: inPixel } = input;
  const { pixelBytes: outPixel } = output;
  const routineOf = shapes.depthwise({ stride, inPixel, outPixel });
  return (routines) => {
    const routine = routineOf(routines);
    return rowByRow((y) => {
      const top = y * stride - above;
      routine(
        rowOf(input, top),
        rowOf(input, top + 1),
        rowOf(input, top + 2),
        weights,
        rowOf(output, y) + output.marginBytes,
        output.width,
        outPixel / 16,
        low,
        high,
      );
    });
  };
}

function rowByRow(work: Work): Work {
  return (y, rows) => {
    for (let row = y; row < y + rows; row += 1) work(row, 1);
  };
}

interface TileGroup {
  readonly pixels: number;
  readonly tiles: number;
  readonly firstX: number;
}

/** A row of pixels as tiles of six, and few smaller ones that are not much smaller. */
function tileGroups(width: number): TileGroup[] {
  const whole = Math.floor(width / tilePixels);
  const rest = width % tilePixels;
  const split = whole > 0 && rest === 1 ? [4, 3] : whole > 0 && rest === 2 ? [4, 4] : [rest];
  const sizes = [
    ...Array<number>(split.length > 1 ? whole - 1 : whole).fill(tilePixels),
    ...split.filter((pixels) => pixels > 0),
  ];
  const groups: TileGroup[] = [];
  let firstX = 0;
  for (const pixels of sizes) {
    const last = groups.at(-1);
    if (last?.pixels === pixels) groups[groups.length - 1] = { ...last, tiles: last.tiles + 1 };
    else groups.push({ pixels, tiles: 1, firstX });
    firstX += pixels;
  }
  return groups;
}
