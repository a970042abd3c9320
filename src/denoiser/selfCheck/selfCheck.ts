import type { Prediction } from '../../diffusion/denoiser';
import type { ModelManifest } from '../../models';
import type { ContextLayout } from '../context/contextLayout';
import { bindingOf } from '../familyBinding';
import type { Graphs } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';

/** A small input that exercises all graphs: a context around one span, two canvases of different length. */
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
  manifest: ModelManifest,
  tokens: ModelTokens,
): Promise<Prediction[]> {
  const { spanGap } = manifest;
  const binding = bindingOf(graphs, manifest, tokens, 0);
  try {
    const { denoiser } = (await binding.bind(checkContext(tokens.vocabulary, spanGap)))!;
    const masked = new Int32Array(Math.min(6, spanGap)).fill(tokens.mask);
    const revealed = tokens.pad ?? 0;
    const half = Int32Array.of(tokens.mask, revealed).subarray(0, Math.min(2, spanGap));
    return await denoiser.denoise(
      [masked, half].map((canvas) => ({ spanLengths: [canvas.length], tokens: canvas })),
    );
  } finally {
    binding.forgetContexts();
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
