import type { ContextLayout } from '../../src/denoiser/context/contextLayout';
import { encodeContext } from '../../src/denoiser/context/encodeContext';
import { releaseContext } from '../../src/denoiser/context/encodedContext';
import { bindingOf } from '../../src/denoiser/familyBinding';
import type { Graphs } from '../../src/denoiser/graphs/graphs';
import type { UnmaskGraphs } from '../../src/denoiser/graphs/unmaskGraphs';
import { type ModelTokens, openTokenizer } from '../../src/denoiser/modelTokens';
import { variantFor } from '../../src/denoiser/providers/variant';
import { largestDifference, TOLERANCE } from '../../src/denoiser/selfCheck/agreement';
import { GraphDenoiser } from '../../src/denoiser/slots/graphDenoiser';
import { withGraphs } from '../../src/denoiser/unpacked/withGraphs';
import type { CanvasView, Prediction } from '../../src/diffusion/denoiser';
import { generate } from '../../src/diffusion/generate';
import { maskedSlots } from '../../src/diffusion/noise';
import { presetNamed } from '../../src/diffusion/settings/presets';
import { type ModelFolder, readModelFolder } from '../../src/models';

/** What came of one execution provider with one model. */
export type Finding =
  | { readonly kind: 'not run'; readonly reason: string }
  | {
      readonly kind: 'right' | 'wrong';
      readonly differences: readonly { readonly what: string; readonly nats: number }[];
      readonly timings: Timings;
    };

/** Medians, milliseconds. */
interface Timings {
  readonly context: number;
  readonly slots: number;
  readonly steps: number;
  readonly runs: number;
  readonly encodeMs: number;
  readonly stepMs: number;
  readonly fillMs: number;
  /** Where the encoded context is between the steps. */
  readonly location: string;
}

/** What is timed: L = 64 in 16 steps. */
const SLOTS = 64;
const STEPS = 16;
const RUNS = 9;
/** A software driver takes minutes for what a GPU does at once: fewer runs then. */
const TIMING_MS = 60_000;

/** Contexts, as shares of what the model reads, and the slots of each canvas of a batch. */
const CASES = [
  { share: 0.02, batch: [1] },
  { share: 0.25, batch: [8, 3, 8, 1] },
  { share: 1, batch: [32] },
  { share: 1, batch: [64, 64, 20, 5] },
];

/** @throws where the execution provider does not even start */
export async function examine(folder: string, provider: string): Promise<Finding> {
  const model = await readModelFolder(folder);
  const variant = variantFor(model, provider);
  if (!variant) return { kind: 'not run', reason: 'the model has no variant for it' };
  const { tokens } = await openTokenizer(model);
  // The same variant on the CPU: the provider is judged, not the precision.
  return withGraphs(model, variant, 'cpu', 0, (cpu) =>
    withGraphs(model, variant, provider, 0, (tried) => compared(cpu, tried, model, tokens)),
  );
}

async function compared(
  cpu: Graphs,
  tried: Graphs,
  model: ModelFolder,
  tokens: ModelTokens,
): Promise<Finding> {
  if (tried.family !== 'unmask')
    return { kind: 'not run', reason: 'it is for models that encode their context' };
  const differences = [];
  for (const { share, batch } of CASES) {
    const context = Math.max(1, Math.floor(share * model.manifest.contextLength));
    const lengths = batch.map((slots) => Math.min(slots, model.manifest.spanGap));
    const [expected, found] = [
      await predictions(cpu, model, tokens, context, lengths),
      await predictions(tried, model, tokens, context, lengths),
    ];
    const what = `${context} tokens of context, slots ${lengths.join(' + ')}`;
    differences.push({ what, nats: largestDifference(expected, found) });
  }
  const timings = await timed(tried, model, tokens);
  const right = differences.every(({ nats }) => nats <= TOLERANCE);
  return { kind: right ? 'right' : 'wrong', differences, timings };
}

/** Two steps on one encoded context: of masks alone, and with every third slot revealed. */
async function predictions(
  graphs: Graphs,
  model: ModelFolder,
  tokens: ModelTokens,
  context: number,
  lengths: readonly number[],
): Promise<Prediction[]> {
  const layout = layoutOf(model, tokens, context);
  const binding = bindingOf(graphs, model.manifest, tokens, 0);
  const { denoiser } = (await binding.bind(layout))!;
  const canvases = (revealed: (slot: number) => boolean): CanvasView[] =>
    lengths.map((slots) => ({
      spanLengths: [slots],
      tokens: Int32Array.from({ length: slots }, (_, slot) =>
        revealed(slot) ? layout.ids[slot % context]! : tokens.mask,
      ),
    }));
  try {
    return [
      ...(await denoiser.denoise(canvases(() => false))),
      ...(await denoiser.denoise(canvases((slot) => slot % 3 === 0))),
    ];
  } finally {
    binding.forgetContexts();
  }
}

async function timed(
  graphs: UnmaskGraphs,
  model: ModelFolder,
  tokens: ModelTokens,
): Promise<Timings> {
  const layout = layoutOf(model, tokens, model.manifest.contextLength);
  const slots = Math.min(SLOTS, model.manifest.spanGap);
  const sampler = { ...presetNamed('LLaDA')!.sampler, steps: STEPS };
  const encodes: number[] = [];
  const fills: number[] = [];
  let location = 'cpu';
  // The first run warms up.
  const until = performance.now() + TIMING_MS;
  for (let run = 0; run <= RUNS && (run < 2 || performance.now() < until); run++) {
    const started = performance.now();
    const encoded = await encodeContext(graphs, layout);
    const encodeMs = performance.now() - started;
    location = Object.values(encoded)[0]?.location ?? location;
    const denoiser = new GraphDenoiser(graphs, encoded, layout.spanStarts, tokens);
    await generate(
      denoiser,
      { slots: maskedSlots([slots], tokens.mask), sampler, seed: run, startTime: 1 },
      {},
    );
    const fillMs = performance.now() - started;
    releaseContext(encoded);
    if (run === 0) continue;
    encodes.push(encodeMs);
    fills.push(fillMs);
  }
  const [encodeMs, fillMs] = [median(encodes), median(fills)];
  const stepMs = (fillMs - encodeMs) / STEPS;
  const context = layout.ids.length;
  return { context, slots, steps: STEPS, runs: fills.length, encodeMs, stepMs, fillMs, location };
}

/** Ids spread over the vocabulary around one span in the middle. */
function layoutOf(model: ModelFolder, tokens: ModelTokens, context: number): ContextLayout {
  const start = Math.ceil(context / 2);
  const indices = Array.from({ length: context }, (_, i) => i);
  return {
    ids: indices.map((i) => (7 + 31 * i) % tokens.vocabulary),
    positions: indices.map((i) => (i < start ? i : i + model.manifest.spanGap)),
    spanStarts: [start],
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
