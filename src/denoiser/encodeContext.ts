import { DenoiserError } from '../diffusion/denoiser';
import type { ContextLayout } from './contextLayout';
import type { EncodedContext } from './encodedContext';
import type { Graphs } from './graphs';
import { onnxRuntime, plainReason } from './onnxRuntime';
import { type PastContext, pastFeeds } from './pastContext';

/**
 * Runs the encode graph, from where a past ends that the graph can continue.
 *
 * @throws {DenoiserError} when the execution provider fails
 */
export async function encodeContext(
  graphs: Graphs,
  layout: ContextLayout,
  past?: PastContext,
): Promise<EncodedContext> {
  const { Tensor } = await onnxRuntime();
  const integers = (values: readonly number[]) => {
    const rest = BigInt64Array.from(values.slice(past?.count), BigInt);
    return new Tensor('int64', rest, [1, rest.length]);
  };
  try {
    return await graphs.encode.run(
      {
        context_ids: integers(layout.ids),
        context_pos: integers(layout.positions),
        ...(await pastFeeds(graphs.pastInputs, past)),
      },
      [...graphs.cacheNames],
    );
  } catch (error) {
    throw new DenoiserError(
      `The context could not be encoded on ${graphs.executionProvider}: ${plainReason(error)}. ` +
        'Try again, or select another execution provider.',
    );
  }
}
