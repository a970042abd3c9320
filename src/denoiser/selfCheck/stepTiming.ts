import type { ModelManifest } from '../../models';
import { bindingOf } from '../familyBinding';
import type { Graphs } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';

const CONTEXT_TOKENS = 256;
const SLOTS = 32;
const STEPS = 3;

/** Median milliseconds of a step over a middling context, or what a model reads of one, after one to warm up. */
export async function medianStepMs(
  graphs: Graphs,
  manifest: ModelManifest,
  tokens: ModelTokens,
): Promise<number> {
  const { contextLength, spanGap, maxSlots } = manifest;
  const context = Math.min(CONTEXT_TOKENS, contextLength);
  const positions = Array.from({ length: context }, (_, i) => i);
  const ids = positions.map((i) => (i * 7) % tokens.vocabulary);
  const binding = bindingOf(graphs, manifest, tokens, 0);
  try {
    const layout = { ids, positions, spanStarts: [context] };
    const { denoiser } = (await binding.bind(layout))!;
    const slots = Math.min(SLOTS, spanGap, maxSlots);
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
