import { endTrace } from '../../diffusion/trace/replay';
import type { Trace } from '../../diffusion/trace/trace';
import type { Flight } from './flight';
import type { AskedRun } from './runHistory';

/**
 * What is kept of a run, which may still be on its way.
 *
 * @param trace so far
 * @param candidates its distinct fills, the best first
 * @returns null where the engine was not asked for it yet
 */
export function askedRun(
  { id, asked, branch, edition, others }: Flight,
  trace: Trace,
  candidates: AskedRun['candidates'],
): AskedRun | null {
  if (!asked) return null;
  const ended = others.flatMap((other, index) => {
    const fill = candidates[index + 1];
    if (!fill) return [];
    const { texts, meanLogProb } = fill;
    return [endTrace(other, { kind: 'finished', texts, meanLogProb }, trace.timings)];
  });
  const origin = branch?.origin ?? null;
  return { kind: 'asked', id, ...asked, edition, branch: origin, trace, candidates, others: ended };
}
