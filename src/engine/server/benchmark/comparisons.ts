import type { ContextLayout, LoadedModel } from '../../../denoiser';
import type { CanvasView, Denoiser } from '../../../diffusion/denoiser';
import { maskedSlots } from '../../../diffusion/noise';
import { generateCandidates } from '../../../diffusion/search/candidates';
import { defaultSearch } from '../../../diffusion/search/settings';
import type { CaseSample } from '../../protocol/benchmark';
import { interruptible } from '../interruptible';
import { measuredSamplers } from './samplers';

/** So many candidates of so many slots at a place. */
export interface Task {
  readonly layout: ContextLayout;
  readonly slots: number;
  readonly candidates: number;
}

/**
 * The loop without a context cache: one slot is revealed in every step, before which the context is encoded anew.
 * A batch of candidates shares that encoding, which such loops do not do: with more than one, this errs in their favour.
 *
 * @param most steps to run; null runs all L
 */
export async function naiveLoop(
  model: LoadedModel,
  { layout, slots, candidates }: Task,
  most: number | null,
  signal: AbortSignal,
): Promise<CaseSample['naive']> {
  model.forgetContexts();
  const first = interruptible((await model.bind(layout)).denoiser);
  const enough = new AbortController();
  let steps = 0;
  const anew: Denoiser = {
    ...first,
    async denoise(canvases) {
      model.forgetContexts();
      const { denoiser } = await model.bind(layout);
      const predictions = await interruptible(denoiser).denoise(canvases);
      if (++steps === most) enough.abort();
      return predictions;
    },
  };
  const started = performance.now();
  await generateCandidates(
    anew,
    {
      slots: maskedSlots([slots], model.tokens.mask),
      sampler: measuredSamplers(slots).everyStep,
      seed: 0,
      startTime: 1,
      count: candidates,
      diversity: defaultSearch.diversity,
    },
    { signal: AbortSignal.any([signal, enough.signal]) },
  );
  return { steps, totalMs: performance.now() - started };
}

/**
 * Left-to-right decoding with cached keys and values: L calls of one slot, each behind the tokens of the calls before, of
 * which the most probable was taken. A text that ends is written on. A model that does not read causally has no such
 * cache: there each call has one slot on the encoded context alone, which makes it a little cheaper than it would be.
 */
export async function leftToRight(
  model: LoadedModel,
  { layout, slots, candidates }: Task,
  signal: AbortSignal,
): Promise<CaseSample['leftToRight']> {
  const { denoiser: bound } = await model.bind(layout);
  const denoiser = interruptible(bound);
  const { mask } = model.tokens;
  const texts = Array.from({ length: candidates }, () => new Int32Array(slots).fill(mask));
  const canvasAt = (tokens: Int32Array, from: number): CanvasView =>
    denoiser.readsCausally
      ? { spanLengths: [slots], tokens, causal: { from, drafts: [] } }
      : { spanLengths: [1], tokens: Int32Array.of(mask) };
  const started = performance.now();
  let calls = 0;
  while (calls < slots && !signal.aborted) {
    const at = calls++;
    const predictions = await denoiser.denoise(texts.map((tokens) => canvasAt(tokens, at)));
    for (const [i, { tokens }] of predictions.entries())
      texts[i]![at] = tokens.find((token) => token !== denoiser.padToken)!;
  }
  return { calls, totalMs: performance.now() - started };
}
