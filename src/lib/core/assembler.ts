// A very small assembler: WebAssembly with 128-bit vectors, as much of it as feature maps and heads need. Instructions are
// functions that read like what they compute; the bytes are those of https://webassembly.github.io/spec/core/binary/.

/** Bytes of instructions, or of any other part of a module. */
export type Code = readonly number[];

export const valueTypes = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

export interface Routine {
  readonly name: string;
  /** In the order in which the caller gives them. */
  readonly params: Readonly<Record<string, ValueType>>;
  readonly locals: Readonly<Record<string, ValueType>>;
  readonly body: Code;
}

/** A module with these routines; its memory comes from outside, as `env.memory`. */
export function assemble(routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const each = (part: (routine: Routine, index: number) => Code): Code =>
    vector(routines.map(part));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(
      1,
      each(({ params }) => [0x60, ...vector(typesOf(params)), ...vector([])]),
    ),
    ...section(2, vector([[...text('env'), ...text('memory'), 0x02, 0x00, 0x00]])),
    ...section(
      3,
      each((_, index) => [index]),
    ),
    ...section(
      7,
      each(({ name }, index) => [...text(name), 0x00, index]),
    ),
    ...section(10, each(bodyOf)),
  ]);
}

/** Reads and writes the parameters and locals of a routine by name. */
export interface Variables {
  readonly get: (name: string) => Code;
  readonly set: (name: string, value: Code) => Code;
  /** Adds bytes to an address. */
  readonly move: (name: string, bytes: Code) => Code;
}

export function routine(
  name: string,
  params: Routine['params'],
  locals: Routine['locals'],
  body: (variables: Variables) => readonly Code[],
): Routine {
  const names = [...Object.keys(params), ...Object.keys(locals)];
  const indexOf = (variable: string): Code => {
    const index = names.indexOf(variable);
    if (index < 0) throw new RangeError(`${name} has no variable ${variable}`);
    return unsigned(index);
  };
  const get: Variables['get'] = (variable) => [0x20, ...indexOf(variable)];
  const set: Variables['set'] = (variable, value) => [...value, 0x21, ...indexOf(variable)];
  const move: Variables['move'] = (variable, bytes) => set(variable, i32.add(get(variable), bytes));
  return { name, params, locals, body: body({ get, set, move }).flat() };
}

/** Does the body, and again as long as the condition holds after it. */
export function repeatWhile(condition: Code, body: readonly Code[]): Code {
  const back = [0x0d, 0x00];
  return [0x03, 0x40, ...body.flat(), ...condition, ...back, 0x0b];
}

export const times = (count: Code, factor: number): Code => i32.mul(count, i32.const(factor));

const binary =
  (...opcode: Code) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];
const unary =
  (...opcode: Code) =>
  (a: Code): Code => [...a, ...opcode];
const vectorOp = (number: number): Code => [0xfd, ...unsigned(number)];
/** Addresses need no alignment. */
const at = (offset: number): Code => [0x00, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  /** Unsigned, as the next. */
  less: binary(0x49),
  shiftRight: binary(0x76),
};

export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...vectorOp(0), ...at(offset)],
  /** Four times the same 32 bits. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...vectorOp(9), ...at(offset)],
  /** Eight bytes, each made 16 bits long. */
  loadBytes: (address: Code, offset = 0): Code => [...address, ...vectorOp(2), ...at(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...vectorOp(11),
    ...at(offset),
  ],
  /** The lower eight bytes. */
  storeHalf: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...vectorOp(91),
    ...at(offset),
    0x00,
  ],
  and: binary(...vectorOp(78)),
  or: binary(...vectorOp(80)),
  /** Words of 32 bits out of two vectors: 0 to 3 of the first, 4 to 7 of the second. */
  words: (a: Code, b: Code, order: readonly [number, number, number, number]): Code => [
    ...a,
    ...b,
    ...vectorOp(13),
    ...order.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]),
  ],
};

export const i32x4 = {
  splat: unary(...vectorOp(17)),
  const: (value: number): Code => i32x4.splat(i32.const(value)),
  shiftRight: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...vectorOp(173)],
  add: binary(...vectorOp(174)),
  mul: binary(...vectorOp(181)),
  min: binary(...vectorOp(182)),
  max: binary(...vectorOp(184)),
  /** Products of eight pairs of 16 bits, every two of them added. */
  dot: binary(...vectorOp(186)),
  /** Cut off towards nought. */
  fromF32: unary(...vectorOp(248)),
  /** Two vectors as one of 16 bits each. */
  narrow: binary(...vectorOp(133)),
};

/** Eight numbers of 16 bits as bytes, from 0 to 255, in the lower half. */
export const narrowToBytes = (a: Code): Code => [...a, ...a, ...vectorOp(102)];

export const f32x4 = {
  splat: unary(...vectorOp(19)),
  const: (value: number): Code => f32x4.splat([0x43, ...floatBytes(value)]),
  add: binary(...vectorOp(228)),
  sub: binary(...vectorOp(229)),
  mul: binary(...vectorOp(230)),
  div: binary(...vectorOp(231)),
  min: binary(...vectorOp(232)),
  max: binary(...vectorOp(233)),
  /** The smaller, the larger one; `a` where one is no number. One instruction, where `min` and `max` are several. */
  lesser: binary(...vectorOp(234)),
  greater: binary(...vectorOp(235)),
  /** factor · x + sum in one instruction, rounded once or twice as the processor likes: relaxed vectors only. */
  relaxedMultiplyAdd: (factor: Code, x: Code, sum: Code): Code => [
    ...factor,
    ...x,
    ...sum,
    ...vectorOp(261),
  ],
  fromI32: unary(...vectorOp(250)),
};

export const f64x2 = {
  add: binary(...vectorOp(240)),
  mul: binary(...vectorOp(242)),
};

function bodyOf({ locals, body }: Routine): Code {
  const code = [...vector(typesOf(locals).map(([type]) => [1, type ?? 0])), ...body, 0x0b];
  return [...unsigned(code.length), ...code];
}

function typesOf(declared: Readonly<Record<string, ValueType>>): Code[] {
  return Object.values(declared).map((type) => [valueTypes[type]]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function text(word: string): Code {
  // Names here are ASCII.
  return vector(Array.from(word, (letter) => [letter.charCodeAt(0)]));
}

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const rest = value >> 7;
  const low = value & 0x7f;
  const done = rest === (low & 0x40 ? -1 : 0);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}

function floatBytes(value: number): Code {
  return Array.from(new Uint8Array(Float32Array.of(value).buffer));
}
