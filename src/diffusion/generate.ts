import { canvasOf, countMasked, meanLogProb, traceSlots, viewOf } from './canvas';
import { type Denoiser, DenoiserError, type Prediction } from './denoiser';
import { observe, type SlotViews } from './observe';
import { isAdaptive } from './parallel';
import { planBeyond, planRun } from './plan';
import { checkPrediction } from './prediction';
import { samplerRandom } from './random';
import type { Resumption } from './resume';
import type { TokenFilter } from './sampling';
import type { SamplerSettings } from './settings';
import { takeStep } from './step';
import type { TraceSlot, TraceStep } from './trace';

export interface GenerateRequest {
  /** The canvas the run starts or once started from, spans in document order. */
  readonly slots: readonly TraceSlot[];
  readonly sampler: SamplerSettings;
  /** Unsigned 32-bit. The same request, seed and predictions give the same result. */
  readonly seed: number;
  /** Diffusion time of the given slots, in (0, 1]: 1 for infill, the strength for a rewrite. */
  readonly startTime: number;
  /** Takes the run up again after some of its steps, instead of at its start. */
  readonly resume?: Resumption | undefined;
  /** Consulted before a token is chosen; see `sampleRank` for what is chosen instead of a vetoed one. */
  readonly allowed?: TokenFilter | undefined;
}

export interface GenerateHooks {
  /** Ends the run before its next step. */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: TraceStep) => void;
  /** Top alternatives kept per slot in the trace, default 8. */
  readonly alternatives?: number;
}

export interface Generation {
  readonly kind: 'finished' | 'stopped';
  /** No slot is masked when finished. A slot may hold the pad token: it is then deleted from the text. */
  readonly slots: readonly TraceSlot[];
  /** Mean natural log-probability of the tokens this run revealed, each as it was when revealed; 0 when there are none. */
  readonly meanLogProb: number;
}

/**
 * Runs the reverse process from `startTime` to 0.
 *
 * A step that changes nothing leaves its prediction valid for the next one, which then costs no denoiser call (MDLM's
 * caching). The run ends early once no slot is masked, except for ReMDM and P2 on a fixed or ancestral clock, which use
 * the remaining steps to revise.
 *
 * @throws {DenoiserError} when a prediction is unusable; whatever the denoiser throws.
 * @throws {RangeError} when `startTime` is outside (0, 1].
 */
export async function generate(
  denoiser: Denoiser,
  { slots, sampler, seed, startTime, resume, allowed }: GenerateRequest,
  { signal, onStep, alternatives = 8 }: GenerateHooks = {},
): Promise<Generation> {
  if (!(startTime > 0 && startTime <= 1))
    throw new RangeError(`A run starts at a time above 0 and up to 1, not at ${startTime}.`);
  const present = resume?.slots ?? slots;
  const canvas = canvasOf(present, denoiser.maskToken, resume?.logProbs);
  const free = present.filter((slot) => slot.state !== 'pinned').length;
  const maskedAtFirst = slots.filter((slot) => slot.state === 'masked').length;
  const plan = planRun(sampler, free, maskedAtFirst, startTime);
  const revises = sampler.remask.remasker !== 'none' && !isAdaptive(sampler.parallel);
  const generation = (kind: Generation['kind']): Generation => ({
    kind,
    slots: traceSlots(canvas),
    meanLogProb: meanLogProb(canvas),
  });

  let prediction: Prediction | undefined;
  let views: SlotViews | undefined;
  for (let index = resume?.step ?? 0; ; index++) {
    const masked = countMasked(canvas);
    const inPlan = plan.steps[index];
    if (free === 0 || (masked === 0 && !(inPlan && revises))) break;
    if (signal?.aborted) return generation('stopped');
    const began = performance.now();
    prediction ??= await predict(denoiser, viewOf(canvas));
    const taken = takeStep(
      canvas,
      prediction,
      inPlan ? { plan, planned: inPlan } : planBeyond(plan, masked),
      { random: samplerRandom(seed, index), allowed },
    );
    if (onStep) {
      views ??= observe(prediction, taken.confidence, alternatives);
      const { moment, transitions } = taken;
      const ms = performance.now() - began;
      onStep({
        index,
        t: moment.t,
        s: moment.s,
        ms,
        transitions,
        ...views,
        masked: countMasked(canvas),
      });
    }
    if (taken.transitions.length > 0) {
      prediction = undefined;
      views = undefined;
    }
  }
  return generation('finished');
}

async function predict(
  denoiser: Denoiser,
  view: Parameters<Denoiser['denoise']>[0][number],
): Promise<Prediction> {
  const predictions = await denoiser.denoise([view]);
  const [prediction] = predictions;
  if (prediction === undefined || predictions.length > 1)
    throw new DenoiserError(
      `The model returned ${predictions.length} predictions for one canvas. Try another model.`,
    );
  checkPrediction(prediction, view.tokens.length, denoiser.maskToken);
  return prediction;
}
