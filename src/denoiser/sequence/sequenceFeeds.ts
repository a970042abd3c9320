import type { InferenceSession } from 'onnxruntime-node';
import type { SequenceGraph } from '../graphs/sequenceGraph';
import { onnxRuntime } from '../onnxRuntime';
import type { SequenceBatch } from './sequence';

/** Sequences as those inputs that a graph has. */
export async function sequenceFeeds(
  { inputs }: Pick<SequenceGraph, 'inputs'>,
  { sequences, tokens, slots, ids, present, positions, rows }: SequenceBatch,
): Promise<InferenceSession.FeedsType> {
  const { Tensor } = await onnxRuntime();
  const integers = (values: BigInt64Array, width: number) =>
    new Tensor('int64', values, [sequences, width]);
  return {
    input_ids: integers(ids, tokens),
    ...(inputs.has('attention_mask') && { attention_mask: integers(present, tokens) }),
    ...(inputs.has('position_ids') && { position_ids: integers(positions, tokens) }),
    ...(inputs.has('logit_rows') && { logit_rows: integers(rows, slots) }),
  };
}
