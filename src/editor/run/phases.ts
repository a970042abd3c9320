import type { Trace } from '../../diffusion/trace/trace';
import type { RunPhase } from '../../panel/messages';
import type { AskedRun, RunRecord } from './runHistory';

/** Of a run that has not begun. */
export const waiting = (message: string): RunPhase => ({
  kind: 'starting',
  doing: { kind: 'waiting', message },
});

export const beginning: RunPhase = { kind: 'starting', doing: { kind: 'beginning' } };

/** @param leftOut the spans (indices) that accepting leaves, or left, as they are */
export const without = (leftOut: ReadonlySet<number>, kind: 'finished' | 'accepted'): RunPhase => ({
  kind,
  ...(leftOut.size > 0 && { leftOut: [...leftOut].sort((a, b) => a - b) }),
});

/**
 * Of a run that is over, as it is looked at again.
 *
 * @param trace of one of its candidates
 * @param fits tells whether its fills may still take the spans' place
 */
export function phaseOf(
  record: RunRecord,
  { outcome }: Trace,
  fits: (record: AskedRun) => boolean,
  leftOut: ReadonlySet<number>,
): RunPhase {
  if (record.kind === 'opened') return { kind: 'opened', file: record.file };
  if (outcome === null || outcome.kind === 'stopped') return { kind: 'stopped' };
  if (outcome.kind === 'failed') return outcome;
  return fits(record) ? without(leftOut, 'finished') : { kind: 'outdated' };
}
