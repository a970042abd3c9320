import type { ModelFolder, ModelVariant } from '../../models';

/**
 * The variant made for an execution provider. Where none names it: for the CPU, which runs any, the first; for a GPU the
 * one made for WebGPU, whose operators are the common ones.
 */
export function variantFor(
  model: ModelFolder,
  executionProvider: string,
): ModelVariant | undefined {
  const { variants } = model.manifest;
  const madeFor = (name: string) =>
    variants.find((v) => v.executionProviders.some((each) => each === name));
  return (
    madeFor(executionProvider) ?? (executionProvider === 'cpu' ? variants[0] : madeFor('webgpu'))
  );
}
