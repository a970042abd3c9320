import type { ModelFolder, ModelVariant } from '../models';

/** The variant made for an execution provider; for the CPU, which runs any, the first if none names it. */
export function variantFor(
  model: ModelFolder,
  executionProvider: string,
): ModelVariant | undefined {
  const { variants } = model.manifest;
  const made = variants.find((v) => v.executionProviders.includes(executionProvider));
  return made ?? (executionProvider === 'cpu' ? variants[0] : undefined);
}
