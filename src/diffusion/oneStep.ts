import type { Denoiser } from './denoiser';
import { type GenerateHooks, type GenerateRequest, type Generation, generate } from './generate';
import type { TraceStep } from './trace/trace';

/**
 * `generate` for one step at most.
 *
 * @param hooks `signal` ends the run before the step.
 * @returns the step, undefined where the run was over or ended before it; and how the run stands, `finished` where that was
 * its last.
 */
export async function oneStep(
  denoiser: Denoiser,
  request: GenerateRequest,
  hooks: Omit<GenerateHooks, 'onStep'> = {},
): Promise<{ readonly step: TraceStep | undefined; readonly generation: Generation }> {
  const afterStep = new AbortController();
  if (hooks.signal?.aborted) afterStep.abort();
  const taken: TraceStep[] = [];
  const generation = await generate(denoiser, request, {
    ...hooks,
    signal: afterStep.signal,
    onStep: (step) => {
      taken.push(step);
      afterStep.abort();
    },
  });
  return { step: taken[0], generation };
}
