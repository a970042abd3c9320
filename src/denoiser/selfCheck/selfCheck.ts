import type { Prediction } from '../../diffusion/denoiser';
import type { ContextLayout } from '../context/contextLayout';
import { encodeContext } from '../context/encodeContext';
import { releaseContext } from '../context/encodedContext';
import type { Graphs } from '../graphs';
import { type DenoiserTokens, GraphDenoiser } from '../slots/graphDenoiser';

/** A small input that exercises both graphs: a context around one span, two canvases of different length. */
const CONTEXT_TOKENS = 24;
const SPAN_START = 12;

/**
 * What the model predicts for the self-check's input. Run on two execution providers, the results must agree;
 * it also warms the graphs up.
 *
 * @throws {DenoiserError} when the graphs fail or return unusable numbers
 */
export async function selfCheckPredictions(
  graphs: Graphs,
  tokens: DenoiserTokens,
  spanGap: number,
): Promise<Prediction[]> {
  const context = await encodeContext(graphs, checkContext(tokens.vocabulary, spanGap));
  try {
    const denoiser = new GraphDenoiser(graphs, context, [SPAN_START], tokens);
    const masked = new Int32Array(Math.min(6, spanGap)).fill(tokens.mask);
    const half = Int32Array.of(tokens.mask, tokens.pad).subarray(0, Math.min(2, spanGap));
    return await denoiser.denoise(
      [masked, half].map((canvas) => ({ spanLengths: [canvas.length], tokens: canvas })),
    );
  } finally {
    releaseContext(context);
  }
}

/** Ids spread over the vocabulary; positions with the gap of a span in the middle. */
function checkContext(vocabulary: number, spanGap: number): ContextLayout {
  const indices = Array.from({ length: CONTEXT_TOKENS }, (_, i) => i);
  return {
    ids: indices.map((i) => Math.floor(((i + 0.5) * vocabulary) / CONTEXT_TOKENS)),
    positions: indices.map((i) => (i < SPAN_START ? i : i + spanGap)),
    spanStarts: [SPAN_START],
  };
}
