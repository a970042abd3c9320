import type { Denoiser } from '../../diffusion/denoiser';
import { allLogProbs, type Resumption } from '../../diffusion/resume';
import { likelihoodOf } from '../../diffusion/trace/likelihood';
import type { TraceStep } from '../../diffusion/trace/trace';
import { endState } from './cuts/cutBack';
import { unreadable } from './readableText';
import { bestOf, type FoundFill } from './searchFills';

/**
 * Fills that were found after spans had been given more slots, as of the whole run: with the steps before, and the
 * likelihood of all that was revealed.
 *
 * @param stepsBefore until the slots last grew, the growth included; none of a run that began there
 * @param from how the run stood then; undefined where no slots have grown
 */
export function wholeFills(
  found: readonly FoundFill[],
  stepsBefore: readonly TraceStep[],
  from: Resumption | undefined,
  { maskToken, padToken }: Pick<Denoiser, 'maskToken' | 'padToken'>,
): FoundFill[] {
  if (!from?.grown) return [...found];
  return found.map((fill) => {
    const end = endState(fill.steps, from, maskToken);
    const likelihood = likelihoodOf(end.slots, allLogProbs(end), padToken);
    return { ...fill, ...likelihood, steps: [...stepsBefore, ...fill.steps] };
  });
}

/**
 * What is offered of fills, some of which may read the same: the best of them, the very best first; none that cannot be
 * read where another can.
 */
export function bestFills(fills: readonly FoundFill[], most: number): FoundFill[] {
  const readable = fills.filter(({ texts }) => !texts.some((text) => unreadable.test(text)));
  return bestOf(readable.length > 0 ? readable : fills, most);
}
