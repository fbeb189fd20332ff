// A graph of ONNX operators as plain data: what is written to a file, read from it again, and run to check it.

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** `int64` values are whole numbers here. */
  readonly dtype: 'float32' | 'int64';
  readonly values: Float32Array;
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers and lists of them: no other kind is needed. */
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

/** A float32 input or output of the whole graph. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly name: string;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** In an order in which each reads only what is there already. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Texts by name that travel with the model. */
  readonly metadata: Readonly<Record<string, string>>;
}
