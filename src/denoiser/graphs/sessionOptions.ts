import type { InferenceSession } from 'onnxruntime-node';

/** How a session is opened. */
export function sessionOptions(
  executionProvider: string,
  threads: number,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [executionProvider],
    // Idle threads that spin take the cores from each other and from the editor: measured on two cores with busy
    // neighbours, a step took 64 ms instead of 8. On free cores spinning saves less than a tenth of a step. Nor does it help
    // to spin for 50 µs at most: beside one busy neighbour, a larger model's step took 275 ms instead of 163.
    // Without VNNI, x64's products of unsigned by signed 8-bit integers stop short at what 16 bits hold. Weights are made
    // unsigned there instead; elsewhere it changes nothing (decision 11).
    extra: { session: { intra_op: { allow_spinning: '0' }, x64quantprecision: '1' } },
    // Every length of a context would get a plan, and a block of memory, of its own: measured, 160 MB of 790.
    enableMemPattern: false,
    ...(threads > 0 && { intraOpNumThreads: threads }),
  };
}

/** For a graph that lies there as ONNX Runtime rewrote it: it need not be looked through once more. */
export const asRewritten = (options: InferenceSession.SessionOptions) => ({
  ...options,
  graphOptimizationLevel: 'disabled' as const,
});
