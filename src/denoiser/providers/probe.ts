import type { Prediction } from '../../diffusion/denoiser';
import { type ModelFolder, type ModelVariant, readModelFolder } from '../../models';
import { closeGraphs, type Graphs } from '../graphs/graphs';
import { type ModelTokens, openTokenizer } from '../modelTokens';
import { plainReason } from '../onnxRuntime';
import { largestDifference, TOLERANCE } from '../selfCheck/agreement';
import { selfCheckPredictions } from '../selfCheck/selfCheck';
import { medianStepMs } from '../selfCheck/stepTiming';
import { openGraphs } from '../unpacked/openGraphs';
import { variantFor } from './variant';

/** Which execution provider to examine, with which model. */
export interface ProbeRequest {
  readonly folder: string;
  readonly executionProvider: string;
  readonly threads: number;
  /** Whether it is only worth using where its steps are faster than the CPU's. */
  readonly mustBeFaster: boolean;
  /** Whether the user named it, and so waits longer for it than where `auto` looks for a faster one. */
  readonly isNamed: boolean;
}

export type ProbeVerdict =
  /** `reference`: what the CPU predicts for the self-check's input, for whoever opens the provider next. */
  | { readonly kind: 'usable'; readonly reference: readonly Prediction[] }
  /** It was found to be wrong, or slower. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** An error, a crash or a hang kept it from being examined: for want of memory, say, or of a driver that is being updated. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Examines an execution provider; a faulty driver may crash or hang, so it belongs in a process of its own.
 *
 * @param signal gives it up, where that is possible
 */
export type Probe = (request: ProbeRequest, signal?: AbortSignal) => Promise<ProbeVerdict>;

/** Compares an execution provider with the CPU in this very process. */
export const probeHere: Probe = async (request) => {
  try {
    return await examine(request);
  } catch (error) {
    return { kind: 'failed', reason: plainReason(error) };
  }
};

async function examine(request: ProbeRequest): Promise<ProbeVerdict> {
  const model = await readModelFolder(request.folder);
  const variant = variantFor(model, request.executionProvider);
  if (!variant) return { kind: 'unusable', reason: noVariant(request.executionProvider) };
  const { tokens } = await openTokenizer(model);
  const { manifest } = model;

  const tried = await openGraphs(model, variant, request.executionProvider, request.threads);
  const found = await selfCheckPredictions(tried, manifest, tokens);
  const reference = await onCpu(model, variant, request.threads, (graphs) =>
    selfCheckPredictions(graphs, manifest, tokens),
  );
  const difference = largestDifference(reference, found);
  if (!(difference <= TOLERANCE)) return { kind: 'unusable', reason: wrongNumbers(difference) };

  const slower = request.mustBeFaster && (await slowerThanCpu(request, model, tried, tokens));
  await closeGraphs(tried);
  return slower ? { kind: 'unusable', reason: slower } : { kind: 'usable', reference };
}

/** Says so when a step takes longer than on the CPU with the variant made for it. */
async function slowerThanCpu(
  request: ProbeRequest,
  model: ModelFolder,
  tried: Graphs,
  tokens: ModelTokens,
): Promise<string | false> {
  const { manifest } = model;
  const triedMs = await medianStepMs(tried, manifest, tokens);
  const cpuMs = await onCpu(model, variantFor(model, 'cpu')!, request.threads, (graphs) =>
    medianStepMs(graphs, manifest, tokens),
  );
  return (
    triedMs > cpuMs &&
    `slower than the CPU here (${triedMs.toFixed(1)} ms a step against ${cpuMs.toFixed(1)} ms)`
  );
}

async function onCpu<T>(
  model: ModelFolder,
  variant: ModelVariant,
  threads: number,
  use: (graphs: Graphs) => Promise<T>,
): Promise<T> {
  const graphs = await openGraphs(model, variant, 'cpu', threads);
  try {
    return await use(graphs);
  } finally {
    await closeGraphs(graphs);
  }
}

export const noVariant = (executionProvider: string) =>
  `the model has no variant for ${executionProvider}`;

export const wrongNumbers = (difference: number) =>
  `its numbers differ from the CPU's by ${difference.toPrecision(2)} nats (${TOLERANCE} are tolerated)`;
