import type { FillFrame, FillRequest, FillResult } from '../protocol/messages';
import { fill } from '../protocol/requests';
import { stoppedEarly } from '../protocol/stopped';
import { endIfHanging } from './endIfHanging';
import type { EngineProcess } from './engineProcess';
import { EngineError } from './error';

export interface FillOptions {
  readonly onFrame?: (frame: FillFrame) => void;
  readonly signal?: AbortSignal;
}

/** Fills on a process whose model is loaded. @throws {EngineError} */
export async function fillOn(
  process: EngineProcess,
  request: FillRequest,
  { onFrame, signal }: FillOptions,
): Promise<FillResult> {
  const unlisten = process.listenTo(request.run, (frame) => onFrame?.(frame));
  const answer = process.request(fill, request, signal);
  const stop = () => void endIfHanging(process, answer);
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  try {
    return await answer;
  } catch (error) {
    if (signal?.aborted && error instanceof EngineError && error.kind === 'hung')
      return stoppedEarly;
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    unlisten();
  }
}
