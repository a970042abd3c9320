import type { InferenceSession } from 'onnxruntime-node';
import type { UnmaskGraphs } from '../graphs/unmaskGraphs';
import { onnxRuntime } from '../onnxRuntime';
import type { ContextLayout } from './contextLayout';
import { type PastContext, pastFeeds } from './pastContext';

/**
 * A context as inputs of the encode graph.
 *
 * @param past its tokens that need not be encoded; none unless given
 * @param end the first token that is not to be encoded; all are unless given
 */
export async function encodeFeeds(
  { pastInputs }: Pick<UnmaskGraphs, 'pastInputs'>,
  { ids, positions }: ContextLayout,
  past?: PastContext,
  end?: number,
): Promise<InferenceSession.FeedsType> {
  const { Tensor } = await onnxRuntime();
  const integers = (values: readonly number[]) => {
    const part = BigInt64Array.from(values.slice(past?.count, end), BigInt);
    return new Tensor('int64', part, [1, part.length]);
  };
  return {
    context_ids: integers(ids),
    context_pos: integers(positions),
    ...(await pastFeeds(pastInputs, past)),
  };
}
