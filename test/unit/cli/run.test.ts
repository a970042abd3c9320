import { describe, expect, it } from 'vitest';
import { runFill } from '../../../src/cli/run';
import type { EngineClient } from '../../../src/engine/client';
import type { FillFrame, FillRequest } from '../../../src/engine/protocol/messages';
import { reveal, traceOf } from './fill/trace';

/** An engine that sends these frames, then finishes. */
function engineSending(frames: readonly FillFrame[]): EngineClient {
  const fill: EngineClient['fill'] = async (_, options) => {
    for (const frame of frames) options?.onFrame?.(frame);
    return {
      outcome: { kind: 'finished', texts: [''], meanLogProb: 0 },
      timings: { encodeMs: 1, contextCached: false, stepsMs: 2, totalMs: 3 },
      calls: 7,
    };
  };
  return { fill } as EngineClient;
}

const frame = (kind: FillFrame['kind'], transitions: Parameters<typeof traceOf>[0]) => {
  const { header, tokenTexts, steps } = traceOf(transitions);
  return { run: 'r', kind, header, steps, tokenTexts } as unknown as FillFrame;
};

describe('gathering a run', () => {
  it('keeps the steps of the last that was begun, and the calls that the engine counted', async () => {
    const client = engineSending([
      frame('started', []),
      { run: 'r', kind: 'encoded', done: 5, of: 9 },
      frame('steps', [[reveal(0, 2)], [reveal(1, 2)]]),
      frame('started', []),
      frame('steps', [[reveal(0, 2)], [], [reveal(1, 2)]]),
      // How another candidate came about.
      frame('candidate', []),
      frame('candidateSteps', [[reveal(0, 2)]]),
    ]);
    const request = { run: 'r' } as FillRequest;
    const encoded: number[][] = [];
    const { trace, calls, slots } = await runFill(client, request, {
      signal: new AbortController().signal,
      onEncoded: (...told) => encoded.push(told),
    });
    expect(encoded).toEqual([[5, 9]]);
    expect(trace.steps).toHaveLength(3);
    expect(calls).toBe(7);
    expect(slots).toBe(4);
  });
});
