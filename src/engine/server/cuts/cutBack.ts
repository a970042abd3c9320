import type { Denoiser } from '../../../diffusion/denoiser';
import type { GenerateRequest } from '../../../diffusion/generate';
import { type Resumption, resumeAfter, resumeAtStart } from '../../../diffusion/resume';
import type { Candidate } from '../../../diffusion/search/candidates';
import { likelihoodOf } from '../../../diffusion/trace/likelihood';
import { applyStep } from '../../../diffusion/trace/replay';
import type { TraceStep } from '../../../diffusion/trace/trace';
import { addedStep } from '../addedStep';
import { cutEnds, type EndContext } from './cutEnds';
import { cutRepeats, type RepeatContext } from './cutRepeats';

export type CutContext = RepeatContext & EndContext;

export interface CutHooks {
  /** Undefined where fills are left as they are. */
  readonly cuts: CutContext | undefined;
  readonly onStep: (step: TraceStep) => void;
}

/**
 * The candidate with the step that cuts it back, where it runs on after its most probable end (`cutEnds`) or into the
 * text behind it (`cutRepeats`): also where a run taken up again has no other step left. What has been cut is not cut
 * again. What is cut counts as certain, as pads behind an end do: so the mean is that of a run taken up again right after
 * the step, too.
 */
export function cutBack(
  candidate: Candidate,
  { maskToken }: Pick<Denoiser, 'maskToken'>,
  { slots: first, resume }: Pick<GenerateRequest, 'slots' | 'resume'>,
  { cuts, onStep }: CutHooks,
): Candidate {
  const { steps } = candidate;
  if (cuts === undefined || (steps.length === 0 && resume === undefined)) return candidate;
  const state = endState(steps, resume ?? resumeAtStart(first), maskToken);
  const transitions = cutEnds(state, cuts);
  const ended = addedStep(state, transitions, maskToken);
  transitions.push(...cutRepeats(applyStep(state.slots, ended, maskToken), cuts));
  if (transitions.length === 0) return candidate;
  const step = addedStep(state, transitions, maskToken);
  if (candidate.wasShown) onStep(step);
  const { slots, logProbs } = resumeAfter(state, step, maskToken);
  return {
    ...candidate,
    steps: [...steps, step],
    slots,
    ...likelihoodOf(slots, logProbs, cuts.pad),
  };
}

/** How a run stood after its last step. */
export function endState(
  steps: readonly TraceStep[],
  start: Resumption,
  maskToken: number,
): Resumption {
  return steps.reduce((before, step) => resumeAfter(before, step, maskToken), start);
}
