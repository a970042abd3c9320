import { stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { type LoadedModel, onnxRuntimeVersion } from '../../../denoiser';
import type { BenchmarkReport } from '../../protocol/benchmark';
import type { ModelStatus } from '../../protocol/messages';

/** What measurements were taken on. */
export async function machineAndModel(
  { model, precision, executionProvider }: LoadedModel,
  status: ModelStatus,
): Promise<Pick<BenchmarkReport, 'machine' | 'model' | 'modelBytes'>> {
  const variant = model.manifest.variants.find(
    (each) => each.precision === precision && each.executionProviders.includes(executionProvider),
  );
  const files = variant ? [variant.graphs.encode, variant.graphs.step, ...variant.weights] : [];
  let modelBytes = 0;
  for (const { file } of files) modelBytes += (await stat(path.join(model.folder, file))).size;
  const processors = cpus();
  return {
    machine: {
      platform: `${process.platform}-${process.arch}`,
      processor: processors[0]?.model.trim() ?? 'unknown processor',
      cores: processors.length,
      onnxRuntime: await onnxRuntimeVersion(),
    },
    model: status,
    modelBytes,
  };
}
