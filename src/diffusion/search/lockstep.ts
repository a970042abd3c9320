import type { CanvasView, Denoiser, Prediction } from '../denoiser';

interface Waiting {
  readonly canvases: readonly CanvasView[];
  readonly resolve: (predictions: Prediction[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Lets several runs go on together: each is handed a denoiser of its own, and once all that have not ended wait for
 * theirs, one call with all their canvases answers them. So n runs of T steps cost T calls with a batch of n.
 *
 * @returns what the runs return, in their order.
 * @throws what the first of them throws, when all have ended.
 */
export async function inLockstep<T>(
  denoiser: Denoiser,
  runs: readonly ((denoiser: Denoiser) => Promise<T>)[],
): Promise<T[]> {
  let going = runs.length;
  let waiting: Waiting[] = [];

  const answerAll = async (): Promise<void> => {
    const asked = waiting;
    waiting = [];
    try {
      const predictions = await denoiser.denoise(asked.flatMap(({ canvases }) => canvases));
      let from = 0;
      for (const { canvases, resolve } of asked) {
        resolve(predictions.slice(from, from + canvases.length));
        from += canvases.length;
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  const answerIfAllWait = (): void => {
    if (going > 0 && waiting.length === going) void answerAll();
  };
  const shared: Denoiser = {
    ...denoiser,
    denoise: (canvases) =>
      new Promise((resolve, reject) => {
        waiting.push({ canvases, resolve, reject });
        answerIfAllWait();
      }),
  };
  const ended = await Promise.allSettled(
    runs.map((run) =>
      run(shared).finally(() => {
        going--;
        answerIfAllWait();
      }),
    ),
  );
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
