import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Denoiser } from '../../diffusion/denoiser';

/**
 * A denoiser that lets the event loop turn after every call: ONNX Runtime blocks the thread, and only between
 * calls can the process read a message that asks it to stop.
 */
export function interruptible(denoiser: Denoiser): Denoiser {
  return {
    ...denoiser,
    async denoise(canvases) {
      const predictions = await denoiser.denoise(canvases);
      await readMessages();
      return predictions;
    },
  };
}

/** Asks whether a run was told to stop, for which the messages that have come are read first. */
export function stoppedBy(signal: AbortSignal): () => Promise<boolean> {
  return async () => {
    await readMessages();
    return signal.aborted;
  };
}

/** Messages are read in the turn's poll phase and handled in the one after it. */
export async function readMessages(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
