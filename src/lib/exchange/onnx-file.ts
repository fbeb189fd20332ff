// An ONNX file: protocol buffers after onnx.proto of the ONNX project (IR version 7), as far as Handful's graphs need it.
// `pbf` moves the bytes; the fields' numbers are here. Repeated numbers are written one by one, as proto2 has it.

import { PbfReader, PbfWriter } from 'pbf';
import type { OnnxGraph, OnnxNode, OnnxPort, OnnxTensor } from '#lib/core/onnx-graph.ts';
import { fail, succeed, type Result } from '#lib/core/failure.ts';
import { badFile } from './zip.ts';

/** What goes with opset 13: TensorRT 8 on a Jetson Nano reads it. */
const irVersion = 7;
const dtypes = { float32: 1, int64: 7 } as const;
const attributeTypes = { int: 2, ints: 7 } as const;

/** The bytes of `model.onnx`. */
export function onnxBytes(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter();
  writer.writeVarintField(1, irVersion);
  writer.writeStringField(2, 'Handful');
  writer.writeMessage(7, writeGraph, graph);
  writer.writeMessage(8, writeOpset, graph.opset);
  for (const entry of Object.entries(graph.metadata)) writer.writeMessage(14, writeEntry, entry);
  return new Uint8Array(writer.finish());
}

function writeOpset(version: number, writer: PbfWriter): void {
  writer.writeStringField(1, '');
  writer.writeVarintField(2, version);
}

function writeEntry([key, value]: [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}

function writeGraph(graph: OnnxGraph, writer: PbfWriter): void {
  for (const [i, node] of graph.nodes.entries()) writer.writeMessage(1, writeNode, { node, i });
  writer.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) writer.writeMessage(5, writeTensor, tensor);
  for (const port of graph.inputs) writer.writeMessage(11, writePort, port);
  for (const port of graph.outputs) writer.writeMessage(12, writePort, port);
}

function writeNode({ node, i }: { node: OnnxNode; i: number }, writer: PbfWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input);
  for (const output of node.outputs) writer.writeStringField(2, output);
  writer.writeStringField(3, `${node.op}_${i}`);
  writer.writeStringField(4, node.op);
  for (const entry of Object.entries(node.attributes)) {
    writer.writeMessage(5, writeAttribute, entry);
  }
}

function writeAttribute(
  [name, value]: [string, number | readonly number[]],
  writer: PbfWriter,
): void {
  writer.writeStringField(1, name);
  if (typeof value === 'number') writer.writeVarintField(3, value);
  else for (const each of value) writer.writeVarintField(8, each);
  writer.writeVarintField(20, typeof value === 'number' ? attributeTypes.int : attributeTypes.ints);
}

function writeTensor({ name, shape, dtype, values }: OnnxTensor, writer: PbfWriter): void {
  for (const side of shape) writer.writeVarintField(1, side);
  writer.writeVarintField(2, dtypes[dtype]);
  writer.writeStringField(8, name);
  const raw = dtype === 'float32' ? values : BigInt64Array.from(values, (value) => BigInt(value));
  writer.writeBytesField(9, new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
}

function writePort({ name, shape }: OnnxPort, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, writeType, shape);
}

function writeType(shape: readonly number[], writer: PbfWriter): void {
  writer.writeMessage(1, writeTensorType, shape);
}

function writeTensorType(shape: readonly number[], writer: PbfWriter): void {
  writer.writeVarintField(1, dtypes.float32);
  writer.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly number[], writer: PbfWriter): void {
  for (const side of shape) writer.writeMessage(1, writeDimension, side);
}

function writeDimension(side: number, writer: PbfWriter): void {
  writer.writeVarintField(1, side);
}

interface Growing {
  name: string;
  opset: number;
  inputs: OnnxPort[];
  outputs: OnnxPort[];
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  metadata: Record<string, string>;
}

const largestModelBytes = 512 * 1024 ** 2;

