import { DenoiserError } from '../../diffusion/denoiser';

/** That a model's numbers cannot be sampled from. */
export const unusable = (what: string) =>
  new DenoiserError(
    `The denoiser returned unusable numbers (${what}). Select another execution provider or reinstall the model.`,
  );
