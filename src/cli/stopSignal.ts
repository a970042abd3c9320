import { setImmediate as nextTurn } from 'node:timers/promises';
import { exitCodes, FailureError, StoppedError } from './errors';

/**
 * Runs work that Ctrl+C (or a polite kill) stops: the first asks it to stop, the second ends the process at once.
 *
 * @throws {StoppedError} when the work failed because it was stopped.
 */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.stopped);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Ctrl+C also ends an engine that has only begun to start, and that may be heard of before the signal.
    await nextTurn();
    await nextTurn();
    if (!controller.signal.aborted || error instanceof FailureError) throw error;
    throw new StoppedError('Stopped.');
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
