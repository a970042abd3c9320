import { EngineError } from '../engine/client';

/** The process exit codes of the command line. */
export const exitCodes = {
  ok: 0,
  /** The work could not be done: unreadable file, unusable model, engine failure. */
  failure: 1,
  /** The arguments make no sense, or not with this model; nothing was filled. */
  usage: 2,
  /** Stopped by Ctrl+C, as shells report it (128 + SIGINT). */
  stopped: 130,
} as const;

/** Something went wrong outside the arguments. The message is one line for the user. */
export class FailureError extends Error {
  override readonly name: string = 'FailureError';
  readonly exitCode: number = exitCodes.failure;
}

/** The arguments are wrong. The message is one line that says what they may be. */
export class UsageError extends FailureError {
  override readonly name = 'UsageError';
  override readonly exitCode = exitCodes.usage;
}

/** The user stopped the work. */
export class StoppedError extends FailureError {
  override readonly name = 'StoppedError';
  override readonly exitCode = exitCodes.stopped;
}

/** The exit code of a command that this ended. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof FailureError) return error.exitCode;
  // Requests are made of arguments: what the engine refuses of them was asked for there.
  const isRefused = error instanceof EngineError && error.kind === 'badRequest';
  return isRefused ? exitCodes.usage : exitCodes.failure;
}

/** A message as one line, whatever library wrote it. */
export function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, ' ');
}
