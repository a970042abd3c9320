import type { Prediction } from '../../diffusion/denoiser';
import { readModelFolder } from '../../models';
import { openTokenizer } from '../modelTokens';
import { plainReason } from '../onnxRuntime';
import { disagreement, TOLERANCE } from '../selfCheck/agreement';
import { selfCheckPredictions } from '../selfCheck/selfCheck';
import { medianStepMs } from '../selfCheck/stepTiming';
import { withGraphs } from '../unpacked/withGraphs';
import { variantFor } from './variant';

/** Which execution provider to examine, with which model, which has a variant for it. */
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

async function examine({
  folder,
  executionProvider,
  threads,
  mustBeFaster,
}: ProbeRequest): Promise<ProbeVerdict> {
  const model = await readModelFolder(folder);
  const { manifest } = model;
  const variant = variantFor(model, executionProvider)!;
  const { tokens } = await openTokenizer(model);
  return withGraphs(model, variant, executionProvider, threads, async (tried) => {
    const found = await selfCheckPredictions(tried, manifest, tokens);
    // The same variant: the provider is judged, not the precision.
    const reference = await withGraphs(model, variant, 'cpu', threads, (graphs) =>
      selfCheckPredictions(graphs, manifest, tokens),
    );
    const difference = disagreement(reference, found);
    if (difference !== undefined) return { kind: 'unusable', reason: wrongNumbers(difference) };
    if (!mustBeFaster) return { kind: 'usable', reference };

    const triedMs = await medianStepMs(tried, manifest, tokens);
    const cpuMs = await withGraphs(model, variantFor(model, 'cpu')!, 'cpu', threads, (graphs) =>
      medianStepMs(graphs, manifest, tokens),
    );
    return triedMs > cpuMs
      ? { kind: 'unusable', reason: slower(triedMs, cpuMs) }
      : { kind: 'usable', reference };
  });
}

/** Milliseconds of a step, the CPU's with the variant made for it. */
const slower = (triedMs: number, cpuMs: number) =>
  `slower than the CPU here (${triedMs.toFixed(1)} ms a step against ${cpuMs.toFixed(1)} ms)`;

export const wrongNumbers = (difference: number) =>
  `its numbers differ from the CPU's by ${difference.toPrecision(2)} nats (${TOLERANCE} are tolerated)`;
