import { stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { type LoadedModel, onnxRuntimeVersion, variantFor } from '../../../denoiser';
import type { BenchmarkReport } from '../../protocol/benchmark';
import type { ModelStatus } from '../../protocol/messages';

/** What measurements were taken on. */
export async function machineAndModel(
  { model, executionProvider }: LoadedModel,
  status: ModelStatus,
): Promise<Pick<BenchmarkReport, 'machine' | 'model' | 'modelBytes'>> {
  const { graphs, weights } = variantFor(model, executionProvider)!;
  let modelBytes = 0;
  for (const { file } of [...Object.values(graphs), ...weights])
    modelBytes += (await stat(path.join(model.folder, file))).size;
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
