import { appendSteps, beginTrace, endTrace } from '../diffusion/replay';
import type { Trace, TraceStep } from '../diffusion/trace';
import type { EngineClient } from '../engine/client';
import type { CandidateFill, FillFrame, FillRequest } from '../engine/protocol/messages';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Of a branch: what was taken over from the original. */
  readonly start?: Trace | undefined;
  /** Called with the trace so far whenever it grew. */
  readonly onProgress?: ((trace: Trace) => void) | undefined;
}

/** A trace whose run has ended. */
export type EndedTrace = Trace & {
  readonly outcome: NonNullable<Trace['outcome']>;
  readonly timings: NonNullable<Trace['timings']>;
  /** Denoiser calls, those of tries that turned out too short included: what the run's time is made of. */
  readonly calls: number;
  /** Distinct fills, the best first; empty when the run was stopped. */
  readonly candidates: readonly CandidateFill[];
};

/**
 * Fills, gathering the frames of progress into the run's trace.
 *
 * @throws {EngineError} when the engine refuses, fails or dies.
 */
export async function runFill(
  client: EngineClient,
  request: FillRequest,
  { signal, start, onProgress }: RunOptions,
): Promise<EndedTrace> {
  let trace: Trace | undefined;
  let callsBefore = 0;
  const onFrame = (frame: FillFrame): void => {
    if (frame.kind === 'started') {
      callsBefore += callsOf(trace?.steps ?? []);
      trace = beginTrace(frame.header, frame.tokenTexts);
      if (start) trace = appendSteps(trace, start.steps, start.tokenTexts);
    } else if (trace) trace = appendSteps(trace, frame.steps, frame.tokenTexts);
    if (trace) onProgress?.(trace);
  };
  const { outcome, timings, candidates = [] } = await client.fill(request, { onFrame, signal });
  if (!trace) throw new Error('The engine finished a run without telling how it began.');
  const calls = callsBefore + callsOf(trace.steps.slice(start?.steps.length));
  return { ...endTrace(trace, outcome, timings), outcome, timings, calls, candidates };
}

/** Steps for which the model was run. */
function callsOf(steps: readonly TraceStep[]): number {
  return steps.filter(({ canvases }) => canvases !== 0).length;
}
