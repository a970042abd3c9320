import { type Canvas, canvasOf, countMasked, slotsIn, traceSlots, viewOf } from './canvas';
import { type Denoiser, type Prediction, SamplerError } from './denoiser';
import { type PlannedStep, planBeyond, planRun } from './plan';
import { samplerRandom } from './random';
import type { Resumption } from './resume';
import { isAdaptive } from './reveal/parallel';
import type { TokenFilter } from './reveal/sampling';
import type { SamplerSettings } from './settings/sampler';
import { attemptStep } from './step/attempt';
import type { ContextPieces } from './step/causal';
import { drift, type Observation } from './step/drift';
import { EarlyEnds, type PassedEnd } from './step/earlyEnd';
import { inquiryOf, predict } from './step/inquiry';
import { stepsToRecheckAll } from './step/recheck';
import type { Taken } from './step/standing';
import { type Likelihood, likelihoodOf } from './trace/likelihood';
import { noViews, observe, type SlotViews } from './trace/observe';
import type { TraceSlot, TraceStep } from './trace/trace';

export interface GenerateRequest {
  /** The canvas the run starts or once started from, spans in document order; see `Resumption` where it has grown since. */
  readonly slots: readonly TraceSlot[];
  readonly sampler: SamplerSettings;
  /** Unsigned 32-bit. The same request, seed and predictions give the same result. */
  readonly seed: number;
  /** Diffusion time of the given slots, in (0, 1]: 1 for infill, the strength for a rewrite. */
  readonly startTime: number;
  /** What stands around the spans, to draft from and to tell ends by; nothing unless given. */
  readonly context?: ContextPieces | undefined;
  /** Takes the run up again after some of its steps, instead of at its start. */
  readonly resume?: Resumption | undefined;
  /** Consulted before a token is chosen; see `sampleRank` for what is chosen instead of a vetoed one. */
  readonly allowed?: TokenFilter | undefined;
  /** Asked between steps that read from left to right: what it finds ends a span before all of its slots are written. */
  readonly passedEnd?: PassedEnd | undefined;
}

export interface GenerateHooks {
  /** Ends the run before its next step. */
  readonly signal?: AbortSignal;
  readonly onStep?: (step: TraceStep) => void;
}

export interface Generation extends Likelihood {
  readonly kind: 'finished' | 'stopped';
  /** No slot is masked when finished. A slot may hold the pad token: it is then deleted from the text. */
  readonly slots: readonly TraceSlot[];
}

/**
 * Runs the reverse process from `startTime` to 0.
 *
 * A step that changes nothing leaves its prediction valid for the next one, which then costs no denoiser call (MDLM's
 * caching). A block ends early once no slot of it is masked, unless its remasker still has something to revise (see
 * `isDone`); the run ends with its last block. A span whose end has passed is ended by a step without a denoiser call.
 *
 * @throws {SamplerError} when the sampler needs what the model does not have.
 * @throws {DenoiserError} when a prediction is unusable; whatever the denoiser throws.
 * @throws {RangeError} when `startTime` is outside (0, 1].
 */
