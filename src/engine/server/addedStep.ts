import type { Resumption } from '../../diffusion/resume';
import { noViews } from '../../diffusion/trace/observe';
import { applyStep } from '../../diffusion/trace/replay';
import type { TraceStep, Transition } from '../../diffusion/trace/trace';

/**
 * A step that the engine adds to a run, without a prediction: its figures are none. Whether the run was made in one go or
 * taken up again right before it, it is the same step. What ended early leaves the plan's position ahead of the index.
 */
export function addedStep(
  { step: index, position = index, slots }: Resumption,
  transitions: readonly Transition[],
  maskToken: number,
): TraceStep {
  const step: TraceStep = {
    index,
    ...(position === index ? {} : { position }),
    t: 0,
    s: 0,
    ms: 0,
    canvases: 0,
    transitions,
    ...noViews,
    masked: 0,
  };
  const masked = applyStep(slots, step, maskToken).filter(({ state }) => state === 'masked').length;
  return { ...step, masked };
}
