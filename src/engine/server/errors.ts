import { ResponseError } from 'vscode-jsonrpc';
import { RequestError } from '../../denoiser';
import { SamplerError } from '../../diffusion/denoiser';
import { ModelFolderError } from '../../models';
import { EngineErrorCode } from '../protocol/requests';

/** Turns what a request threw into the error its sender sees. */
export function responseError(error: unknown): ResponseError<void> {
  if (error instanceof ResponseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ResponseError(codeOf(error), message);
}

function codeOf(error: unknown): EngineErrorCode {
  if (error instanceof ModelFolderError) return EngineErrorCode.ModelUnusable;
  if (error instanceof RequestError || error instanceof SamplerError)
    return EngineErrorCode.BadRequest;
  // Left are errors of the denoiser, and of the runtime, which only the denoiser calls.
  return EngineErrorCode.DenoiserFailed;
}
