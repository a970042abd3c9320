import { type Probe, type ProbeRequest, type ProbeVerdict, probeHere } from '../../denoiser';
import { answerOnce, askProcess } from './answeringProcess';
import { endWithParent } from './endWithParent';

/** First argument of an engine process that is to examine an execution provider and end. */
export const PROBE_ARGUMENT = '--probe';

/** When an execution provider is given up: soon if it was only tried for its speed, late if the user asked for it. */
const PROBE_TIMEOUT_MS = { auto: 10_000, asked: 120_000 };

/**
 * Examines an execution provider in a child process, so that a driver that crashes or hangs takes neither the
 * engine nor a run with it.
 */
export const probeInChild: Probe = async (request) => {
  const timeoutMs = PROBE_TIMEOUT_MS[request.mustBeFaster ? 'auto' : 'asked'];
  const end = await askProcess<ProbeVerdict>(PROBE_ARGUMENT, request, { timeoutMs });
  if (end.kind === 'answered') return end.answer;
  const what = end.kind === 'threw' ? `failed (${end.reason})` : end.reason;
  return { kind: 'unanswered', reason: `the process that tried it ${what}` };
};

/** The child's side. */
export function runProbe(): void {
  endWithParent();
  answerOnce<ProbeRequest, ProbeVerdict>(probeHere);
}
