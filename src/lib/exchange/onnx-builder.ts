// An ONNX graph being put together: nodes in order, constants, names that never clash.

import type { OnnxGraph, OnnxNode, OnnxPort, OnnxTensor } from '#lib/core/onnx-graph.ts';

/** Opset 13: what TensorRT 8 on small boards reads, and every ONNX runtime since 2020. */
const opset = 13;

export class OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #outputs: OnnxPort[] = [];
  #count = 0;

  /** A constant of float32 numbers. Returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array): string {
    this.#initializers.push({ name, shape, dtype: 'float32', values });
    return name;
  }

  /** One number that every element meets. */
  scalar(name: string, value: number): string {
    return this.constant(name, [], Float32Array.of(value));
  }

  /** Whole numbers. */
  whole(name: string, values: readonly number[]): string {
    const shape = [values.length];
    this.#initializers.push({ name, shape, dtype: 'int64', values: Float32Array.from(values) });
    return name;
  }

  /** Adds an operator. Returns the name of its (last) output. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    outputs: readonly string[] = [`${op.toLowerCase()}_${this.#count}`],
  ): string {
    this.#count += 1;
    this.#nodes.push({ op, inputs, outputs, attributes });
    return outputs.at(-1) ?? '';
  }

  /** Hands a value out under a name of its own. */
  output(name: string, value: string, shape: readonly number[]): void {
    this.node('Identity', [value], {}, [name]);
    this.#outputs.push({ name, shape });
  }

  graph(name: string, inputs: readonly OnnxPort[], metadata: OnnxGraph['metadata']): OnnxGraph {
    return {
      name,
      opset,
      inputs,
      outputs: this.#outputs,
      nodes: this.#nodes,
      initializers: this.#initializers,
      metadata,
    };
  }
}
