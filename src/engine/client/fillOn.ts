import type { FillFrame, FillRequest, FillResult } from '../protocol/messages';
import { fill } from '../protocol/requests';
import { stoppedEarly } from '../protocol/stopped';
import type { EngineProcess } from './engineProcess';

export interface FillOptions {
  readonly onFrame?: (frame: FillFrame) => void;
  readonly signal?: AbortSignal;
}

/** A stop waits for the step that runs; a process that takes longer than this hangs and is killed. */
const STOP_TIMEOUT_MS = 15_000;

/** Fills on a process whose model is loaded. @throws {EngineError} */
export async function fillOn(
  process: EngineProcess,
  request: FillRequest,
  { onFrame, signal }: FillOptions,
): Promise<FillResult> {
  let patience: NodeJS.Timeout | undefined;
  let killed = false;
  const beginPatience = (): void => {
    patience = setTimeout(() => {
      killed = true;
      process.kill();
    }, STOP_TIMEOUT_MS);
  };
  if (signal?.aborted) beginPatience();
  else signal?.addEventListener('abort', beginPatience, { once: true });
  const unlisten = process.listenTo(request.run, (frame) => onFrame?.(frame));
  try {
    return await process.request(fill, request, signal);
  } catch (error) {
    if (killed) return stoppedEarly;
    throw error;
  } finally {
    signal?.removeEventListener('abort', beginPatience);
    clearTimeout(patience);
    unlisten();
  }
}
