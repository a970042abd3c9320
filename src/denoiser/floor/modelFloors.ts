import type { InferenceSession } from 'onnxruntime-node';
import type { CanvasView } from '../../diffusion/denoiser';
import type { ContextLayout } from '../context/contextLayout';
import { encodeContext } from '../context/encodeContext';
import { encodeFeeds } from '../context/encodeFeeds';
import { sessionOptions } from '../graphs/sessionOptions';
import type { UnmaskGraphs } from '../graphs/unmaskGraphs';
import type { LoadedModel } from '../loadedModel';
import { batchSequences, sequenceOf } from '../sequence/sequence';
import { sequenceFeeds } from '../sequence/sequenceFeeds';
import { SettledSlots } from '../slots/settledSlots';
import { type RowTokens, slotRows } from '../slots/slotRows';
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
  if (graphs.family !== 'unmask') throw new Error('the model encodes no context');
  const feeds = await Promise.all(contexts.map((layout) => encodeFeeds(graphs, layout)));
  return openFloor(graphs.files.encode, optionsOf(graphs), feeds);
}

/**
 * The floor of the step graph, or of the one that reads the whole sequence, with one run for each of the shapes.
 *
 * @throws {Error} when it cannot be measured
 */
export async function openStepFloor(
  { graphs, model, tokens }: LoadedModel,
  shapes: readonly StepShape[],
): Promise<Floor> {
  const options = optionsOf(graphs);
  const feeds: InferenceSession.FeedsType[] = [];
  for (const { layout, slots, candidates } of shapes) {
    const canvas = { spanLengths: [slots], tokens: new Int32Array(slots).fill(tokens.mask) };
    feeds.push(
      graphs.family === 'unmask'
        ? await unmaskFeeds(graphs, canvas, layout, candidates, tokens)
        : await sequenceFeeds(
            graphs,
            batchSequences(
              Array(candidates).fill(sequenceOf(layout, canvas, model.manifest.logitsShift)),
              tokens.mask,
            ),
          ),
    );
  }
  const { files } = graphs;
  return openFloor('step' in files ? files.step : files.denoise, options, feeds);
}

async function unmaskFeeds(
  graphs: UnmaskGraphs,
  canvas: CanvasView,
  layout: ContextLayout,
  candidates: number,
  tokens: RowTokens,
): Promise<InferenceSession.FeedsType> {
  const rows = slotRows(canvas, layout.spanStarts, tokens, new SettledSlots());
  return {
    ...(await stepFeeds(Array(candidates).fill(rows), tokens.mask, graphs.settledWidth)),
    ...(await encodeContext(graphs, layout)),
  };
}

function optionsOf({ executionProvider, threads }: LoadedModel['graphs']) {
  if (executionProvider !== 'cpu')
    throw new Error(`it is measured on the CPU only, and the model runs on ${executionProvider}`);
  return sessionOptions(executionProvider, threads);
}
