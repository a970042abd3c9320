import { appendSteps, beginTrace, endTrace, replay } from '../diffusion/trace/replay';
import type { Trace } from '../diffusion/trace/trace';
import type { EngineClient } from '../engine/client';
import type { CandidateFill, FillFrame, FillRequest } from '../engine/protocol/messages';

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Of a branch: what was taken over from the original. */
  readonly start?: Trace | undefined;
  /** Called with the trace so far whenever it grew. */
  readonly onProgress?: ((trace: Trace) => void) | undefined;
  /** Called with the tokens of the context that are encoded, of so many; not at all where it is cached. */
  readonly onEncoded?: ((done: number, of: number) => void) | undefined;
  /** Called with every sweep of particle Gibbs, counted from 0. */
  readonly onSweep?: ((done: number, of: number) => void) | undefined;
}

/** A run that has ended. */
export interface EndedRun {
  readonly trace: Trace & {
    readonly outcome: NonNullable<Trace['outcome']>;
    readonly timings: NonNullable<Trace['timings']>;
  };
  /** How often the model was asked: what the run's time is made of. */
  readonly calls: number;
  /** Distinct fills, the best first; empty when the run was stopped. */
  readonly candidates: readonly CandidateFill[];
  /** L of all spans together, at the end. */
  readonly slots: number;
}

/**
 * Fills, gathering the frames of progress into the run's trace.
 *
 * @throws {EngineError} when the engine refuses, fails or dies.
 */
export async function runFill(
  client: EngineClient,
  request: FillRequest,
  { signal, start, onProgress, onEncoded, onSweep }: RunOptions,
): Promise<EndedRun> {
  let trace: Trace | undefined;
  const onFrame = (frame: FillFrame): void => {
    if (frame.kind === 'started') {
      trace = beginTrace(frame.header, frame.tokenTexts);
      if (start) trace = appendSteps(trace, start.steps, start.tokenTexts);
    } else if (trace && frame.kind === 'steps') {
      trace = appendSteps(trace, frame.steps, frame.tokenTexts);
    } else {
      if (frame.kind === 'encoded') onEncoded?.(frame.done, frame.of);
      if (frame.kind === 'sweep') onSweep?.(frame.done, frame.of);
      return;
    }
    onProgress?.(trace);
  };
  const {
    outcome,
    timings,
    calls,
    candidates = [],
  } = await client.fill(request, { onFrame, signal });
  if (!trace) throw new Error('The engine finished a run without telling how it began.');
  const ended = { ...endTrace(trace, outcome, timings), outcome, timings };
  return { trace: ended, calls, candidates, slots: replay(trace).length };
}
