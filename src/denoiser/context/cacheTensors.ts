import type { Tensor } from 'onnxruntime-node';
import { onnxRuntime } from '../onnxRuntime';

/** A dimension as a graph names it: a number, `N` tokens, or a number and one for each piece, such as `64 + P`. */
export type Dimension = number | string;

/** The size of a dimension with so many tokens and pieces. */
export function sizeOf(dimension: Dimension, tokens: number, pieces: number): number {
  if (typeof dimension === 'number') return dimension;
  return (Number.parseInt(dimension, 10) || 0) + (dimension.endsWith('P') ? pieces : tokens);
}

/** A tensor of zeros of one of the types that caches are made of: int64, float16, or else float32. */
export async function zeros(type: Tensor.Type, dims: readonly number[]): Promise<Tensor> {
  const { Tensor } = await onnxRuntime();
  const size = dims.reduce((product, each) => product * each, 1);
  if (type === 'int64') return new Tensor(type, new BigInt64Array(size), dims);
  // By their bits: not every Node has an array of float16.
  if (type === 'float16') return new Tensor(type, new Uint16Array(size), dims);
  return new Tensor('float32', new Float32Array(size), dims);
}
