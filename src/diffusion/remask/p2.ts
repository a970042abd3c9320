import { remask } from '../canvas';
import { rank } from '../reveal/order';
import { isAdaptive, stableFirst } from '../reveal/parallel';
import { adaptiveQuota, ancestralQuota } from '../reveal/quota';
import { revealAll } from '../reveal/reveals';
import { momentByCanvas, momentByClock } from '../step/moment';
import type { Standing, Taken } from '../step/standing';
import { revealProbability } from './remdm';

/**
 * P2, path planning (Peng et al. 2025): at every step all slots that are not pinned are ranked anew, and the last of
 * them hold the masks afterwards, whether they were masked before or not. A slot revealed too early is thereby
 * taken back as soon as the model doubts it more than another.
 */
export function reviseAll(now: Standing): Taken {
  const { canvas, planned, choice } = now;
  const { plan } = planned;
  const { parallel, order } = plan.sampler;
  const free = canvas.state.flatMap((state, i) =>
    state === 'pinned' || plan.within?.[i] === false ? [] : [i],
  );
  const isMasked = (i: number) => canvas.state[i] === 'masked';
  const byOrder = rank(free, now, plan.sampler, choice.random);
  // Under KLASS, masks that still move change places with those that do not; revealed slots keep theirs.
  const rankedMasked = stableFirst(parallel, byOrder.filter(isMasked), now.confidence, now.drift);
  const queue = rankedMasked.values();
  const ranked = byOrder.map((i) => (isMasked(i) ? queue.next().value! : i));
  const clock = momentByClock(planned);
  const masked = rankedMasked.length;
  const left = masksAfter(now, rankedMasked, revealProbability(clock.alphaT, clock.alphaS, 0));

  const masks = new Set(p2Masks(ranked, left));
  const freed = rankedMasked.filter((i) => !masks.has(i));
  const among = `among the last ${left} by ${order}`;
  const reveals = revealAll(freed, () => (left === 0 ? 'last step' : `not ${among}`), now);
  const remasks = free
    .filter((i) => masks.has(i) && canvas.state[i] === 'revealed')
    .map((i) => remask(canvas, i, among));
  return {
    moment: isAdaptive(parallel) ? momentByCanvas(plan, masked, masked - left) : clock,
    transitions: [...reveals, ...remasks],
  };
}

/** How many masks the step leaves: by the schedule, or what the rule reveals fewer. */
function masksAfter(now: Standing, rankedMasked: readonly number[], probability: number): number {
  const { planned, choice, drift } = now;
  const { parallel } = planned.plan.sampler;
  if (parallel.rule === 'fixed') return planned.left;
  const masked = rankedMasked.length;
  const { count } = isAdaptive(parallel)
    ? adaptiveQuota(parallel, rankedMasked, now, planned, drift)
    : ancestralQuota(masked, probability, planned, choice.random);
  return masked - count;
}

/**
 * @param ranked all slots that are not pinned, the surest first.
 * @param left number of slots that are masked after the step; all of them if there are no more.
 */
export function p2Masks(ranked: readonly number[], left: number): readonly number[] {
  return ranked.slice(Math.max(0, ranked.length - left));
}