/** The graph in a file such as `onnxBytes` writes. Fails (`bad-file`) when it is damaged or holds what those never do. */
export function readOnnx(bytes: Uint8Array, fileName: string): Result<OnnxGraph> {
  const refuse = (reason: string): Result<never> => fail(badFile(fileName, reason));
  if (bytes.length > largestModelBytes) return refuse('is an ONNX model of more than 512 MB.');
  const graph: Growing = {
    name: '',
    opset: 0,
    inputs: [],
    outputs: [],
    nodes: [],
    initializers: [],
    metadata: {},
  };
  try {
    new PbfReader(bytes).readFields(readModelField, graph);
  } catch (error) {
    // The reader throws where bytes end too early or make no sense.
    return refuse(`is no ONNX model (${error instanceof Error ? error.message : 'damaged'}).`);
  }
  if (graph.opset === 0 || graph.nodes.length === 0) return refuse('is no ONNX model.');
  const misshapen = graph.initializers.find(
    ({ shape, values }) => shape.reduce((product, n) => product * n, 1) !== values.length,
  );
  return misshapen ? refuse(`is damaged (weights “${misshapen.name}”).`) : succeed(graph);
}

function readModelField(tag: number, graph: Growing, reader: PbfReader): void {
  if (tag === 7) reader.readMessage(readGraphField, graph);
  else if (tag === 8) graph.opset = reader.readMessage(readOpsetField, { version: 0 }).version;
  else if (tag === 14) {
    const { key, value } = reader.readMessage(readEntryField, { key: '', value: '' });
    graph.metadata[key] = value;
  }
}

function readOpsetField(tag: number, opset: { version: number }, reader: PbfReader): void {
  if (tag === 2) opset.version = reader.readVarint();
}

function readEntryField(
  tag: number,
  entry: { key: string; value: string },
  reader: PbfReader,
): void {
  if (tag === 1) entry.key = reader.readString();
  if (tag === 2) entry.value = reader.readString();
}

function readGraphField(tag: number, graph: Growing, reader: PbfReader): void {
  if (tag === 1) graph.nodes.push(readNode(reader));
  else if (tag === 2) graph.name = reader.readString();
  else if (tag === 5) graph.initializers.push(readTensor(reader));
  else if (tag === 11) graph.inputs.push(readPort(reader));
  else if (tag === 12) graph.outputs.push(readPort(reader));
}

function readNode(reader: PbfReader): OnnxNode {
  const node = {
    op: '',
    inputs: [] as string[],
    outputs: [] as string[],
    attributes: {} as Record<string, number | readonly number[]>,
  };
  return reader.readMessage((tag, into) => {
    if (tag === 1) into.inputs.push(reader.readString());
    else if (tag === 2) into.outputs.push(reader.readString());
    else if (tag === 4) into.op = reader.readString();
    else if (tag === 5) {
      const { name, int, ints } = readAttribute(reader);
      into.attributes[name] = int ?? ints;
    }
  }, node);
}

function readAttribute(reader: PbfReader): { name: string; int: number | null; ints: number[] } {
  const attribute = { name: '', int: null as number | null, ints: [] as number[] };
  return reader.readMessage((tag, into) => {
    if (tag === 1) into.name = reader.readString();
    else if (tag === 3) into.int = reader.readVarint(true);
    else if (tag === 8) reader.readPackedVarint(into.ints, true);
  }, attribute);
}

function readTensor(reader: PbfReader): OnnxTensor {
  const tensor = { name: '', shape: [] as number[], type: 0, raw: new Uint8Array(0) };
  reader.readMessage((tag, into) => {
    if (tag === 1) reader.readPackedVarint(into.shape);
    else if (tag === 2) into.type = reader.readVarint();
    else if (tag === 8) into.name = reader.readString();
    else if (tag === 9) into.raw = reader.readBytes().slice();
  }, tensor);
  const { name, shape, type, raw } = tensor;
  if (type === dtypes.float32) {
    return { name, shape, dtype: 'float32', values: new Float32Array(raw.buffer) };
  }
  if (type !== dtypes.int64) throw new RangeError(`weights of type ${type}`);
  const values = Float32Array.from(new BigInt64Array(raw.buffer), Number);
  return { name, shape, dtype: 'int64', values };
}

function readPort(reader: PbfReader): OnnxPort {
  const port = { name: '', shape: [] as number[] };
  // ValueInfo.type → Type.tensor_type → Tensor.shape → Shape.dim → Dimension.dim_value.
  const path = [2, 1, 2, 1];
  const inside = (depth: number) => (tag: number, into: typeof port) => {
    if (depth === 0 && tag === 1) into.name = reader.readString();
    else if (depth === path.length && tag === 1) into.shape.push(reader.readVarint());
    else if (tag === path[depth]) reader.readMessage(inside(depth + 1), into);
  };
  return reader.readMessage(inside(0), port);
}
