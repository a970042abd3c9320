import { Root, type Type } from 'protobufjs/light';

/** A node of a graph. */
export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  /** Tensor names; empty where an optional input is left out. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

/** An attribute; those that matter here are integers. */
export interface OnnxAttribute {
  readonly name: string;
  readonly i?: number | { toNumber(): number };
}

/** A constant of a graph, inside the file or beside it. */
export interface OnnxInitializer {
  readonly name: string;
  readonly dims: readonly (number | { toNumber(): number })[];
  /** Where it lies, if beside the file: `location`, `offset` and `length`, and what ONNX Runtime adds. */
  externalData?: readonly { readonly key: string; readonly value: string }[];
}

/** The parts of a model file that are read here; https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export interface OnnxModel {
  readonly irVersion: unknown;
  readonly opsetImport: readonly unknown[];
  readonly graph: {
    readonly name?: string;
    readonly node: readonly OnnxNode[];
    readonly initializer: readonly OnnxInitializer[];
    readonly input?: readonly OnnxValue[];
    readonly output?: readonly OnnxValue[];
  };
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: { readonly tensorType: { readonly elemType: number; readonly shape?: object } };
}

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ rule: 'repeated', type, id });
const packed = (type: string, id: number) => ({ ...many(type, id), options: { packed: true } });

const model: Type = Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: one('int64', 1),
        graph: one('Graph', 7),
        opsetImport: many('OperatorSet', 8),
      },
    },
    OperatorSet: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('Tensor', 5),
        input: many('Value', 11),
        output: many('Value', 12),
        valueInfo: many('Value', 13),
      },
    },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('Attribute', 5),
        domain: one('string', 7),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('bytes', 4),
        t: one('Tensor', 5),
        floats: packed('float', 7),
        ints: packed('int64', 8),
        strings: many('bytes', 9),
        type: one('int32', 20),
      },
    },
    Tensor: {
      fields: {
        dims: packed('int64', 1),
        dataType: one('int32', 2),
        floatData: packed('float', 4),
        int32Data: packed('int32', 5),
        int64Data: packed('int64', 7),
        name: one('string', 8),
        rawData: one('bytes', 9),
        doubleData: packed('double', 10),
        uint64Data: packed('uint64', 11),
        externalData: many('Entry', 13),
        dataLocation: one('int32', 14),
      },
    },
    Entry: { fields: { key: one('string', 1), value: one('string', 2) } },
    Value: { fields: { name: one('string', 1), type: one('ValueType', 2) } },
    ValueType: { fields: { tensorType: one('TensorType', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Shape: { fields: { dim: many('Dimension', 1) } },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
  },
}).lookupType('Model');

export const readOnnx = (bytes: Uint8Array) => model.decode(bytes) as unknown as OnnxModel;

export const writeOnnx = (content: OnnxModel): Uint8Array =>
  model.encode(model.fromObject(content)).finish();

/** An integer as protobuf gives it: a number, or a 64-bit object. */
export const integer = (value: number | { toNumber(): number } | undefined): number =>
  typeof value === 'object' ? value.toNumber() : (value ?? 0);
