import { appendSteps, beginTrace, endTrace } from '../diffusion/replay';
import type { Trace } from '../diffusion/trace';
import type { EngineClient } from '../engine/client';
import type { FillFrame, FillRequest } from '../engine/protocol/messages';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Called with the trace so far whenever it grew. */
  readonly onProgress?: ((trace: Trace) => void) | undefined;
}

/** A trace whose run has ended. */
export type EndedTrace = Trace & {
  readonly outcome: NonNullable<Trace['outcome']>;
  readonly timings: NonNullable<Trace['timings']>;
};

/**
 * Fills, gathering the frames of progress into the run's trace.
 *
 * @throws {EngineError} when the engine refuses, fails or dies.
 */
export async function runFill(
  client: EngineClient,
  request: FillRequest,
  { signal, onProgress }: RunOptions,
): Promise<EndedTrace> {
  let trace: Trace | undefined;
  const onFrame = (frame: FillFrame): void => {
    if (frame.kind === 'started') trace = beginTrace(frame.header, frame.tokenTexts);
    else if (trace) trace = appendSteps(trace, frame.steps, frame.tokenTexts);
    if (trace) onProgress?.(trace);
  };
  const { outcome, timings } = await client.fill(request, { onFrame, signal });
  if (!trace) throw new Error('The engine finished a run without telling how it began.');
  return { ...endTrace(trace, outcome, timings), outcome, timings };
}
