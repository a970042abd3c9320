import type { InferenceSession } from 'onnxruntime-node';
import { onnxRuntime } from '../onnxRuntime';
import { batchSettled, batchSlots } from './slotBatch';
import type { SlotRows } from './slotRows';

/**
 * The slots of some canvases as inputs of the step graph; the context's are not among them.
 *
 * @param settledWidth see `UnmaskGraphs`
 */
export async function stepFeeds(
  canvases: readonly SlotRows[],
  maskToken: number,
  settledWidth: number | undefined,
): Promise<InferenceSession.FeedsType> {
  const { Tensor } = await onnxRuntime();
  const batch = batchSlots(canvases, maskToken);
  const dims = [batch.canvases, batch.slots];
  const feeds = {
    slot_ids: new Tensor('int64', batch.ids, dims),
    slot_pos: new Tensor('int64', batch.positions, dims),
    slot_bias: new Tensor('float32', batch.bias, dims),
  };
  if (settledWidth === undefined) return feeds;
  const settled = batchSettled(canvases, settledWidth);
  const settledDims = [batch.canvases, settled.slots];
  return {
    ...feeds,
    slot_left: new Tensor('int64', batch.left, dims),
    causal: new Tensor('float32', batch.causal, [batch.canvases]),
    'settled.key': new Tensor('float32', settled.keys, [...settledDims, settledWidth]),
    'settled.value': new Tensor('float32', settled.values, [...settledDims, settledWidth]),
    'settled.bias': new Tensor('float32', settled.bias, settledDims),
  };
}
