import { DenoiserError } from '../../diffusion/denoiser';
import { plainReason } from '../onnxRuntime';

/** That a model's numbers cannot be sampled from. */
export const unusable = (what: string) =>
  new DenoiserError(
    `The denoiser returned unusable numbers (${what}). Select another execution provider or model, or reinstall this one.`,
  );

/**
 * That ONNX Runtime threw in a step.
 *
 * @param over how much it computed, in words
 */
export const stepFailed = (executionProvider: string, over: string, error: unknown) =>
  new DenoiserError(
    `A denoising step over ${over} failed on ${executionProvider}: ${plainReason(error)}. ` +
      'Try again, or select another execution provider or model.',
  );
