import { resumeFrom } from '../../src/diffusion/resume';
import { appendSteps, beginTrace, endTrace } from '../../src/diffusion/trace/replay';
import type { Trace, TraceStep } from '../../src/diffusion/trace/trace';
import type { EngineClient } from '../../src/engine/client';
import type { FillRequest } from '../../src/engine/protocol/messages';
import { fillWithFrames } from './engineUnderTest';

/** Runs a request on top of the steps it starts from, and gives the whole trace. */
export async function traceOf(
  client: EngineClient,
  request: FillRequest,
  start?: Trace,
): Promise<Trace> {
  const { result, frames } = await fillWithFrames(client, request);
  const trace = frames.reduce<Trace | undefined>((soFar, frame) => {
    if (frame.kind === 'steps') return appendSteps(soFar!, frame.steps, frame.tokenTexts);
    if (frame.kind !== 'started') return soFar;
    const texts = { ...start?.tokenTexts, ...frame.tokenTexts };
    return appendSteps(beginTrace(frame.header, texts), start?.steps ?? [], {});
  }, undefined);
  return endTrace(trace!, result.outcome, result.timings);
}

/** The request that goes on where a branch of its run starts. */
export function resumed(request: FillRequest, start: Trace): FillRequest {
  const from = resumeFrom(start, start.steps.length);
  return {
    ...request,
    run: `${request.run}, resumed`,
    resume: { slots: start.header.slots, from },
  };
}

/** What was decided; a resumed run asks the model once more where a prediction still held. */
export const timeless = (steps: readonly TraceStep[]) =>
  steps.map((step) => ({ ...step, ms: 0, canvases: 0 }));
