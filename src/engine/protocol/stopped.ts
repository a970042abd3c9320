import type { FillResult } from './messages';

/** The result of a run that was stopped before its first step. */
export const stoppedEarly: FillResult = {
  outcome: { kind: 'stopped' },
  timings: { encodeMs: 0, contextCached: false, stepsMs: 0, totalMs: 0 },
  calls: 0,
};
