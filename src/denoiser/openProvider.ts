import type { Prediction } from '../diffusion/denoiser';
import {
  type ModelFolder,
  ModelFolderError,
  type ModelVariant,
  variantFiles,
  verifyModelFolder,
} from '../models';
import { largestDifference, TOLERANCE } from './agreement';
import { acceleratorsToTry } from './executionProviders';
import { closeGraphs, type Graphs, openGraphs } from './graphs';
import type { ModelTokens } from './modelTokens';
import { plainReason } from './onnxRuntime';
import { noVariant, type Probe, wrongNumbers } from './probe';
import { selfCheckPredictions } from './selfCheck';
import { findUnpacked } from './unpacked';
import { variantFor } from './variant';

/** Which execution provider to open a model on. */
export interface ProviderRequest {
  /** One by name, or `auto`; the CPU is what remains when it fails. */
  readonly executionProvider: string;
  /** For the CPU; 0 = ONNX Runtime's default. */
  readonly threads: number;
}

/** An execution provider that was tried and left. */
export interface Fallback {
  readonly executionProvider: string;
  /** In words for the user. */
  readonly reason: string;
}

/**
 * Opens a model on the first execution provider that passes. Each is probed against the CPU and checked once more
 * when open, so that a wrong or failing one never yields a fill.
 *
 * @throws {ModelFolderError} when files are corrupt or the graphs do not follow the contract
 * @throws {Error} ONNX Runtime's, or a DenoiserError, when not even the CPU runs the model
 */
export async function openOnBestProvider(
  model: ModelFolder,
  tokens: ModelTokens,
  request: ProviderRequest,
  probe: Probe,
): Promise<{ graphs: Graphs; fallbacks: Fallback[] }> {
  const fallbacks: Fallback[] = [];
  for (const executionProvider of await acceleratorsToTry(request.executionProvider)) {
    try {
      const graphs = await openAccelerator(model, tokens, { ...request, executionProvider }, () =>
        probe({
          folder: model.folder,
          executionProvider,
          threads: request.threads,
          mustBeFaster: request.executionProvider === 'auto',
        }),
      );
      return { graphs, fallbacks };
    } catch (error) {
      if (error instanceof ModelFolderError) throw error;
      fallbacks.push({ executionProvider, reason: plainReason(error) });
    }
  }
  const variant = variantFor(model, 'cpu')!;
  await verifyVariant(model, variant);
  const graphs = await openGraphs(model, variant, 'cpu', request.threads);
  await check(graphs, model, tokens);
  return { graphs, fallbacks };
}

async function openAccelerator(
  model: ModelFolder,
  tokens: ModelTokens,
  { executionProvider, threads }: ProviderRequest,
  probe: () => ReturnType<Probe>,
): Promise<Graphs> {
  const variant = variantFor(model, executionProvider);
  if (!variant) throw new Error(noVariant(executionProvider));
  await verifyVariant(model, variant);
  const verdict = await probe();
  if (verdict.kind === 'unusable') throw new Error(verdict.reason);
  const graphs = await openGraphs(model, variant, executionProvider, threads);
  await check(graphs, model, tokens, verdict.reference);
  return graphs;
}

/** Runs the self-check and, where the CPU's numbers are known, compares with them. Closes what fails. */
async function check(
  graphs: Graphs,
  model: ModelFolder,
  tokens: ModelTokens,
  reference?: readonly Prediction[],
): Promise<void> {
  try {
    const found = await selfCheckPredictions(graphs, tokens, model.manifest.spanGap);
    const difference = reference ? largestDifference(reference, found) : 0;
    if (!(difference <= TOLERANCE)) throw new Error(wrongNumbers(difference));
  } catch (error) {
    await closeGraphs(graphs);
    throw error;
  }
}

/** What was unpacked was made of verified files, and is all that is read from then on. */
async function verifyVariant(model: ModelFolder, variant: ModelVariant): Promise<void> {
  if (await findUnpacked(model, variant)) return;
  await verifyModelFolder(model, variantFiles(variant));
}
