import { planRun } from '../plan';
import { replay } from './replay';
import type { Trace, TraceStep } from './trace';

/**
 * How many steps a run takes at most: those of its plan, those of another one each time that its slots grew, and those that the
 * engine added. T is cut to the number of masks where no sampler needs more (see `planRun`). Never less than it has taken:
 * slots that were masked by hand are revealed beyond the plan.
 */
export function stepsAtMost(trace: Trace): number {
  const { header, steps } = trace;
  const startTime = header.mode.kind === 'rewrite' ? header.mode.strength : 1;
  const begins = [0, ...steps.flatMap(({ grows }, i) => (grows ? [i + 1] : []))];
  const planned = begins.reduce((sum, begin) => {
    const first = begin === 0 ? header.slots : replay(trace, begin);
    return sum + planRun(header.sampler, { first, present: first }, startTime).length;
  }, 0);
  return Math.max(planned + steps.filter(isAdded).length, steps.length);
}

/** Steps without a prediction. */
const isAdded = ({ canvases, confidence }: TraceStep) =>
  canvases !== undefined && confidence.length === 0;
