import { EngineErrorCode } from '../protocol/requests';

/**
 * - `crashed`: the process ended while it was needed; the next request starts another.
 * - `hung`: it did not answer when it was told to stop, and was ended; the next request starts another.
 * - `startFailed`: it could not be started at all.
 * - `modelUnusable`, `noModel`, `badRequest`, `denoiserFailed`: its answer, see EngineErrorCode.
 * - `disposed`: the client is closed.
 */
export type EngineErrorKind =
  | 'crashed'
  | 'hung'
  | 'startFailed'
  | 'modelUnusable'
  | 'noModel'
  | 'badRequest'
  | 'denoiserFailed'
  | 'disposed';

/** A request to the engine failed. The message is a sentence for the user that says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly kind: EngineErrorKind,
    message: string,
  ) {
    super(message);
  }
}

const kinds: Record<number, EngineErrorKind> = {
  [EngineErrorCode.ModelUnusable]: 'modelUnusable',
  [EngineErrorCode.NoModel]: 'noModel',
  [EngineErrorCode.BadRequest]: 'badRequest',
  [EngineErrorCode.DenoiserFailed]: 'denoiserFailed',
};

/** The kind of a JSON-RPC error; what the engine has no code for is the denoiser's failure. */
export const kindOfCode = (code: number): EngineErrorKind => kinds[code] ?? 'denoiserFailed';
