import { type Probe, type ProbeRequest, type ProbeVerdict, probeHere } from '../../../denoiser';
import { answerOnce, askProcess } from './answeringProcess';
import { endWithParent } from './endWithParent';

/** First argument of an engine process that is to examine an execution provider and end. */
export const PROBE_ARGUMENT = '--probe';

/** When an execution provider is given up: late if the user named it, soon if `auto` tries it, whether it chose it before or not. */
const PROBE_TIMEOUT_MS = { named: 120_000, auto: 10_000 };

/**
 * Examines an execution provider in a child process, so that a driver that crashes or hangs takes neither the
 * engine nor a run with it. This process, which is about to open one that was found usable, ends with its parent from then
 * on: the driver may hang here, too.
 */
export const probeInChild: Probe = async (request, signal) => {
  const timeoutMs = PROBE_TIMEOUT_MS[request.isNamed ? 'named' : 'auto'];
  const end = await askProcess<ProbeVerdict>(PROBE_ARGUMENT, request, {
    timeoutMs,
    ...(signal && { signal }),
  });
  if (end.kind === 'answered') {
    if (end.answer.kind === 'usable') endWithParent();
    return end.answer;
  }
  const what = end.kind === 'threw' ? `failed (${end.reason})` : end.reason;
  return { kind: 'failed', reason: `the process that tried it ${what}` };
};

/** The child's side. */
export function runProbe(): void {
  endWithParent();
  answerOnce<ProbeRequest, ProbeVerdict>(probeHere);
}
