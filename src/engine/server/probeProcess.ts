import { fork } from 'node:child_process';
import { type Probe, type ProbeRequest, type ProbeVerdict, probeHere } from '../../denoiser';

/** First argument of an engine process that is to examine an execution provider and end. */
export const PROBE_ARGUMENT = '--probe';

/** When an execution provider is given up: soon if it was only tried for its speed, late if the user asked for it. */
const PROBE_TIMEOUT_MS = { auto: 10_000, asked: 120_000 };

/**
 * Examines an execution provider in a child process, so that a driver that crashes or hangs takes neither the
 * engine nor a run with it.
 */
export const probeInChild: Probe = (request) =>
  new Promise<ProbeVerdict>((resolve) => {
    const child = fork(process.argv[1]!, [PROBE_ARGUMENT, JSON.stringify(request)], {
      // Typed arrays cross as they are.
      serialization: 'advanced',
      execArgv: [],
    });
    const end = (verdict: ProbeVerdict): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(verdict);
    };
    const unanswered = (reason: string) => end({ kind: 'unanswered', reason });
    const timeout = PROBE_TIMEOUT_MS[request.mustBeFaster ? 'auto' : 'asked'];
    const timer = setTimeout(
      () => unanswered(`it did not pass the self-check within ${timeout / 1000} seconds`),
      timeout,
    );
    child.once('message', (verdict) => end(verdict as ProbeVerdict));
    child.once('error', (error) => unanswered(`it could not be tried (${error.message})`));
    child.once('exit', (code, signal) =>
      unanswered(
        `the process that tried it crashed (${signal ? `signal ${signal}` : `exit code ${code}`})`,
      ),
    );
  });

/** The child's side: examines, reports, ends. */
export async function runProbe(argument: string | undefined): Promise<void> {
  process.on('disconnect', () => process.exit());
  const verdict = await probeHere(JSON.parse(argument ?? '') as ProbeRequest);
  process.send?.(verdict, () => process.exit());
}
