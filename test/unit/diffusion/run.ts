import type { Denoiser } from '../../../src/diffusion/denoiser';
import { type GenerateRequest, type Generation, generate } from '../../../src/diffusion/generate';
import type { TraceStep } from '../../../src/diffusion/trace/trace';

export type Request = Omit<GenerateRequest, 'startTime' | 'seed'> &
  Partial<Pick<GenerateRequest, 'startTime' | 'seed'>>;

/** A whole run, with its steps and the tokens it ended with. */
export async function run(
  denoiser: Denoiser,
  request: Request,
): Promise<{ generation: Generation; steps: TraceStep[]; tokens: number[] }> {
  const steps: TraceStep[] = [];
  const generation = await generate(
    denoiser,
    { startTime: 1, seed: 0, ...request },
    { onStep: (step) => steps.push(step) },
  );
  return { generation, steps, tokens: generation.slots.map((slot) => slot.token) };
}

/** Numbers 0…n−1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
