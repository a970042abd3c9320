import type { ModelManifest } from '../../models';
import { bindingOf } from '../familyBinding';
import type { Graphs } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';

const CONTEXT_TOKENS = 256;
const SLOTS = 32;
const STEPS = 3;

/** Median milliseconds of a step over a middling context, after one to warm up. */
export async function medianStepMs(
  graphs: Graphs,
  manifest: ModelManifest,
  tokens: ModelTokens,
): Promise<number> {
  const positions = Array.from({ length: CONTEXT_TOKENS }, (_, i) => i);
  const ids = positions.map((i) => (i * 7) % tokens.vocabulary);
  const binding = bindingOf(graphs, manifest, tokens, 0);
  try {
    const layout = { ids, positions, spanStarts: [CONTEXT_TOKENS] };
    const { denoiser } = (await binding.bind(layout))!;
    const slots = Math.min(SLOTS, manifest.spanGap);
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
    binding.forgetContexts();
  }
}
