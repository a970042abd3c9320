import type { Tensor } from 'onnxruntime-node';
import { DenoiserError } from '../diffusion/denoiser';
import type { ContextLayout } from './contextLayout';
import type { Graphs } from './graphs';
import { onnxRuntime, plainReason } from './onnxRuntime';

/** What the encode graph made of a context: the `cache.*` tensors by name, on the device that made them. */
export type EncodedContext = Readonly<Record<string, Tensor>>;

/**
 * Runs the encode graph.
 *
 * @throws {DenoiserError} when the execution provider fails
 */
export async function encodeContext(
  graphs: Graphs,
  layout: ContextLayout,
): Promise<EncodedContext> {
  const { Tensor } = await onnxRuntime();
  const dims = [1, layout.ids.length];
  const integers = (values: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  try {
    return await graphs.encode.run(
      { context_ids: integers(layout.ids), context_pos: integers(layout.positions) },
      [...graphs.cacheNames],
    );
  } catch (error) {
    throw new DenoiserError(
      `The context could not be encoded on ${graphs.executionProvider}: ${plainReason(error)}. ` +
        'Try again, or select another execution provider.',
    );
  }
}

/** Bytes of one number of the types that caches are made of. */
const ELEMENT_BYTES: Partial<Record<Tensor.Type, number>> = {
  float32: 4,
  float16: 2,
  int8: 1,
  uint8: 1,
};

/** Bytes that an encoded context takes, on whichever device. */
export function contextBytes(context: EncodedContext): number {
  return Object.values(context).reduce(
    // A type that no cache is made of counts as the widest there is.
    (sum, { type, size }) => sum + size * (ELEMENT_BYTES[type] ?? 8),
    0,
  );
}

/** Frees device memory at once instead of at the next garbage collection. */
export function releaseContext(context: EncodedContext): void {
  for (const tensor of Object.values(context)) tensor.dispose();
}
