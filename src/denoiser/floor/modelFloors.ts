import type { InferenceSession } from 'onnxruntime-node';
import type { ContextLayout } from '../context/contextLayout';
import { encodeContext } from '../context/encodeContext';
import { type EncodedContext, releaseContext } from '../context/encodedContext';
import { encodeFeeds } from '../context/encodeFeeds';
import { sessionOptions } from '../graphs';
import type { LoadedModel } from '../loadedModel';
import { SettledSlots } from '../slots/settledSlots';
import { slotRows } from '../slots/slotRows';
import { stepFeeds } from '../slots/stepFeeds';
import { type Floor, openFloor } from './floor';

/** A step that is to be measured: so many candidates of so many slots over a context. */
export interface StepShape {
  readonly layout: ContextLayout;
  readonly slots: number;
  readonly candidates: number;
}

/**
 * The floor of the encode graph, with one run for each of the contexts.
 *
 * @throws {Error} when it cannot be measured
 */
export async function openEncodeFloor(
  { graphs }: LoadedModel,
  contexts: readonly ContextLayout[],
): Promise<Floor> {
  const feeds = await Promise.all(contexts.map((layout) => encodeFeeds(graphs, layout)));
  return openFloor(graphs.files.encode, optionsOf(graphs), feeds);
}

/**
 * The floor of the step graph, with one run for each of the shapes.
 *
 * @throws {Error} when it cannot be measured
 */
export async function openStepFloor(
  { graphs, tokens }: LoadedModel,
  shapes: readonly StepShape[],
): Promise<Floor> {
  const feeds: InferenceSession.FeedsType[] = [];
  for (const { layout, slots, candidates } of shapes) {
    const canvas = { spanLengths: [slots], tokens: new Int32Array(slots).fill(tokens.mask) };
    const rows = slotRows(canvas, layout.spanStarts, tokens, new SettledSlots());
    feeds.push({
      ...(await stepFeeds(Array(candidates).fill(rows), tokens.mask, graphs.settledWidth)),
      ...(await encodeContext(graphs, layout)),
    });
  }
  try {
    return await openFloor(graphs.files.step, optionsOf(graphs), feeds);
  } finally {
    for (const feed of feeds) releaseContext(feed as EncodedContext);
  }
}

function optionsOf({ executionProvider, threads }: LoadedModel['graphs']) {
  if (executionProvider !== 'cpu')
    throw new Error(`it is measured on the CPU only, and the model runs on ${executionProvider}`);
  return sessionOptions(executionProvider, threads);
}
