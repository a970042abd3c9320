import { type ModelFolder, ModelFolderError } from '../../models';
import { type Graphs, openGraphsIn } from '../graphs/graphs';
import type { ModelTokens } from '../modelTokens';
import { plainReason } from '../onnxRuntime';
import { checkGraphs } from '../selfCheck/checkGraphs';
import type { Unpack } from '../unpacked/unpack';
import { VerifiedFolders } from '../unpacked/verifiedFolders';
import { type Accelerator, acceleratorsToTry } from './executionProviders';
import { openOnCpu } from './openOnCpu';
import { type Probe, type ProbeRequest, wrongNumbers } from './probe';
import { choiceKey, type ProviderChoice, type ProviderMemory } from './providerMemory';
import { variantFor } from './variant';

/** Which execution provider to open a model on. */
export interface ProviderRequest {
  /** One by name, or `auto`; the CPU is what remains when it fails. */
  readonly executionProvider: string;
  /** For the CPU; 0 = ONNX Runtime's default. */
  readonly threads: number;
  /** Where `auto` keeps what it chose by measurement; without it, it measures every time. */
  readonly memory?: ProviderMemory | undefined;
  /** Milliseconds since 1970; what was chosen before does not count. */
  readonly measuredSince?: number;
  /** How a model that is shipped packed is unpacked at its first use; by default in this very process. */
  readonly unpack?: Unpack | undefined;
  /** Ends the examination of an execution provider, and with it the opening. */
  readonly signal?: AbortSignal | undefined;
}

/** An execution provider that was tried and left. */
export interface Fallback {
  readonly executionProvider: string;
  /** In words for the user. */
  readonly reason: string;
  /** It failed, which it may not do another time. */
  readonly passing?: true;
}

/**
 * Opens a model on the first execution provider that passes. Each is probed against the CPU and checked once more
 * when open, so that a wrong or failing one never yields a fill. What `auto` has measured once it remembers: those
 * that were left then are not tried, and the one that was chosen has only to compute right.
 *
 * @throws {ModelFolderError} when files that the CPU needs are corrupt or cannot be unpacked, or its graphs do not follow the
 * contract
 * @throws {Error} ONNX Runtime's, or a DenoiserError, when not even the CPU runs the model; the signal's reason
 */
export async function openOnBestProvider(
  model: ModelFolder,
  tokens: ModelTokens,
  request: ProviderRequest,
  probe: Probe,
): Promise<{ graphs: Graphs; fallbacks: Fallback[] }> {
  const { executionProvider: wanted, memory, threads, measuredSince = 0 } = request;
  const opening = { model, tokens, request, probe };
  const accelerators = await acceleratorsToTry(wanted);
  if (wanted !== 'auto' || memory === undefined) {
    return openFirst(opening, accelerators);
  }
  const key = await choiceKey(model, accelerators, threads);
  const chosen = await memory.recall(key, measuredSince);
  const opened = await openFirst(opening, accelerators, chosen);
  const { executionProvider } = opened.graphs;
  // What was measured beside damaged files says nothing of a provider.
  if (executionProvider !== chosen?.executionProvider && !opened.folders.wereDamaged) {
    const { fallbacks } = opened;
    await memory.remember(key, { executionProvider, fallbacks, madeAt: Date.now() });
  }
  return opened;
}

/** What was found out about an execution provider, and will be found again. */
class Finding extends Error {}

/** What a model is opened by. */
interface Opening {
  readonly model: ModelFolder;
  readonly tokens: ModelTokens;
  readonly request: ProviderRequest;
  readonly probe: Probe;
}

/** @param chosen what `auto` chose before */
async function openFirst(
  opening: Opening,
  accelerators: readonly Accelerator[],
  chosen?: ProviderChoice,
): Promise<{ graphs: Graphs; fallbacks: Fallback[]; folders: VerifiedFolders }> {
  const { model, tokens, request } = opening;
  const { threads } = request;
  const isNamed = request.executionProvider !== 'auto';
  const mustBeFaster = !isNamed && chosen === undefined;
  const cpuVariant = variantFor(model, 'cpu')!;
  const folders = new VerifiedFolders(model, request.unpack);
  const fallbacks: Fallback[] = [];
  for (const { executionProvider, absent } of accelerators) {
    const known =
      absent === undefined
        ? chosen?.fallbacks.find((each) => each.executionProvider === executionProvider)
        : { executionProvider, reason: absent };
    if (known) {
      fallbacks.push(known);
      continue;
    }
    // The probe compares with it against the clock.
    if (mustBeFaster) await folders.of(cpuVariant);
    try {
      const asked = { folder: model.folder, executionProvider, threads, mustBeFaster, isNamed };
      const graphs = await openAccelerator(opening, folders, asked);
      return { graphs, fallbacks, folders };
    } catch (error) {
      request.signal?.throwIfAborted();
      // The CPU could do as little with the very same files.
      const isCpus = variantFor(model, executionProvider) === cpuVariant;
      if (error instanceof ModelFolderError && isCpus) throw error;
      const passing = !(error instanceof Finding) && { passing: true as const };
      fallbacks.push({ executionProvider, reason: plainReason(error), ...passing });
    }
  }
  const graphs = await openOnCpu(model, cpuVariant, tokens, { threads, folders });
  return { graphs, fallbacks, folders };
}

async function openAccelerator(
  { model, tokens, request, probe }: Opening,
  folders: VerifiedFolders,
  asked: ProbeRequest,
): Promise<Graphs> {
  const { executionProvider, threads } = asked;
  const variant = variantFor(model, executionProvider);
  if (!variant) throw new Finding(`the model has no variant for ${executionProvider}`);
  const folder = await folders.of(variant);
  const verdict = await probe(asked, request.signal);
  if (verdict.kind === 'unusable') throw new Finding(verdict.reason);
  if (verdict.kind === 'failed') throw new Error(verdict.reason);
  const graphs = await openGraphsIn(folder, model, variant, executionProvider, threads);
  await checkGraphs(graphs, model.manifest, tokens, verdict.reference, wrongNumbers);
  return graphs;
}
