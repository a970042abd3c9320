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

/** Frees device memory at once instead of at the next garbage collection. */
export function releaseContext(context: EncodedContext): void {
  for (const tensor of Object.values(context)) tensor.dispose();
}
