import { DenoiserError } from '../../diffusion/denoiser';
import { plainReason } from '../onnxRuntime';

/** That a model's numbers cannot be sampled from. */
export const unusable = (what: string) =>
  new DenoiserError(
    `The denoiser returned unusable numbers (${what}). Select another execution provider or reinstall the model.`,
  );

/** That ONNX Runtime threw in a step. */
export const stepFailed = (executionProvider: string, error: unknown) =>
  new DenoiserError(
    `A denoising step failed on ${executionProvider}: ${plainReason(error)}. ` +
      'Try again, or select another execution provider.',
  );