export async function generate(
  denoiser: Denoiser,
  request: GenerateRequest,
  { signal, onStep }: GenerateHooks = {},
): Promise<Generation> {
  const { slots, sampler, seed, startTime, context = [], resume, allowed, passedEnd } = request;
  if (!(startTime > 0 && startTime <= 1))
    throw new RangeError(`A run starts at a time above 0 and up to 1, not at ${startTime}.`);
  expectQuality(denoiser, sampler);
  const present = resume?.slots ?? slots;
  let canvas = canvasOf(present, denoiser.maskToken, resume?.logProbs);
  const { step: begun, slots: first } = resume?.grown ?? { step: 0, slots };
  const steps = planRun(sampler, { first, present }, startTime);
  const free = present.filter(({ state }) => state !== 'pinned').length;
  const generation = (kind: Generation['kind']): Generation => {
    const slots = traceSlots(canvas);
    return { kind, slots, ...likelihoodOf(slots, canvas.logProbs, denoiser.padToken) };
  };

  const following = context.slice(1).map(([token]) => token);
  const klass = sampler.parallel.rule === 'klass' && sampler.parallel;
  let before = klass && resume?.before ? await look(denoiser, resume.before) : undefined;
  let prediction: Prediction | undefined;
  let views: SlotViews | undefined;
  const { padToken } = denoiser;
  const earlyEnds =
    passedEnd && padToken !== undefined
      ? new EarlyEnds(passedEnd, padToken, present, resume?.endings)
      : undefined;
  let idle = resume?.idle ?? 0;
  let position = resume?.position ?? (resume ? resume.step - begun : 0);
  for (let index = resume?.step ?? 0; free > 0; index++, position++) {
    while (position < steps.length && isDone(steps[position]!, canvas, idle, denoiser)) position++;
    const masked = countMasked(canvas);
    if (position >= steps.length && masked === 0) break;
    if (signal?.aborted) return generation('stopped');
    const began = performance.now();
    const planned = steps[position] ?? planBeyond(sampler, startTime, free, masked);

    const inquiry = inquiryOf(canvas, denoiser, {
      planned,
      context,
      index: index - begun,
      stillHolds: prediction !== undefined,
    });
    const told = (
      { moment, transitions }: Taken,
      canvases: number,
      seen: SlotViews,
    ): TraceStep => ({
      index,
      ...(position === index ? {} : { position }),
      t: planned.plan.runTime(moment.t),
      s: planned.plan.runTime(moment.s),
      ms: performance.now() - began,
      canvases,
      transitions,
      ...seen,
      masked: countMasked(canvas),
    });
    const ended = inquiry.readings.length > 0 ? earlyEnds?.take(canvas, planned.plan) : undefined;
    if (ended) {
      onStep?.(told(ended, 0, noViews));
      continue;
    }
    const predictions = await predict(denoiser, inquiry.canvases);
    const attempt = attemptStep(canvas, inquiry, predictions, prediction, {
      denoiser,
      planned,
      following,
      drift: (now) => (klass ? drift(now, before, denoiser.maskToken, klass.threshold) : undefined),
      choice: () => ({ random: samplerRandom(seed, index), allowed }),
    });
    const { taken } = attempt;
    ({ canvas, prediction } = attempt);
    if (klass) before = { tokens: inquiry.view.tokens, prediction };
    if (onStep) {
      const { tokens } = inquiry.view;
      const silent = (i: number) =>
        denoiser.revealed === 'silent' && tokens[i] !== denoiser.maskToken;
      views ??= observe(prediction, taken.confidence, silent);
      onStep(told(taken, inquiry.canvases.length, views));
    }
    earlyEnds?.note(canvas, taken.transitions);
    idle = taken.transitions.length > 0 ? 0 : idle + 1;
    if (idle === 0) {
      prediction = undefined;
      views = undefined;
    }
  }
  return generation('finished');
}

function expectQuality({ judgesQuality }: Denoiser, { remask }: SamplerSettings): void {
  if (remask.remasker === 'quality' && !judgesQuality)
    throw new SamplerError(
      'This model has no quality head, by which this sampler chooses what to mask again. ' +
        'Choose another remasking or preset (P2 and WINO correct mistakes with any model), or a model with a quality head.',
    );
}

/**
 * Whether a step would do nothing: a fixed schedule leaves more slots masked than there are, some spans having ended
 * early (see `closeSpans`), and nothing is remasked; or its plan is over, no slot being masked, and
 * - ReMDM, P2 and quality have no steps left to revise in, which they do on a fixed or ancestral clock alone;
 * - editing has looked at every revealed slot since the last change (or, at the start of a block, at all).
 */
function isDone(
  { plan, number, left }: PlannedStep,
  canvas: Canvas,
  idle: number,
  { revealed }: Denoiser,
): boolean {
  if (plan.slots === 0) return true;
  const { remask, parallel } = plan.sampler;
  const masked = slotsIn(canvas, 'masked', plan.within).length;
  if (masked > 0) return remask.remasker === 'none' && parallel.rule === 'fixed' && masked <= left;
  switch (remask.remasker) {
    case 'none':
    case 'wino':
      return true;
    case 'edit':
      return Math.min(idle, number) >= stepsToRecheckAll(revealed);
    default:
      return isAdaptive(parallel);
  }
}

async function look(denoiser: Denoiser, slots: readonly TraceSlot[]): Promise<Observation> {
  const view = viewOf(canvasOf(slots, denoiser.maskToken));
  const [prediction] = await predict(denoiser, [view]);
  return { tokens: view.tokens, prediction: prediction! };
}
