import { revealedWith, tokenProbability } from '../prediction';
import { short } from '../reveal/parallel';
import type { Moment } from '../step/moment';
import type { Standing } from '../step/standing';
import { type RemdmSettings, sigma } from './remdm';

/** A slot to mask again, and why. */
export interface Doubt {
  readonly slot: number;
  readonly reason: string;
}

/** The slots to mask again, and the σ that reveals have to make up for: the share of the revealed slots masked. */
export interface Doubts {
  readonly doubts: readonly Doubt[];
  readonly sigma: number;
}

/**
 * Which revealed slots a step masks again.
 *
 * - ReMDM: each by its own coin (see `sigma`). Draws one uniform per revealed slot, in slot order, where σ > 0
 * - quality (PRISM, Kim et al. 2025; RemeDi, Huang et al. 2025): those the model's quality head finds worst
 * - wino (Hong et al. 2025): those whose token is least probable seen from the others
 *
 * @param revealed slots that may be masked again, ascending.
 * @param room the most that the last two may mask: it is what makes their runs end.
 */
export function doubted(
  now: Standing,
  revealed: readonly number[],
  moment: Moment,
  room: number,
): Doubts {
  const { canvas, prediction, recheck, planned } = now;
  const { remask } = planned.plan.sampler;
  switch (remask.remasker) {
    case 'none':
    case 'edit':
    case 'p2':
      return { doubts: [], sigma: 0 };
    case 'quality': {
      const scored = revealed.map((slot) => ({ slot, score: prediction.quality?.[slot] ?? 1 }));
      const worst = lowest(scored, remask.threshold, Math.min(remask.most, room));
      return because(worst, revealed.length, ({ score }) => `quality ${short(score)}`);
    }
    case 'wino': {
      const scored = (recheck?.slots ?? []).map((slot) => ({
        slot,
        score: tokenProbability(recheck!.prediction, slot, canvas.tokens[slot]!),
      }));
      const failed = lowest(scored, remask.threshold, room);
      const reason = ({ score }: Scored) => `verified at ${short(score)} < ${remask.threshold}`;
      return because(failed, revealed.length, reason);
    }
    default:
      return tossed(now, revealed, remask, moment);
  }
}

interface Scored {
  readonly slot: number;
  readonly score: number;
}

/** Those below the threshold, the lowest first, at most `most`; ties go to the earlier slot. */
function lowest(scored: readonly Scored[], threshold: number, most: number): Scored[] {
  return scored
    .filter(({ score }) => score < threshold)
    .sort((a, b) => a.score - b.score)
    .slice(0, Math.max(0, most));
}

function because(
  slots: readonly Scored[],
  revealed: number,
  reason: (scored: Scored) => string,
): Doubts {
  const doubts = slots.map((scored) => ({ slot: scored.slot, reason: reason(scored) }));
  return { doubts, sigma: revealed === 0 ? 0 : doubts.length / revealed };
}

function tossed(
  { canvas, planned, choice }: Standing,
  revealed: readonly number[],
  remask: RemdmSettings,
  { t, alphaT, alphaS }: Moment,
): Doubts {
  const confidence = revealed.map((i) => revealedWith(canvas, i));
  const stand = { t: t / planned.plan.startTime, alphaT, alphaS };
  const { perSlot, mean } = sigma(remask, stand, confidence);
  const doubts = revealed
    .map((slot, k) => ({ slot, sigma: perSlot[k]! }))
    .filter(({ sigma }) => sigma > 0 && choice.random() < sigma)
    .map(({ slot, sigma }) => ({ slot, reason: `σ = ${short(sigma)}` }));
  return { doubts, sigma: mean };
}
