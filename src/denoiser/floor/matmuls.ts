import { integer, type OnnxNode } from '../onnxFile';
import type { ProfiledGraph, TensorShape } from './profile';

/** A matrix multiplication of a graph: its node, and what its activations looked like in every run. */
export interface Matmul {
  readonly node: OnnxNode;
  /** By input index; the other inputs are constants of the graph, or left out. */
  readonly activations: ReadonlyMap<number, readonly TensorShape[]>;
  /** Additions and multiplications of every run. */
  readonly operations: readonly number[];
}

/**
 * Every matrix multiplication of a graph, those inside of fused attention included.
 *
 * @throws {Error} at an operator that multiplies matrices in a way that is not known here
 */
export function matmulsOf({ model, runs }: ProfiledGraph): Matmul[] {
  const constants = new Map(model.graph.initializer.map(({ name, dims }) => [name, dims]));
  const shapesOf = (tensor: string) =>
    runs.map((run) => {
      const shape = run.get(tensor);
      if (!shape) throw new Error(`the profile does not say how large ${tensor} was`);
      return shape;
    });
  return model.graph.node.flatMap((node): Matmul[] => {
    if (/MatMul|Gemm/.test(node.opType)) {
      const activations = new Map(
        node.input.flatMap((tensor, i) =>
          tensor === '' || constants.has(tensor) ? [] : [[i, shapesOf(tensor)] as const],
        ),
      );
      const constant = constants.get(node.input[0]!);
      const summed = (run: number) =>
        constant ? integer(constant.at(-1)) : activations.get(0)![run]!.dims.at(-1)!;
      const operations = shapesOf(node.output[0]!).map(
        ({ dims }, run) => 2 * product(dims) * summed(run),
      );
      return [{ node, activations, operations }];
    }
    if (/^(MultiHead|GroupQuery)Attention$/.test(node.opType))
      return insideAttention(node, shapesOf);
    if (node.opType.includes('Attention'))
      throw new Error(`the multiplications inside of ${node.opType} are not known`);
    return [];
  });
}

/**
 * Scores and mixing of fused attention over separate query [B,S,D], key and value [B,M,D], head by head; of grouped
 * attention, the keys and values of which are narrower and which is causal, so that a query sees half of them and all of
 * the past keys [B,heads,past,size] that it may have.
 */
function insideAttention(
  node: OnnxNode,
  shapesOf: (tensor: string) => readonly TensorShape[],
): Matmul[] {
  const [query, key, value] = node.input.slice(0, 3).map((tensor) => tensor && shapesOf(tensor));
  const past = node.input[3] ? shapesOf(node.input[3]) : [];
  const heads = integer(node.attribute.find(({ name }) => name === 'num_heads')?.i);
  const causal = node.opType === 'GroupQueryAttention';
  if (!query || !key || !value || heads === 0 || query[0]?.dims.length !== 3)
    throw new Error(`the layout of ${node.name} (${node.opType}) is not known`);
  const scores: TensorShape[][] = [[], []];
  const mixing: TensorShape[][] = [[], []];
  const operations: number[] = [];
  query.forEach(({ type, dims }, run) => {
    const [batch, slots, width] = dims as [number, number, number];
    const size = width / heads;
    const length = causal
      ? (past[run]?.dims[2] ?? 0) + Math.ceil((slots + 1) / 2)
      : key[run]!.dims[1]!;
    const valueSize = causal ? size : value[run]!.dims[2]! / heads;
    scores[0]!.push({ type, dims: [batch, heads, slots, size] });
    scores[1]!.push({ type, dims: [batch, heads, size, length] });
    mixing[0]!.push({ type, dims: [batch, heads, slots, length] });
    mixing[1]!.push({ type, dims: [batch, heads, length, valueSize] });
    operations.push(2 * batch * heads * slots * length * size);
  });
  return [scores, mixing].map((inputs, i) => ({
    node: {
      name: `${node.name}_${i}`,
      opType: 'MatMul',
      domain: '',
      input: ['left', 'right'],
      output: ['product'],
      attribute: [],
    },
    activations: new Map(inputs.entries()),
    operations,
  }));
}

const product = (dims: readonly number[]) => dims.reduce((all, dim) => all * dim, 1);
