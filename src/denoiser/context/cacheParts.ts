import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Dimension, sizeOf, zeros } from './cacheTensors';
import type { ContextLayout } from './contextLayout';
import type { EncodedContext } from './encodedContext';

/** An output of an encode graph that tells of the tokens it was given, and not of those of a past. */
export interface CachePart {
  readonly name: string;
  readonly type: Tensor.Type;
  readonly shape: readonly Dimension[];
  /** The dimension in which tokens follow each other. */
  readonly axis: number;
}

/** Those outputs of such a graph that the step graph reads; undefined where it gives out the whole cache, or cannot continue one. */
export function cacheParts(
  { inputNames, outputMetadata }: Pick<InferenceSession, 'inputNames' | 'outputMetadata'>,
  cacheNames: readonly string[],
): readonly CachePart[] | undefined {
  if (!inputNames.some((name) => name.startsWith('past.'))) return undefined;
  const parts = outputMetadata.flatMap((output) => {
    if (!output.isTensor || !cacheNames.includes(output.name)) return [];
    const { name, type, shape } = output;
    return [{ name, type, shape, axis: shape.indexOf('N') }];
  });
  return parts.every(({ axis }) => axis >= 0) ? parts : undefined;
}

/** Room for a whole context; all zeros, as the marks of pieces are that a token stands before. */
export async function emptyContext(
  parts: readonly CachePart[],
  { positions }: ContextLayout,
): Promise<EncodedContext> {
  const pieces = positions.filter((position, i) => position !== (positions[i - 1] ?? -2) + 1);
  const tensors = parts.map(async ({ name, type, shape }) => {
    const dims = shape.map((dimension) => sizeOf(dimension, positions.length, pieces.length));
    return [name, await zeros(type, dims)] as const;
  });
  return Object.fromEntries(await Promise.all(tensors));
}

/**
 * Copies a context's first tokens to their place in a larger one.
 *
 * @param at how many tokens stand before them there
 */
export function copyTokens(
  parts: readonly CachePart[],
  from: EncodedContext,
  count: number,
  to: EncodedContext,
  at: number,
): void {
  for (const { name, axis } of parts) copyAlong(axis, from[name]!, count, to[name]!, at);
}

function copyAlong(axis: number, from: Tensor, count: number, to: Tensor, at: number): void {
  const source = from.data as Float32Array;
  const target = to.data as Float32Array;
  const inner = to.dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const walk = (dimension: number, fromRow: number, toRow: number): void => {
    if (dimension === axis) {
      const numbers = source.subarray(fromRow * inner, (fromRow + count) * inner);
      target.set(numbers, (toRow + at) * inner);
      return;
    }
    const [rows, next] = [Math.min(from.dims[dimension]!, to.dims[dimension]!), dimension + 1];
    for (let row = 0; row < rows; row++) {
      walk(next, (fromRow + row) * from.dims[next]!, (toRow + row) * to.dims[next]!);
    }
  };
  walk(0, 0, 0);
}
