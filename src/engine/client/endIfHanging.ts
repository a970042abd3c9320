import type { EngineProcess } from './engineProcess';

/** Whatever is stopped goes on to the end of a step, or of a graph that is being opened; what takes longer than this hangs. */
const STOP_TIMEOUT_MS = 15_000;

/** Ends a process by force that has been told to stop, unless it answers in time, well or badly. */
export async function endIfHanging(
  process: EngineProcess,
  answer: Promise<unknown>,
): Promise<void> {
  const timer = setTimeout(() => process.endHanging(), STOP_TIMEOUT_MS);
  await answer.catch(() => {});
  clearTimeout(timer);
}
