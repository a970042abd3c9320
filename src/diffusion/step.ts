import { type Canvas, remask, reveal, slotsIn } from './canvas';
import type { Prediction } from './denoiser';
import { type Moment, momentByCanvas, momentByClock } from './moment';
import { type Beliefs, rank } from './order';
import { isAdaptive, short } from './parallel';
import type { Plan, PlannedStep } from './plan';
import { confidences } from './prediction';
import { adaptiveQuota, ancestralQuota, fixedQuota, type Quota } from './quota';
import type { Random } from './random';
import { p2Masks } from './remask/p2';
import { revealProbability, type Sigma, sigma } from './remask/remdm';
import { sampleRank, type TokenFilter } from './sampling';
import type { Transition } from './trace';

/** How a step chooses: its draws, and the tokens it may not choose. */
export interface Choice {
  readonly random: Random;
  readonly allowed?: TokenFilter | undefined;
}

/** What a step did, and between which times. */
export interface TakenStep {
  readonly moment: Moment;
  readonly transitions: readonly Transition[];
  /** See `confidences`, before the step. */
  readonly confidence: Float64Array;
}

/**
 * One step of any sampler: `canvas` is changed as the transitions say; a slot they do not name keeps its token, whatever
 * the model now thinks of it. Pinned slots are never named.
 *
 * Draws, in this order: the order (see `rank`), the remasker's coins (one uniform per revealed slot, in slot order,
 * none where σ = 0), the ancestral coins (see `ancestralQuota`), the tokens (see `sampleRank`; slots in the order they
 * are revealed). A change to this order changes the result of every recorded seed.
 */
export function takeStep(
  canvas: Canvas,
  prediction: Prediction,
  { plan, planned }: { readonly plan: Plan; readonly planned: PlannedStep },
  choice: Choice,
): TakenStep {
  const beliefs = { canvas, prediction, confidence: confidences(canvas, prediction) };
  const take = plan.sampler.remask.remasker === 'p2' ? reviseAll : revealSome;
  const { moment, transitions } = take(beliefs, plan, planned, choice);
  return { moment, transitions, confidence: beliefs.confidence };
}

type Taken = Omit<TakenStep, 'confidence'>;

/** Reveals some masked slots and, with ReMDM, masks some revealed ones. */
function revealSome(beliefs: Beliefs, plan: Plan, planned: PlannedStep, choice: Choice): Taken {
  const { canvas } = beliefs;
  const { random } = choice;
  const { parallel } = plan.sampler;
  const ranked = rank(slotsIn(canvas, 'masked'), beliefs, plan.sampler, random);
  const adaptive = isAdaptive(parallel)
    ? adaptiveQuota(parallel, ranked, beliefs, planned)
    : undefined;
  const moment = adaptive
    ? momentByCanvas(plan, ranked.length, adaptive.count)
    : momentByClock(plan, planned);

  const revealed = slotsIn(canvas, 'revealed');
  const { perSlot, mean } = sigmaOf(canvas, revealed, plan, moment);
  const doomed = revealed
    .map((i, k) => ({ i, sigma: perSlot[k]! }))
    .filter(({ sigma }) => sigma > 0 && random() < sigma);

  const quota =
    adaptive ??
    (parallel.rule === 'fixed'
      ? fixedQuota(ranked.length, doomed.length, planned)
      : ancestralQuota(
          ranked.length,
          revealProbability(moment.alphaT, moment.alphaS, mean),
          planned,
          random,
        ));
  return {
    moment,
    transitions: [
      ...revealFirst(ranked, quota, beliefs, plan, choice),
      ...doomed.map(({ i, sigma }) => remask(canvas, i, `σ = ${short(sigma)}`)),
    ],
  };
}

/** P2: decides anew which slots hold the masks. */
function reviseAll(beliefs: Beliefs, plan: Plan, planned: PlannedStep, choice: Choice): Taken {
  const { canvas } = beliefs;
  const { random } = choice;
  const { parallel, order } = plan.sampler;
  const free = canvas.state.flatMap((state, i) => (state === 'pinned' ? [] : [i]));
  const ranked = rank(free, beliefs, plan.sampler, random);
  const rankedMasked = ranked.filter((i) => canvas.state[i] === 'masked');
  const clock = momentByClock(plan, planned);
  const masked = rankedMasked.length;
  const left =
    parallel.rule === 'fixed'
      ? planned.left
      : masked -
        (isAdaptive(parallel)
          ? adaptiveQuota(parallel, rankedMasked, beliefs, planned)
          : ancestralQuota(
              masked,
              revealProbability(clock.alphaT, clock.alphaS, 0),
              planned,
              random,
            )
        ).count;

  const masks = new Set(p2Masks(ranked, left));
  const freed = rankedMasked.filter((i) => !masks.has(i));
  const among = `among the last ${left} by ${order}`;
  const quota = { count: freed.length, reason: () => (left === 0 ? 'last step' : `not ${among}`) };
  return {
    moment: isAdaptive(parallel) ? momentByCanvas(plan, masked, masked - left) : clock,
    transitions: [
      ...revealFirst(freed, quota, beliefs, plan, choice),
      ...free
        .filter((i) => masks.has(i) && canvas.state[i] === 'revealed')
        .map((i) => remask(canvas, i, among)),
    ],
  };
}

function revealFirst(
  ranked: readonly number[],
  { count, reason }: Quota,
  { canvas, prediction }: Beliefs,
  { sampler }: Plan,
  { random, allowed }: Choice,
): Transition[] {
  return ranked.slice(0, count).map((i, k) => {
    const passes = allowed && ((token: number) => allowed(i, token, canvas));
    const j = i * prediction.topK + sampleRank(prediction, i, sampler, random, passes);
    return reveal(canvas, i, prediction.tokens[j]!, prediction.logProbs[j]!, reason(k));
  });
}

function sigmaOf(
  canvas: Canvas,
  revealed: readonly number[],
  { sampler, startTime }: Plan,
  { t, alphaT, alphaS }: Moment,
): Sigma {
  const { remask } = sampler;
  if (remask.remasker === 'none' || remask.remasker === 'p2')
    return { perSlot: revealed.map(() => 0), mean: 0 };
  // The user's own tokens (a rewrite's) were not revealed by the model; they count as certain.
  const confidence = revealed.map((i) => {
    const logProb = canvas.logProbs[i]!;
    return Number.isNaN(logProb) ? 1 : Math.exp(logProb);
  });
  return sigma(remask, { t: t / startTime, alphaT, alphaS }, confidence);
}
