import { encodeContext } from '../context/encodeContext';
import { releaseContext } from '../context/encodedContext';
import type { Graphs } from '../graphs';
import { type DenoiserTokens, GraphDenoiser } from '../slots/graphDenoiser';

const CONTEXT_TOKENS = 256;
const SLOTS = 32;
const STEPS = 3;

/** Median milliseconds of a step over a middling context, after one to warm up. */
export async function medianStepMs(
  graphs: Graphs,
  tokens: DenoiserTokens,
  spanGap: number,
): Promise<number> {
  const positions = Array.from({ length: CONTEXT_TOKENS }, (_, i) => i);
  const ids = positions.map((i) => (i * 7) % tokens.vocabulary);
  const context = await encodeContext(graphs, { ids, positions, spanStarts: [CONTEXT_TOKENS] });
  try {
    const denoiser = new GraphDenoiser(graphs, context, [CONTEXT_TOKENS], tokens);
    const slots = Math.min(SLOTS, spanGap);
    const canvas = { spanLengths: [slots], tokens: new Int32Array(slots).fill(tokens.mask) };
    await denoiser.denoise([canvas]);
    const times: number[] = [];
    for (let step = 0; step < STEPS; step++) {
      const started = performance.now();
      await denoiser.denoise([canvas]);
      times.push(performance.now() - started);
    }
    return times.sort((a, b) => a - b)[Math.floor(STEPS / 2)]!;
  } finally {
    releaseContext(context);
  }
}
