import { remask, slotsIn } from '../canvas';
import { doubted } from '../remask/doubt';
import { revealProbability, sigmaMax } from '../remask/remdm';
import { type Moment, momentByCanvas, momentByClock } from '../step/moment';
import type { Standing, Taken } from '../step/standing';
import { goesByOrder, rank } from './order';
import { isAdaptive, stableFirst } from './parallel';
import { adaptiveQuota, ancestralQuota, fixedQuota } from './quota';
import { revealAll } from './reveals';

/** Reveals some masked slots and masks some revealed ones, as the remasker says. */
export function revealSome(now: Standing): Taken {
  const { canvas, planned, choice } = now;
  const { plan } = planned;
  const { parallel } = plan.sampler;
  const ranked = rankedMasked(now);
  const adaptive = isAdaptive(parallel)
    ? adaptiveQuota(parallel, ranked, now, planned, now.drift)
    : undefined;
  const moment = adaptive
    ? momentByCanvas(plan, ranked.length, adaptive.count)
    : momentByClock(planned);

  const revealed = slotsIn(canvas, 'revealed', plan.within);
  const room = adaptive ? adaptive.count - adaptive.due : roomByClock(now, moment, revealed.length);
  const { doubts, sigma } = doubted(now, revealed, moment, room);

  const quota =
    adaptive ??
    (parallel.rule === 'fixed'
      ? fixedQuota(ranked.length, doubts.length, planned)
      : ancestralQuota(
          ranked.length,
          revealProbability(moment.alphaT, moment.alphaS, sigma),
          planned,
          choice.random,
        ));
  const reveals = revealAll(ranked.slice(0, quota.count), quota.reason, now);
  const remasks = doubts.map(({ slot, reason }) => remask(canvas, slot, reason));
  return { moment, transitions: [...reveals, ...remasks] };
}

/** The masked slots from the first to reveal to the last. */
function rankedMasked(now: Standing): readonly number[] {
  const { canvas, planned, choice, confidence, drift } = now;
  const { sampler, within } = planned.plan;
  const masked = slotsIn(canvas, 'masked', within);
  if (!goesByOrder(sampler)) return masked;
  const ranked = rank(masked, now, sampler, choice.random);
  return stableFirst(sampler.parallel, ranked, confidence, drift);
}

/**
 * How many slots may be masked again without leaving the schedule: as many as it leaves masked in any case, or, where
 * coins decide, as many as the coins of the masked slots can make up for. None in the last step.
 */
function roomByClock({ planned }: Standing, { alphaT, alphaS }: Moment, revealed: number): number {
  return planned.plan.sampler.parallel.rule === 'fixed'
    ? planned.left
    : Math.floor(sigmaMax(alphaT, alphaS) * revealed);
}
