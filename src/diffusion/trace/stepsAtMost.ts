import { planRun } from '../plan';
import { replay } from './replay';
import type { Trace } from './trace';

/**
 * How many steps a run takes at most: those of its plan, or where its slots grew, those until then and of the plan that they
 * began. T is cut to the number of masks where no sampler needs more (see `planRun`). Never less than it has taken: slots that
 * were masked by hand are revealed beyond the plan, and what the engine adds at the end may come on top.
 */
export function stepsAtMost(trace: Trace): number {
  const { header, steps } = trace;
  const startTime = header.mode.kind === 'rewrite' ? header.mode.strength : 1;
  const begin = steps.findLastIndex(({ grows }) => grows) + 1;
  const first = replay(trace, begin);
  const planned = planRun(header.sampler, { first, present: first }, startTime).length;
  return Math.max(begin + planned, steps.length);
}
